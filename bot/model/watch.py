"""What is watched by itself: a query, what its values are of, and from when on they are worth a word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal, NewType

from pydantic import BaseModel, ConfigDict, Field

from bot.model.series import Series
from bot.model.severity import Severity

WatchId = NewType("WatchId", str)  # W1, for it is typed by hand
WEEKS = 4.0  # series-weeks to a false alarm, unless somebody says otherwise
A_MINUTE = timedelta(minutes=1)
MOST_SERIES = 100  # of one watch
BURN, SILENCE = "burn", "silence"  # kinds that follow from what people set: nothing is learnt, and nothing is guessed
CERTAIN = (BURN, SILENCE)


class WatchDraft(BaseModel):
    """What somebody, or we ourselves, would have watched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: str = Field(min_length=1, max_length=4096)
    name: str = Field(default="", max_length=120)
    kind: str = Field(default="gauge", max_length=40)
    unit: str = Field(default="", max_length=40)
    above: float | None = Field(default=None, allow_inf_nan=False)
    below: float | None = Field(default=None, allow_inf_nan=False)
    severity: Severity = Severity.MEDIUM
    weeks: float = Field(default=WEEKS, gt=0, le=520)
    service: str = Field(default="", max_length=200)
    datasource: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class Watch:
    id: WatchId
    name: str
    query: str
    made_at: datetime
    kind: str = "gauge"
    unit: str = ""
    step: timedelta = A_MINUTE
    above: float | None = None  # limits that people set
    below: float | None = None
    severity: Severity = Severity.MEDIUM
    weeks: float = WEEKS
    service: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    datasource: str = ""
    by: str = ""  # the name of who made it
    paused: bool = False
    cause: str = ""  # the letter it was made by: the same letter makes no second one

    @property
    def certain(self) -> bool:
        return self.kind in CERTAIN

    @property
    def limited(self) -> bool:
        return self.above is not None or self.below is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """What was told of one series last, so that nothing is told twice."""

    watch: WatchId
    series: str  # its key
    told_at: datetime  # the point of the news, not when it was sent
    open: bool


WatchState = Literal["learning", "watching", "away", "empty"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a watch is, as the replica that sweeps keeps it; `says` tells why nothing is known."""

    state: WatchState = "learning"
    series: int = 0
    says: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    watch: Watch
    standing: Standing = Standing()
    strange: int = 0  # of its series, so many now


@dataclass(frozen=True, slots=True)
class Trial:
    """What a watch would have been: how many series it has, and how often it would have told."""

    draft: WatchDraft
    series: int
    told: int
    days: float  # that it could be tried on
    tried: int = 0  # series, where not all of them were
    course: Series | None = None  # of that which would have told most often
    marks: tuple[datetime, ...] = ()  # when


def series_key(labels: Mapping[str, str]) -> str:
    """The same for the same labels, and short enough for a row."""
    text = "\0".join(f"{name}\1{value}" for name, value in sorted(labels.items()))
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
