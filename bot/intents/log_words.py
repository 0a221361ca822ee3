"""Lines in an answer: as a table, as a file, and what can be asked beside them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.log_catalog import SERVICE
from bot.desk.log_lines import Spoken
from bot.intents.about_logs import AboutLogs, Subject
from bot.model.reply import Button, File, Table
from bot.model.text import capped

LONGEST = 240  # of a message in a table; the file has it whole


def table(found: Sequence[Spoken], caption: str, subject: Subject, zone: str) -> Table:
    """The newest first; what tells the lines apart has a column."""
    label = next((one for one in SERVICE if any(one in each.line.labels for each in found)), "")
    several = len({one.line.labels.get(label, "") for one in found}) > 1
    leveled = any(one.level for one in found)
    heads = ("Time", *((label,) if several else ()), *(("Level",) if leveled else ()), "Message")
    dated = subject.range.length > timedelta(hours=24)
    rows = tuple(
        (
            time(one.line.at, zone, dated=dated),
            *((one.line.labels.get(label, ""),) if several else ()),
            *((one.level or "-",) if leveled else ()),
            short(one.message),
        )
        for one in found
    )
    return Table(heads, rows, f"{caption} ({zone})")


def share(count: int, percent: int) -> str:
    """Few are not none."""
    return "under 1 %" if count and not percent else f"{percent} %"


def time(at: datetime, zone: str, *, dated: bool) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%m-%d %H:%M:%S}" if dated else f"{local:%H:%M:%S}"


def short(text: str) -> str:
    return capped(text, LONGEST)


def file(found: Sequence[Spoken]) -> File:
    rows = (f"{one.line.at.isoformat()} {_labels(one)} {one.line.text}" for one in found)
    return File("lines.log", "text/plain", ("\n".join(rows) + "\n").encode(errors="replace"))


def _labels(one: Spoken) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(one.line.labels.items()))


def beside(subject: Subject, ask: AboutLogs) -> list[Button]:
    """Where a service is meant, what else there is to ask of it, over the same time."""
    where = {name: subject.found.where[name] for name in ("service", "region", "env") if name in subject.found.where}
    if not where.get("service"):
        return []
    if ask.issue and not ask.window:
        return [
            Button("Impact", "impact", {"issue": ask.issue}),
            Button("Open issue", "show_issue", {"issue": ask.issue}),
        ]
    given = {**where, "window": ask.window or ask.usual}
    return [Button("Health", "health", given), Button("Why errors", "why", {**given, "about": "errors"})]
