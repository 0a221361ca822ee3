"""Instants in words, short enough for a button; a message itself shows them in each reader's own zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def label(at: datetime, now: datetime, zone: str) -> str:
    """`05:12` today, else `Thu 09:00`, else with its date; the zone is named where it is not the reader's."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    days = (local.date() - today).days
    if days == 0:
        return local.strftime("%H:%M")
    return local.strftime("%a %H:%M") if 0 < days < 7 else local.strftime("%Y-%m-%d %H:%M")


def beside(at: datetime, zone: str) -> str:
    """The zone that a time was told in, and that time in UTC where it is another."""
    return zone if zone == "UTC" else f"{zone}, {at.astimezone(UTC):%H:%M} UTC"


def local_hour(now: datetime, zone: str, hour: int, *, days: int = 0) -> datetime:
    """That hour by the clock on the wall, today or some days from now."""
    wall = now.astimezone(ZoneInfo(zone)).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return wall.astimezone(now.tzinfo)
