"""A sign in a phrase: what it was against its usual, how far that is, and since when. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.desk.moves import Sign
from bot.model import figures


def phrase(sign: Sign) -> str:
    """p95 latency 838 ms (usually 147 ms, 5.7 times)"""
    if sign.move is None:
        return f"{sign.vital.measure.title} without a past to hold it against"
    unit, usual = sign.vital.measure.unit, sign.move.usual.value
    seen = figures.measured(sign.move.seen, unit)
    return f"{sign.vital.measure.title} {seen} (usually {figures.measured(usual, unit)}, {times(sign)})"


def began(sign: Sign) -> str:
    return f"{phrase(sign)}, since {since(sign):%H:%M} UTC"


def times(sign: Sign) -> str:
    """`5.7 times` where it doubled at least, else in percent."""
    assert sign.move is not None
    seen, usual = sign.move.seen, sign.move.usual.value
    return f"{figures.plain(seen / usual)} times" if usual > 0 and seen >= 2 * usual else figures.change(seen, usual)


def in_order(signs: Sequence[Sign]) -> list[Sign]:
    return sorted((one for one in signs if one.moved and one.move), key=since)


def since(sign: Sign) -> datetime:
    assert sign.move is not None
    return sign.move.since
