"""What an investigation has found so far: our own lines, which hold figures, and what others wrote, which may not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.analysis.diagnosis import Hypothesis, diagnose, ranked
from bot.analysis.hints import hints
from bot.desk.grounding import Facts
from bot.desk.moves import Window
from bot.model import plain
from bot.model.analysis import Analysis, Context
from bot.model.issue import Issue, Seen
from bot.model.reply import Facts as FactBlock
from bot.model.reply import Reply, Table, Text
from bot.ports.knowledge import Hit

MOST_ROWS, MOST_LINES = 6, 16


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. `failed`: it could not be read, which is neither well nor unwell."""

    title: str
    says: str
    told: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    failed: bool = False


@dataclass
class Found:
    """Grows while it is investigated, so that whoever stops it has what is known."""

    service: str
    window: str
    issue: Issue | None = None
    looks: list[Finding] = field(default_factory=list)
    read: Window | None = None  # from when to when what moved was looked for
    context: Context | None = None
    analysis: Analysis | None = None
    causes: Sequence[Hypothesis] = ()
    similar: Sequence[Seen] = ()
    pages: Sequence[Hit] = ()
    words: list[str] = field(default_factory=list)
    left_out: int = 0
    services: Sequence[str] = ()  # that figures can be of
    broke_off: bool = False  # words of a model that were seen early, and do not stand

    def understood(self, context: Context) -> None:
        self.context, self.analysis, self.causes = context, diagnose(context), ranked(hints(context))

    @property
    def facts(self) -> tuple[str, ...]:
        """Numbered for a model, in this order."""
        told = [line for look in self.looks for line in look.told]
        for cause in self.causes[:4]:
            told += [cause.lead.cause, *(one.clue.says for one in cause.hints)]
        if self.analysis:
            told += [one.says for one in self.analysis.order]
        return tuple(dict.fromkeys(filter(None, told)))

    @property
    def grounds(self) -> Facts:
        titles = (self.issue.title,) if self.issue else ()
        lines = tuple(line for look in self.looks for line in look.theirs)
        severity = self.issue.severity.value if self.issue else ""
        subjects = {one.lower(): "service" for one in (*self.services, self.service) if one}
        return Facts((*self.facts, self.service), titles, lines, severity=severity, subjects=subjects)


def lines_of(reply: Reply) -> tuple[str, ...]:
    """What a reply of ours says, as lines: its summary, and the rows below it."""
    told = [reply.summary]
    for block in reply.blocks:
        match block:
            case FactBlock(rows):
                told += [f"{row.label}: {row.value}" for row in rows[:MOST_ROWS]]
            case Table():
                told += [
                    ", ".join(f"{name}: {_cell(one)}" for name, one in zip(block.columns, row, strict=False))
                    for row in block.rows[:MOST_ROWS]
                ]
            case Text(parts, listed=True):
                told.append("".join(plain.part(part) for part in parts))
            case _:
                pass
    return tuple(told[:MOST_LINES])


def _cell(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
