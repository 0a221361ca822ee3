"""A plan said back in words, so that a wrong reading is seen at a glance."""

from datetime import timedelta

from bot.model import figures
from bot.query.plan import Matcher
from bot.query.words.asked import Asked
from bot.query.words.log_frames import Found
from bot.query.words.reading import Reading


def of_metrics(asked: Asked, reading: Reading) -> str:
    name = " and ".join(reading.metrics)
    parts = [f"{reading.says} {name}".strip(), *_where(reading.fit.matchers)]
    if reading.fit.by:
        parts.append("by " + ", ".join(reading.fit.by))
    if asked.threshold is not None:
        unit = f" {asked.threshold.unit.name}" if asked.threshold.unit else ""
        parts.append(f"{asked.threshold.op} {asked.threshold.value:g}{unit}")
    return ", ".join([*parts, when(asked)])


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
