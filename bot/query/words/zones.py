"""A time given in another zone than the asker's own: `since 22:00 UTC`."""

import re

from bot.query.words.times import CLOCK

_UTC = re.compile(
    rf"\b(?P<clock>{CLOCK}|(?<=since )\d\d?|(?<=after )\d\d?|(?<=from )\d\d?) ?(?:utc|gmt|z)\b"
    r"|\bin utc\b|\(utc\)|\butc time\b",
    re.IGNORECASE,
)


def zoned(text: str, zone: str) -> tuple[str, str]:
    """The text without the zone, and the zone it is in."""
    plain = _UTC.sub(lambda said: said["clock"] or " ", text)
    return (plain, "UTC") if plain != text else (text, zone)
