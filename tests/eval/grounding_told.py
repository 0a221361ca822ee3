"""The fourth author's own reading of a reply: every value that any block tells, with the row and the column it stands
in, and how a line of a chart went. It shares nothing with the checker, and little with the first three."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import plain
from bot.model.reply import Chart, Facts, Reply, Table, Text
from tests.eval.grounding_claims import SUBJECTS, times
from tests.eval.grounding_replies import Asked

UNITS = {
    "µs": ("time", 1e-6), "ms": ("time", 1e-3), "s": ("time", 1.0), "min": ("time", 60.0), "%": ("percent", 1.0),
    "B": ("bytes", 1.0), "KiB": ("bytes", 2.0**10), "MiB": ("bytes", 2.0**20), "GiB": ("bytes", 2.0**30),
    "req/s": ("rate", 1.0), "$": ("usd", 1.0), "points": ("points", 1.0), "": ("count", 1.0),
}  # fmt: skip
OF_SERIES = {"seconds": ("time", 1.0), "ratio": ("percent", 100.0), "percent": ("percent", 1.0),
             "bytes": ("bytes", 1.0), "usd": ("usd", 1.0)}  # fmt: skip
_VALUE = re.compile(r"(?P<usd>\$ )?(?P<number>\d[\d,]*(?:\.\d+)?)(?: (?P<unit>µs|ms|s|min|%|B|KiB|MiB|GiB|req/s))?")
_COLUMN = re.compile(r" (%|ms|s|req/s|USD)$")
_ANYWHERE = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?![\d:-])")
_COUNTED = re.compile(
    r"(?<![\w.,:/-])(\d[\d,]*) (?!(?:of|to|min|and|in|with|per|more|against|calls? against|log|new)\b|req)([a-z]{3,})\b"
)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
_WORDY = re.compile(r"[A-Za-z][A-Za-z0-9 _-]{1,30}")
_ROLES = {"usual": "usual", "normal": "usual", "before": "", "most": "most", "least": "least", "mean": "mean"}


@dataclass(frozen=True, slots=True)
class Value:
    row: str  # what its row begins with; empty in a list of facts
    label: str
    family: str
    worth: float
    role: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    family: str
    first: float
    last: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Told:
    asked: Asked
    about: str  # the one service or tool of it, if one
    values: Sequence[Value]
    lines: Sequence[Line]
    counted: Sequence[tuple[float, str]]  # in its sentences: so many of what
    times: Sequence[datetime]
    hours: Sequence[int]
    named: frozenset[str]
    means: Sequence[float]  # of whatever is drawn
    every: Sequence[float]  # any number in it, whatever it is of

    def known(self, worth: float, *, room: float = 0.06) -> bool:
        """Whether any figure of it is about that, in any unit that people would write it in."""
        sizes = (1.0, 1e3, 1e-3, 60.0, 1 / 60, 3600.0, 2.0**20, 2.0**30, 1e6, 1e9, 100.0)
        known = {one * size for one in self.every for size in sizes}
        return any(abs(worth - one) <= room * abs(one) for one in known)


def told(asked: Asked) -> Told:
    reply, text = asked.reply, plain.render(asked.reply)
    head = f"{reply.title} {reply.summary}"
    own = [one for one, kind in SUBJECTS.items() if kind in ("service", "tool") and _named(one, head)]
    hours = {int(n) * (24 if unit == "d" else 1) for n, unit in re.findall(r"the last (\d+) (h|d)\b", text)}
    lines = list(_lines(reply, own[0] if len(own) == 1 else ""))
    every = [float(one.replace(",", "")) for one in _ANYWHERE.findall(text)]
    every += [bound for one in lines for bound in (one.first, one.last, one.least, one.most)]
    return Told(
        asked, own[0] if len(own) == 1 else "", list(dict.fromkeys(_values(reply))), lines, list(_counted(reply)),
        [*times(reply), *_stamps(text)],
        sorted(hours), frozenset(one for one in SUBJECTS if _named(one, text)), list(_means(reply)), every,
    )  # fmt: skip


def _named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.I) is not None


def _values(reply: Reply) -> Iterator[Value]:
    for block in reply.blocks:
        if isinstance(block, Facts):
            for row in block.rows:
                yield from _value("", row.label, row.value)
        if isinstance(block, Table) and len({plain.cell(cells[0]) for cells in block.shown}) == len(block.shown):
            for cells in block.shown:
                head = plain.cell(cells[0])
                for column, cell in zip(block.columns[1:], cells[1:], strict=True):
                    unit = _COLUMN.search(column)
                    text = plain.cell(cell)
                    if unit and not isinstance(cell, str):
                        text = f"$ {text}" if unit[1] == "USD" else f"{text} {unit[1]}"
                    if _WORDY.fullmatch(head) and not head.startswith("last"):
                        yield from _value(head, _COLUMN.sub("", column), text)


def _value(row: str, label: str, text: str) -> Iterator[Value]:
    found = _VALUE.fullmatch(text)
    if not found or not _WORDY.fullmatch(label) or re.search(r"first|last|since|change|share", label, re.I):
        return
    family, size = UNITS["$" if found["usd"] else found["unit"] or ""]
    worth = float(found["number"].replace(",", ""))
    role = next((role for word, role in _ROLES.items() if re.search(rf"\b{word}\b", label, re.I)), "")
    if worth:
        yield Value(row, label.lower(), family, worth * size, role)


def _counted(reply: Reply) -> Iterator[tuple[float, str]]:
    texts = [reply.summary, *(plain.line(block.parts) for block in reply.blocks if isinstance(block, Text))]
    for number, noun in _COUNTED.findall(" ".join(texts)):
        yield float(number.replace(",", "")), noun


def _stamps(text: str) -> Iterator[datetime]:
    for one in _STAMP.findall(text):
        yield datetime.fromisoformat(one).replace(tzinfo=UTC)


def _lines(reply: Reply, about: str) -> Iterator[Line]:
    for block in reply.blocks:
        if not isinstance(block, Chart):
            continue
        for one in block.series:
            values = [point.value for point in one.points if point.value == point.value]
            name = one.name if one.name.lower() in SUBJECTS else about
            if one.unit in OF_SERIES and name and len(values) > 1:
                family, size = OF_SERIES[one.unit]
                neat = [_neat(each * size, family) for each in (values[0], values[-1], min(values), max(values))]
                if neat[2] > 0:
                    yield Line(name, family, *neat)


def _means(reply: Reply) -> Iterator[float]:
    for one in (series for block in reply.blocks if isinstance(block, Chart) for series in block.series):
        values = [point.value for point in one.points if point.value == point.value]
        if values:
            yield sum(values) / len(values) * OF_SERIES.get(one.unit, ("", 1.0))[1]


def _neat(worth: float, family: str) -> float:
    size = 2.0**20 if family == "bytes" else 1.0
    return float(f"{worth / size:.3g}") * size
