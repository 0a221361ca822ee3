"""A plan said back in words, so that a wrong reading is seen at a glance."""

from collections.abc import Sequence
from datetime import timedelta

from bot.model import figures
from bot.query.plan import Matcher
from bot.query.words.asked import Asked
from bot.query.words.log_frames import Found
from bot.query.words.reading import Reading
from bot.query.words.roles import Word


def of_metrics(asked: Asked, reading: Reading) -> str:
    name = " and ".join(reading.metrics)
    parts = [f"{reading.says} {name}".strip(), *_where(reading.fit.matchers)]
    if reading.fit.by:
        parts.append("by " + ", ".join(reading.fit.by))
    if asked.threshold is not None:
        unit = f" {asked.threshold.unit.name}" if asked.threshold.unit else ""
        parts.append(f"{asked.threshold.op} {asked.threshold.value:g}{unit}")
    return ", ".join([*parts, when(asked)])


def phrase(asked: Asked, word: Word) -> str:
    """A word with those that stand beside it: `soil moisture`, and not soil alone."""
    run, at = [word], asked.words.index(word) if word in asked.words else -1
    if at < 0 or word.quoted:
        return word.text
    for ahead in reversed(asked.words[:at]):
        if run[0].role or ahead.quoted or asked.text[ahead.place + len(ahead.text) : run[0].place] != " ":
            break
        run.insert(0, ahead)
    for behind in asked.words[at + 1 :]:
        last = run[-1]
        if behind.role or behind.quoted or asked.text[last.place + len(last.text) : behind.place] != " ":
            break
        run.append(behind)
    said = asked.text[run[0].place : run[-1].place + len(run[-1].text)]
    return f"{run[0].before} {said}" if run[0].low in _KINDS else said


_KINDS = frozenset("class type kind tier category".split())  # `first class`: the name is the word before the kind


def listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + (" or " if len(names) > 1 else "") + names[-1]


def of_logs(asked: Asked, found: Found, kind: str) -> str:
    head = {"lines": "log lines", "count": "number of log lines", "share": "share of log lines", "volume": "log volume"}
    parts = [
        head.get(kind, f"{found.field.name if found.field else 'figure'} in log lines"),
        *_where(found.lines.stream),
    ]
    if found.groups:
        parts.append("by " + ", ".join(found.groups))
    return ", ".join([*parts, when(asked)])


def _where(matchers: tuple[Matcher, ...]) -> list[str]:
    return [f"{m.label} {m.op.replace('=~', 'matches').replace('!~', 'does not match')} {m.value}" for m in matchers]


def when(asked: Asked) -> str:
    told = asked.when
    if told.against:
        return f"against {span(told.against)} before"
    if told.ahead:
        return f"{span(told.ahead)} ahead"
    if told.window:
        return f"over {span(told.window)}" + (f", ending {span(told.ago)} ago" if told.ago else "")
    return f"{span(told.ago)} ago" if told.ago else "now"


def span(length: timedelta) -> str:
    return figures.span(length)
