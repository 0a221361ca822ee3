"""The newest lines of a time, without secrets, and what they say again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.analysis.masks import masked
from bot.analysis.patterns import Pattern, patterns
from bot.model.errors import Problem
from bot.model.harmless import clean
from bot.model.lines import LogLine
from bot.ports.tools import LogsSource
from bot.query.log_messages import field, message
from bot.query.log_queries import Streams
from bot.query.ranges import Range

MOST = 1000
COMPARED = timedelta(hours=6)  # a longer time is not held against the one before it


@dataclass(frozen=True, slots=True)
class Spoken:
    line: LogLine  # masked
    message: str
    level: str


@dataclass(frozen=True, slots=True)
class Saying:
    """`before`: how often in as long a time before; None where nobody looked."""

    pattern: Pattern
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    lines: tuple[Spoken, ...]  # the newest first
    sayings: tuple[Saying, ...]  # the most frequent first
    full: bool  # there may be more than were read
    before_full: bool = False


async def read(source: LogsSource, streams: Streams, query: str, range_: Range, limit: int = MOST) -> Read:
    found = spoken(await source.lines(query, range_.start, range_.end, limit), streams)
    told = patterns((one.line.at, one.message) for one in found)
    earlier = await _earlier(source, query, range_, limit) if found else None
    known = None if earlier is None else patterns((line.at, message(masked(line.text))) for line in earlier)
    sayings = tuple(Saying(one, None if known is None else _count(one, known)) for one in told)
    return Read(tuple(found), sayings, len(found) >= limit, earlier is not None and len(earlier) >= limit)


def spoken(lines: Sequence[LogLine], streams: Streams) -> list[Spoken]:
    label = streams.told.label
    said = []
    for line in lines:
        text = clean(masked(line.text))
        level = (line.labels.get(label) or field(text, label)) if label else ""
        said.append(Spoken(LogLine(line.nanoseconds, text, line.labels), message(text), level))
    return said


async def _earlier(source: LogsSource, query: str, range_: Range, limit: int) -> Sequence[LogLine] | None:
    """The answer stands without them."""
    if range_.length > COMPARED:
        return None
    try:
        return await source.lines(query, range_.start - range_.length, range_.start, limit)
    except Problem:
        return None


def _count(one: Pattern, known: Sequence[Pattern]) -> int:
    return sum(other.count for other in known if one.fits(other))
