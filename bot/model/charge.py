"""What AI costs a tenant: the calls of its tools, whoever told us of them. Our own are among them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.model.usage import Tokens

NONE = timedelta(0)
ASSISTANT = "Nightdesk"  # the tool that our own calls are booked under, as people name it


@dataclass(frozen=True, slots=True)
class Charge:
    """One call; or what a source tells of many, and then `calls` says of how many, from `at` on for `span`.

    None is what nobody knows, which is not zero: tokens that were not counted, a cost without a price.
    """

    id: str  # as its source knows it: told again, it is the same
    source: str  # who told us: "http", "otlp", "openai", "anthropic", "litellm", the name of a datasource, "nightdesk"
    at: datetime
    tool: str  # as people name it: "Document Analyzer"
    model: str = ""
    operation: str = ""
    person: str = ""  # whoever it was done for, as the source names them
    endpoint: str = ""
    calls: int = 1
    failed: int = 0
    tokens: Tokens | None = None
    cost: Decimal | None = None  # US dollars
    took: timedelta | None = None  # all of its calls together
    error: str = ""  # the kind of failure
    prompt: str = ""  # a mark of what was asked, where the source has one: two alike may be answered once
    span: timedelta = NONE
    by_table: bool = False  # its cost is ours, from the table of prices


class By(StrEnum):
    TOOL = "tool"
    MODEL = "model"
    OPERATION = "operation"
    PERSON = "person"
    ENDPOINT = "endpoint"
    ERROR = "error"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Charged:
    """A sum of charges. `of`: what they have in common, in the order that was asked for."""

    of: tuple[str, ...] = ()
    at: datetime | None = None  # when its stretch of time begins, where it was asked for by time
    calls: int = 0
    failed: int = 0
    read: int = 0
    written: int = 0
    cached: int = 0
    counted: int = 0  # calls whose tokens are known
    cost: Decimal = Decimal(0)
    unpriced: int = 0  # calls whose cost nobody knows
    took: timedelta = NONE
    timed: int = 0  # calls whose time is known

    @property
    def tokens(self) -> int:
        return self.read + self.written


def by_tool(sums: Iterable[Charged]) -> dict[str, list[Charged]]:
    """Sums by tool, and perhaps by more."""
    found: dict[str, list[Charged]] = {}
    for one in sums:
        found.setdefault(one.of[0], []).append(one)
    return found


def together(sums: Sequence[Charged]) -> Charged:
    """As one: what they have in common is that of the first."""
    first = sums[0] if sums else Charged()
    return Charged(
        first.of,
        first.at,
        calls=sum(one.calls for one in sums),
        failed=sum(one.failed for one in sums),
        read=sum(one.read for one in sums),
        written=sum(one.written for one in sums),
        cached=sum(one.cached for one in sums),
        counted=sum(one.counted for one in sums),
        cost=sum((one.cost for one in sums), Decimal(0)),
        unpriced=sum(one.unpriced for one in sums),
        took=sum((one.took for one in sums), NONE),
        timed=sum(one.timed for one in sums),
    )
