"""Two spans that can fairly be compared: of one length, at the same hours, on the same weekdays."""

from datetime import datetime, timedelta

from bot.query.ranges import Range

DAY, WEEK = timedelta(days=1), timedelta(days=7)


def earlier(range_: Range, words: str, step: timedelta | None = None) -> Range:
    """The same hours before: a day back for what is up to a day, else as many weeks as it takes."""
    shift = step or (DAY if range_.length <= DAY else WEEK)
    while step is None and shift < range_.length:
        shift += WEEK
    return Range(range_.start - shift, range_.end - shift, words)


def fair(one: Range, other: Range) -> tuple[Range, Range]:
    """Both cut to the shorter one's length from their beginnings: half a week is held against half a week."""
    length = min(one.length, other.length)
    return _cut(one, length), _cut(other, length)


def before_words(range_: Range) -> str:
    """What the span before is called."""
    known = {
        "today": "yesterday",
        "this week": "last week",
        "yesterday": "the day before",
        "last week": "the week before",
    }
    return known.get(range_.words, "before")


def _cut(range_: Range, length: timedelta) -> Range:
    return Range(range_.start, range_.start + length, range_.words)


def shifted(at: datetime, one: Range, other: Range) -> datetime:
    """An instant of the other span, where it falls in this one."""
    return at - other.start + one.start
