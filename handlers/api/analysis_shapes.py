"""What programs are told of the analysis of an issue."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from bot.model.severity import Severity
from handlers.api.shape import Shape


class Clue(Shape):
    says: str
    query: str = Field(description="That returned its figure; empty: it is kept here, not measured.")
    label: str


class Diagnosis(Shape):
    cause: str
    confidence: str
    clues: Sequence[Clue]
    scope: str
    next_step: str
    unread: Sequence[str]
    by_model: bool


class Analysis(Shape):
    """Of an issue, made once: what coincides with it, never what is proven."""

    cause: str
    kind: str = Field(
        description="`deploy`, `outage`, `dependency`, `saturation`, `traffic`, `region`, `instance`, "
        "`seen_before`, `unclear`."
    )
    confidence: str = Field(description="`high`, `fair`, `low`, `not clear yet`.")
    share: float = Field(description="The same, 0 to 1.")
    made_at: datetime
    by: str = Field(description="`rules` or `model`.")
    severity: Severity | None
    clues: Sequence[Clue] = Field(description="What speaks for it, the strongest first.")
    against: Sequence[Clue]
    services: Sequence[str] = Field(description="Affected.")
    regions: Sequence[str]
    next_step: str
    first: str = Field(description="What moved first.")
    order: Sequence[Clue] = Field(description="All that moved, in the order of time.")
    events: Sequence[str] = Field(description="Ids of the flagged log events that it rests on.")
    unread: Sequence[str] = Field(description="What could not be read, which is neither well nor unwell.")
