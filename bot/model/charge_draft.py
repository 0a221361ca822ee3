"""Charges as programs send them: each checked, with a name for what is wrong."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from bot.model.charge import Charge
from bot.model.errors import Malformed
from bot.model.harmless import clean
from bot.model.usage import Tokens

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOST_TOKENS, MOST_CALLS, MOST_COST = 10**12, 10**9, Decimal(10**9)
_WRONG = {"missing": "is missing", "extra_forbidden": "there is no such field"}


def _exact(given: object) -> object:
    """A fraction as it was written, and not as a binary one comes near it."""
    return repr(given) if isinstance(given, float) else given


Word = Annotated[str, AfterValidator(clean), AfterValidator(str.strip), Field(max_length=200)]
Name = Annotated[Word, Field(min_length=1)]
Count = Annotated[int, Field(ge=0, le=MOST_TOKENS)]
Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=MOST_COST, allow_inf_nan=False)]


class ChargeDraft(BaseModel):
    """One call of a model, or what is known of several. Without an id one is made of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Word = ""
    timestamp: Annotated[AwareDatetime, Field(ge=FIRST, lt=LAST)]
    tool: Name
    model: Word = ""
    operation: Word = ""
    person: Word = ""
    endpoint: Word = ""
    calls: int = Field(1, ge=1, le=MOST_CALLS)
    failed: int | None = Field(None, ge=0, le=MOST_CALLS)
    success: bool | None = None
    error: Word = ""
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_tokens: Count = 0
    cost: Amount | None = None
    currency: Word = "USD"
    latency_ms: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None
    prompt: Word = ""

    @field_validator("currency")
    @classmethod
    def _dollars(cls, currency: str) -> str:
        if currency.upper() != "USD":
            raise ValueError("costs are kept in USD alone; convert them before they are sent")
        return "USD"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.cached_tokens > (self.input_tokens or 0):
            raise ValueError("cached_tokens are part of input_tokens, and cannot be more")
        if (self.failed or 0) > self.calls:
            raise ValueError("failed cannot be more than calls")
        if self.success is not None and self.failed is not None:
            raise ValueError("say either success or failed")
        return self

    def charge(self, source: str) -> Charge:
        tokens = None
        if self.input_tokens is not None or self.output_tokens is not None:
            tokens = Tokens(self.input_tokens or 0, self.output_tokens or 0, self.cached_tokens)
        wrong = self.success is False or (self.success is None and self.failed is None and bool(self.error))
        return Charge(
            self.id or sha256(self.model_dump_json().encode()).hexdigest(),
            source,
            self.timestamp.astimezone(UTC),
            self.tool,
            self.model,
            self.operation,
            self.person,
            self.endpoint,
            self.calls,
            self.calls if wrong else self.failed or 0,
            tokens,
            self.cost,
            None if self.latency_ms is None else timedelta(milliseconds=self.latency_ms),
            self.error,
            self.prompt,
        )


_DRAFTS: TypeAdapter[list[ChargeDraft]] = TypeAdapter(list[ChargeDraft])


def read_charges(given: Any, source: str, most: int, field: str = "records") -> Sequence[Charge]:
    """One batch as a program sent it. Raises Malformed with the field: `records[3].timestamp`."""
    if not isinstance(given, list):
        raise Malformed(field, "has to be a list of records")
    if len(given) > most:
        raise Malformed(field, f"holds {len(given)} records; {most} at a time can be taken")
    try:
        return [draft.charge(source) for draft in _DRAFTS.validate_python(given)]
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False, include_context=False)[0]
        index, *rest = first["loc"]
        name = ".".join([f"{field}[{index}]", *(clean(str(part)[:80]) for part in rest)])
        raise Malformed(name, _WRONG.get(first["type"], first["msg"].removeprefix("Value error, "))) from None
