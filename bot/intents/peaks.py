"""What was read about the moment when there were most lines: what they said, and what coincides with it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.analysis.patterns import patterns
from bot.desk import moves
from bot.desk.events import Counted, Peak
from bot.desk.log_lines import spoken
from bot.desk.moves import Window
from bot.intents import log_words
from bot.intents.about_logs import AboutLogs, Subject
from bot.model.chart import Mark
from bot.model.errors import Problem
from bot.model.reply import Code, Moment, Part
from bot.pipeline import phrases
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

SEEN = 200  # lines of the peak that are looked at for what they say
MOSTLY = 0.4  # of them that say the same are worth a word
JUST_BEFORE, LATER = timedelta(minutes=30), timedelta(minutes=15)  # around the moment when they rose


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that was read about a peak, in words and, where it is an instant, on the timeline."""

    words: tuple[Part, ...]
    mark: Mark | None = None


async def evidence(ask: AboutLogs, subject: Subject, counted: Counted, tools: Tools) -> tuple[Sight, ...]:
    """Only of a peak that stands out, and only what was read."""
    peak = counted.peak
    if peak is None or not peak.stands_out:
        return ()
    told = await asyncio.gather(
        _said_then(ask, subject, peak), _deployed(subject, peak, tools), _issues(subject, peak, tools)
    )
    return tuple(sight for found in told for sight in found)


async def _said_then(ask: AboutLogs, subject: Subject, peak: Peak) -> Sequence[Sight]:
    streams = subject.found.streams
    levels = ask.levels or ("critical", "error", "warning")
    try:
        found = await subject.source.lines(streams.lines(levels, ask.containing), peak.start, peak.end, SEEN)
    except Problem:
        return ()
    told = patterns((one.line.at, one.message) for one in spoken(found, streams))
    if not told or told[0].count < max(2, MOSTLY * len(found)):
        return ()
    share, kind = round(100 * told[0].count / len(found)), "lines" if ask.levels else "warnings and worse"
    words = f"Of the newest {len(found)} {kind} then, {share} % say: "
    return [Sight((words, Code(log_words.short(told[0].text))))]


async def _deployed(subject: Subject, peak: Peak, tools: Tools) -> Sequence[Sight]:
    service = subject.found.where.get("service", "")
    if tools.metrics is None or not service:
        return ()
    where = {"service": service, **({"env": env} if (env := subject.found.where.get("env")) else {})}
    # A moment short of the answer's own end, so that the timeline stays the query that it rests on.
    start, end = peak.since - JUST_BEFORE, min(peak.since + LATER, subject.range.end - timedelta(seconds=1))
    try:
        found = await moves.deploys(tools.metrics, where, Window(start, end))
    except Problem:
        return ()
    near = [at for at in found if start <= at <= end]
    since = f"{peak.since.astimezone(ZoneInfo(tools.turn.zone)):%H:%M} {tools.turn.zone}"
    said = f"They rose from {since} on, which coincides with a deploy of {service} at "
    return [Sight((said, Moment(near[-1]), "."), Mark(near[-1], "deploy", "deploy"))] if near else ()


async def _issues(subject: Subject, peak: Peak, tools: Tools) -> Sequence[Sight]:
    service = subject.found.where.get("service", "")
    if not service:
        return ()
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(service=service, limit=50))
    then = [one for one in found if one.opened_at <= peak.end and (one.resolved_at or peak.end) >= peak.start]
    return [
        Sight(
            (f"{one.id} stood then, opened at ", Moment(one.opened_at), f": {phrases.capped(one.title, 120)}."),
            Mark(one.opened_at, one.id, "alert"),
        )
        for one in then[:2]
    ]
