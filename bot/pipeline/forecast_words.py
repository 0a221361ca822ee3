"""When a gauge meets its limit, in words: the moment, the interval, and how often such intervals held."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.analysis.forecast import Foreseen, Unforeseeable

_WHY = {
    "too little is known": "less than a day of it is known",
    "does not move towards it": "it does not move towards it",
    "too far off": "it is further off than anyone can see",
    "falls back before": "it has always fallen back before",
    "too uncertain": "it has moved too unevenly",
}
A_WEEK = timedelta(days=6)


def sentence(name: str, limit: str, found: Foreseen | Unforeseeable, zone: str = "UTC") -> str:
    """disk of db-1 meets 90 % on Thursday 14:00, between 09:00 and 22:00 (UTC). 8 of 10 such intervals held here."""
    if isinstance(found, Unforeseeable):
        return f"It is not foreseeable when {name} meets {limit}: {_WHY[found.why]}."
    at, early, late = (one.astimezone(ZoneInfo(zone)) for one in (found.at, found.early, found.late))
    far = late - early > A_WEEK
    between = f"between {_moment(early, at, far)} and {_moment(late, at, far)} ({zone})"
    record = (
        f"{found.hits} of {found.tries} such intervals held here." if found.tries else "No such interval is known yet."
    )
    return f"{name} meets {limit} on {_day(at, far)} {at:%H:%M}, {between}. {record}"


def _moment(one: datetime, at: datetime, far: bool) -> str:
    return f"{one:%H:%M}" if one.date() == at.date() and not far else f"{_day(one, far)} {one:%H:%M}"


def _day(one: datetime, far: bool) -> str:
    return f"{one:%Y-%m-%d}" if far else f"{one:%A}, {one.day} {one:%B}"
