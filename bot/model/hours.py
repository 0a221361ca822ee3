"""When hours of the day hold, in their own zone and over daylight saving."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.plan import WEEKDAYS, Hours, Weekday

_DAY = timedelta(days=1)
_OTHER_NAMES_OF_UTC = frozenset({"Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})


def known_zone(name: object) -> str:
    """As people call it; empty where this machine knows none of that name."""
    try:
        found = ZoneInfo(str(name)).key if name else ""
    except (KeyError, OSError, ValueError):
        return ""
    return "UTC" if found in _OTHER_NAMES_OF_UTC else found


def covers(hours: Hours, at: datetime) -> bool:
    """The end itself is outside; equal `start` and `end` are a whole day."""
    return any(begins <= at < ends for begins, ends in _spans(hours, at))


def next_end(hours: Hours, at: datetime) -> datetime:
    """The first end after `at`: of the hours that hold then, or else of the next ones."""
    later = [ends for begins, ends in _spans(hours, at) if at < ends and begins < ends]
    if not later:
        raise ValueError("these hours hold on no day")
    return min(later)


def next_at(clock: time, days: Collection[Weekday], zone: str, after: datetime) -> datetime:
    """The first instant after `after` at which the clock on the wall shows this, on one of these days."""
    place = ZoneInfo(zone)
    today = after.astimezone(place).date()
    coming = (today + ahead * _DAY for ahead in range(-1, 9))
    found = (instant(day, clock, place) for day in coming if WEEKDAYS[day.weekday()] in days)
    return next(one for one in found if one > after)


def _spans(hours: Hours, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Those that begin in the days around: more than two weeks, for a change of the clocks may swallow one."""
    zone = ZoneInfo(hours.zone)
    today = at.astimezone(zone).date()
    over_midnight = hours.end <= hours.start
    for ahead in range(-2, 17):
        day = today + ahead * _DAY
        if WEEKDAYS[day.weekday()] in hours.days:
            yield instant(day, hours.start, zone), instant(day + _DAY if over_midnight else day, hours.end, zone)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that the clocks skip counts as if they had not been changed yet; one that comes twice is the first."""
    return datetime.combine(day, clock.replace(tzinfo=None, fold=0), zone).astimezone(UTC)
