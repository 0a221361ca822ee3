"""What a reply says, as claims that sentences can be made of: read from its blocks, not from its words.

This is the generator's own reading; it shares nothing with the checker that it is to try.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model.reply import Chart, Facts, Query, Reply, Table, Text
from tests.eval.grounding_questions import SERVICES
from tests.eval.grounding_replies import Asked

TOOLS = ("product-copy", "triage", "support-bot", "search-answers", "chatbot", "document analyzer", "content generator",
         "lead scoring")  # fmt: skip
REGIONS = ("eu-west-1", "us-east-1", "us-east-2")
ENVS = ("prod", "staging")
SUBJECTS = {name: kind for kind, names in {
    "service": SERVICES, "tool": TOOLS, "region": REGIONS, "env": ENVS, "percentile": ("p50", "p90", "p95", "p99"),
}.items() for name in names}  # fmt: skip
FAMILIES = {
    "µs": ("time", 1e-6), "ms": ("time", 1e-3), "s": ("time", 1.0), "%": ("percent", 1.0), "B": ("bytes", 1.0),
    "KiB": ("bytes", 2.0**10), "MiB": ("bytes", 2.0**20), "GiB": ("bytes", 2.0**30), "$": ("usd", 1.0),
    "req/s": ("rate", 1.0),
}  # fmt: skip
_VALUE = re.compile(r"^(?P<usd>\$ )?(?P<number>[\d,]+(?:\.\d+)?)(?: (?P<unit>µs|ms|s|%|B|KiB|MiB|GiB|req/s))?$")
_COUNTED = {"Events": "events", "Requests": "requests", "Lines": "lines", "Tokens": "tokens", "Calls": "calls"}
_MEASURES = {"time": "latency", "percent": "error rate", "bytes": "memory", "usd": "AI spend", "rate": "request rate"}


@dataclass(frozen=True, slots=True)
class Claim:
    subject: str
    measure: str
    family: str
    value: float
    role: str = ""  # now, usual, mean, least, most
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    asked: Asked
    claims: Sequence[Claim]
    times: Sequence[datetime]
    hours: Sequence[int] = ()  # of windows: the last so many
    named: Sequence[str] = field(default_factory=tuple)
    beside: Sequence[Claim] = ()  # what stands in sentences: of whom, is not read

    def near(self, subject: str, family: str, value: float) -> bool:
        """Whether that could be said of it, or almost."""
        mine = [one for one in self.claims if one.family == family and one.subject in (subject, "")]
        mine += [one for one in self.beside if one.family in (family, "" if family in _COUNTED.values() else family)]
        known = [bound for one in mine for bound in (one.value, one.least, one.most) if bound is not None]
        room = 0.008 if family == "usd" else 0.0
        return any(abs(value - one) <= max(room, 0.12 * abs(one)) for one in known)


def source(asked: Asked) -> Source:
    reply = asked.reply
    head = f"{reply.title} {reply.summary.partition('. ')[0]}"
    own = [one for one in SUBJECTS if _named(one, head) and SUBJECTS[one] in ("service", "tool")]
    owner = own[0] if len(own) == 1 else ""
    claims = list(dict.fromkeys(_claims(reply, owner)))
    text = " ".join((head, *(block.caption for block in reply.blocks if isinstance(block, Chart | Table))))
    hours = sorted({int(n) * (24 if unit == "d" else 1) for n, unit in re.findall(r"the last (\d+) (h|d)\b", text)})
    return Source(asked, claims, list(times(reply)), hours, own, list(_in_sentences(reply)))


def _in_sentences(reply: Reply) -> Iterator[Claim]:
    texts = [reply.summary, *(str(part) for block in reply.blocks if isinstance(block, Text) for part in block.parts)]
    texts += [row.value for block in reply.blocks if isinstance(block, Facts) for row in block.rows]
    for number, unit in re.findall(r"([\d,]*\d(?:\.\d+)?) (ms|s|%|MiB|GiB|req/s|requests|events)", " ".join(texts)):
        family, size = FAMILIES.get(unit, (unit, 1.0))
        yield Claim("", "", family, float(number.replace(",", "")) * size)
    for block in reply.blocks:
        yield from _drawn(block) if isinstance(block, Chart) else ()
    for number in re.findall(r"(?<![\w.,:-])(\d[\d,]*)(?![\d:-])", " ".join((*texts, repr(reply.blocks)))):
        yield Claim("", "", "", float(number.replace(",", "")))


def _drawn(chart: Chart) -> Iterator[Claim]:
    """Of no one, as far as this knows."""
    for one in chart.series:
        values = [point.value for point in one.points if point.value == point.value]
        family, scale = {"seconds": ("time", 1.0), "ratio": ("percent", 100.0), "ms": ("time", 1e-3)}.get(
            one.unit, (one.unit, 1.0)
        )
        if values:
            for each in (min(values), max(values), values[0], values[-1], sum(values) / len(values)):
                yield Claim("", "", family, each * scale)


def _named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.I) is not None


def _claims(reply: Reply, owner: str) -> Iterator[Claim]:
    for block in reply.blocks:
        match block:
            case Facts(rows):
                for row in rows:
                    yield from _claim(owner, row.label, row.value, reply)
            case Table(columns, _):
                for cells in block.shown:
                    yield from _row(columns, cells, owner, reply)
            case Chart(caption, series):
                for one in series:
                    values = [point.value for point in one.points if point.value == point.value]
                    family = {
                        "seconds": "time",
                        "ratio": "percent",
                        "percent": "percent",
                        "bytes": "bytes",
                        "usd": "usd",
                    }.get(one.unit, "")
                    name = one.name if one.name in SUBJECTS else owner
                    if family and name and values:
                        scale = 100.0 if one.unit == "ratio" else 1.0
                        scale /= 2.0**20 if family == "bytes" else 1.0
                        size = 2.0**20 if family == "bytes" else 1.0
                        least, most, *ends = (_told(each * scale) * size for each in
                                              (min(values), max(values), values[0], values[-1]))  # fmt: skip
                        measure = _measure(family, caption)
                        yield Claim(name, measure, family, most, "most", least, most)
                        yield from (Claim(name, measure, family, each, "end") for each in ends)
                        yield Claim(name, measure, family, _told(sum(values) / len(values) * scale) * size, "mean")
            case _:
                pass


def _row(columns: Sequence[str], cells: Sequence[str | float], owner: str, reply: Reply) -> Iterator[Claim]:
    head = str(cells[0])
    for column, cell in zip(columns[1:], cells[1:], strict=True):
        if column in ("Change", "Share", "First", "Last", "Result", "Target", "Message", "Says") or "Before" in column:
            continue
        subject = next((one for one in (head, column) if one in SUBJECTS), owner)
        if not subject:
            continue
        unit = re.search(r" (%|ms)$", column)
        value = cell if isinstance(cell, str) else f"{cell:,.3g}" if cell < 1000 else f"{cell:,.0f}"
        written = f"{value} {unit[1]}" if unit else value
        label = head if column in SUBJECTS else f"{head if head not in SUBJECTS else ''} {column}"
        of = head.lower() if head not in SUBJECTS and column not in SUBJECTS else ""
        yield from (replace(one, measure=of or one.measure) for one in _claim(subject, label, written, reply))


def _claim(subject: str, label: str, written: str, reply: Reply) -> Iterator[Claim]:
    found = _VALUE.match(written)
    if not found or not subject:
        return
    number = float(found["number"].replace(",", ""))
    unit = "$" if found["usd"] else found["unit"] or ""
    counted = next((noun for name, noun in _COUNTED.items() if name.lower() in f"{label} {reply.title}".lower()), "")
    family, size = FAMILIES.get(unit, (counted, 1.0))
    role = next((one for one in ("now", "usual", "mean", "least", "most") if one in label.lower()), "")
    text = f"{label} {reply.title} {reply.summary}".lower()
    measure = "availability" if "availability" in label.lower() else _measure(family, text)
    if family and number:
        yield Claim(subject, measure, family, number * size, role)


def _measure(family: str, text: str) -> str:
    if family == "time":
        return "p95 latency" if "p95" in text.lower() else "latency"
    if family == "percent":
        return "error rate" if "error" in text.lower() else "share"
    return _MEASURES.get(family, family)


def _told(value: float) -> float:
    return float(f"{value:.3g}")


def times(reply: Reply) -> Iterator[datetime]:
    """At which it was read, and of which its words tell."""
    for block in reply.blocks:
        if isinstance(block, Query):
            yield block.end
            if block.step is not None:
                yield block.start
        if isinstance(block, Text):
            yield from (part.at for part in block.parts if hasattr(part, "at"))
