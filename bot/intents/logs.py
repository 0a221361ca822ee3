"""What was logged: the newest lines of a service, and what they say again and again."""

import re
from typing import Any

from bot.desk import events as counting
from bot.desk import log_lines
from bot.desk.log_lines import MOST, Read, Saying
from bot.intents import about_logs, log_words
from bot.intents.about_logs import AboutLogs, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.reply import Block, Button, Files, Reply, Table, Text, Tone
from bot.ports.tools import Tools
from bot.query import log_levels
from bot.query.ranges import Range

SHOWN = 40  # lines of the table; the file has them all
SAYINGS = 8
OFTEN = 3  # lines that say the same are worth a row

_LOGS = re.compile(r"(?<![\w-])(?:logs?|loglines?)(?![\w-])(?! (?:in|out|on|off)\b)|\b(?:error|event) details?\b")
OWN_WORDS = about_logs.OWN_WORDS | frozenset("say says said look read fetch display list print tail last".split())


class Logs(AboutLogs, frozen=True):
    pass


async def answer(ask: Logs, tools: Tools) -> Reply:
    subject = await about_logs.exactly(ask, tools)
    await tools.step(f"Reading lines of {subject.name}")
    query = subject.found.streams.lines(ask.levels, ask.containing)
    read = await log_lines.read(subject.source, subject.found.streams, query, subject.range)
    if not read.lines:
        return _none(ask, subject)
    every = await _every(ask, subject) if read.full else len(read.lines)
    zone = tools.turn.zone
    caption = f"The newest {min(SHOWN, len(read.lines))}" if len(read.lines) > SHOWN else "The newest first"
    return Reply(
        title=f"Logs of {subject.found.where.get('service', 'everything')}",
        summary=_summary(ask, subject, read, every),
        blocks=(
            *_sayings(read, subject, zone),
            log_words.table(read.lines[:SHOWN], caption, subject, zone),
            *_notes(read, subject),
            *((Files((log_words.file(read.lines),)),) if len(read.lines) > SHOWN else ()),
        ),
        tone=_tone(read),
        buttons=_next_steps(ask, subject),
        rateable=True,
    )


async def _every(ask: Logs, subject: Subject) -> int:
    """How many there are, where not all of them were read."""
    streams, levels, range_ = subject.found.streams, ask.levels, subject.range
    return (await counting.counted(subject.source, streams, range_, levels, ask.containing)).total


def _summary(ask: Logs, subject: Subject, read: Read, every: int) -> str:
    what = log_levels.written(ask.levels) if ask.levels else "line" if every == 1 else "lines"
    holding = f" with {ask.containing}" if ask.containing else ""
    head = f"{subject.name}, {subject.range.words}: {figures.plain(every)} {what}{holding}"
    cut = f", of which the newest {len(read.lines):,} are read" if read.full and every > len(read.lines) else ""
    most = read.sayings[0]
    if most.pattern.count < OFTEN:
        return f"{head}{cut}."
    new = ", and none in as long a time before" if most.before == 0 and not read.before_full else ""
    share = round(100 * most.pattern.count / len(read.lines))
    return f"{head}{cut}. Most often ({share} %{new}): {log_words.short(most.pattern.text)}"


def _sayings(read: Read, subject: Subject, zone: str) -> tuple[Block, ...]:
    often = [one for one in read.sayings if one.pattern.count >= OFTEN or one.before == 0][:SAYINGS]
    if not often or len(read.lines) < OFTEN:
        return ()
    compared = any(one.before is not None for one in often)
    before = (f"Before ({figures.span(subject.range.length)})",) if compared else ()
    rows = tuple(_row(one, len(read.lines), subject.range, zone, compared=compared) for one in often)
    more = len(read.sayings) - len(often)
    caption = f"What they say, alike put together{f'; {more} more' if more else ''} ({zone})"
    return (Table(("Lines", "Share", "Says", "First", "Last", *before), rows, caption),)


def _row(one: Saying, lines: int, range_: Range, zone: str, *, compared: bool) -> tuple[str | float, ...]:
    dated = range_.length > log_lines.COMPARED
    first, last = (log_words.time(at, zone, dated=dated) for at in (one.pattern.first, one.pattern.last))
    before = ("new" if one.before == 0 else figures.plain(one.before or 0),) if compared else ()
    share = f"{figures.plain(round(100 * one.pattern.count / lines, 1))} %"
    return (one.pattern.count, share, log_words.short(one.pattern.text), first, last, *before)


def _notes(read: Read, subject: Subject) -> tuple[Block, ...]:
    notes = list(subject.found.streams.notes)
    if read.full:
        notes.append(f"No more than {MOST:,} lines are read at once: the newest.")
    if read.before_full:
        notes.append(f"Of the time before, the newest {MOST:,} lines were looked at.")
    return (Text((" ".join(notes),)),) if notes else ()


def _none(ask: Logs, subject: Subject) -> Reply:
    what = log_levels.written(ask.levels) if ask.levels else "lines"
    holding = f" with {ask.containing}" if ask.containing else ""
    given = ask.model_dump(exclude_defaults=True)
    wider = (
        *([Button("All levels", "logs", {**given, "level": ""})] if ask.levels else []),
        Button("Last 24 h", "logs", {**given, "window": "last 24 hours"}),
        Button("Change range", "logs", given, asks=("window", "level", "containing")),
    )
    return Reply(
        f"{subject.name}, {subject.range.words}: no {what}{holding}.",
        (Text(("The source answered, and holds none; that is not to say that none were written.",)),),
        tone="warning",
        buttons=wider,
    )


def _tone(read: Read) -> Tone:
    return "bad" if any(log_levels.meant(one.level) == "critical" for one in read.lines) else "neutral"


def _next_steps(ask: Logs, subject: Subject) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    row = [Button("Count them", "events", given if ask.issue else {**given, "window": ask.window or ask.usual})]
    if not ask.levels:
        row.append(Button("Only errors", "logs", {**given, "level": "errors"}))
    row += log_words.beside(subject, ask)
    row.append(Button("Change range", "logs", given, asks=("window", "level", "containing")))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    return about_logs.reading(question, "logs", OWN_WORDS, asked=bool(_LOGS.search(question.text.lower())))


def words(question: Question) -> dict[str, Any] | None:
    return about_logs.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="logs",
    help="What a service logged: the newest lines, and what they say again and again.",
    examples=(
        "logs checkout last 2 hours",
        "show me the error logs of checkout from yesterday evening",
        "logs of payments with timeout",
    ),
    asks=Logs,
    answer=answer,
    reads=reads,
    title="Logs",
    command="logs",
    words=words,
    by_clock=True,
)
