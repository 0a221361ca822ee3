"""What programs may ask: queries and bodies. A field that is not here is refused by its name."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from bot.model.harmless import clean
from bot.model.issue import Status
from bot.model.message import Role
from bot.model.plan import Span
from bot.model.severity import Severity
from bot.model.source import SourceDraft
from bot.model.ticket import Priority

MOST_ISSUES, MOST_ALERTS, MOST_ENTRIES, MOST_UNDELIVERED = 500, 1000, 10_000, 500

Line = Annotated[str, AfterValidator(clean), Field(max_length=200)]
Words = Annotated[str, AfterValidator(clean), Field(max_length=2000)]
Length = Annotated[Span, Field(gt=timedelta(0), le=timedelta(days=366))]
Matchers = Annotated[tuple[Words, ...], Field(min_length=1, max_length=50)]
"""In Alertmanager's spelling, one label each: `service="checkout"`, `instance=~"a.*"`."""


class Ask(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Ask):
    """There is nothing to say beyond the address."""


class Payload(Ask):
    """The body is read by the source's own parser."""


class WantedIssues(Ask):
    open: bool | None = None
    status: Status | None = None
    severity: Severity | None = None
    service: Line = ""
    since: AwareDatetime | None = Field(None, description="Opened or changed since then.")
    limit: int = Field(50, ge=1, le=MOST_ISSUES)


class Saying(Ask):
    text: Words = Field("", description="The note, the reason or the workaround.")


class Querying(Ask):
    query: str = Field(min_length=1, max_length=4096)
    datasource: Line = Field("", description="Its name or its kind; empty: the one that there is.")
    start: AwareDatetime | None = None
    end: AwareDatetime | None = Field(None, description="Without it, now.")
    range: Length | None = Field(None, description="Instead of a start: so long before the end, such as `6h`.")
    step: Length | None = Field(None, description="Without it, one that suits the range.")

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if self.start is not None and self.range is not None:
            raise ValueError("say either start or range")
        return self


class AskingPrometheus(Querying):
    """Without a start and a range, its value at the end."""


class AskingLoki(Querying):
    """Lines without a start and a range are those of the last hour."""

    limit: int = Field(1000, ge=1, le=5000, description="Of lines.")
    direction: Literal["forward", "backward"] = Field("backward", description="Newest lines first, or oldest.")


class Assigning(Saying):
    to: Line = Field("", description="An e-mail address or the id of a person; empty: the key itself.")


class WantedAlerts(Ask):
    firing: bool = Field(True, description="False: those of the last seven days, resolved or not.")
    limit: int = Field(100, ge=1, le=MOST_ALERTS)


class Until(Ask):
    span: Length | None = Field(None, description="From now on: `30m`, `2h`, `1h30m`.")
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_end(self) -> "Until":
        if (self.span is None) == (self.until is None):
            raise ValueError("say either span or until")
        return self


class SilencingIssue(Until):
    comment: Annotated[Words, Field(max_length=500)] = ""
    matchers: Matchers | None = Field(None, description="Without any, those that fit the issue and little else.")
    confirm: bool = Field(False, description="False shows what it would hide, and silences nothing.")


class Silencing(SilencingIssue):
    matchers: Matchers


class WantedDuty(Ask):
    at: AwareDatetime | None = Field(None, description="Without it, now.")


class WantedShifts(Ask):
    days: int = Field(14, ge=1, le=366)


class Covering(Ask):
    rota: Line = Field(min_length=1)
    person: Line = Field(min_length=1, description="As in the plan: an e-mail address, `slack:U0123` or `teams:…`.")
    starts_at: AwareDatetime | None = Field(None, description="Without it, now.")
    ends_at: AwareDatetime
    instead_of: Line = Field("", description="Empty: instead of whoever it is.")


class WantedTickets(Ask):
    department: Line = ""


class Replying(Ask):
    text: Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=3000)]


class WantedEntries(Ask):
    act: Line = Field("", description="Such as `issue.acknowledge`.")
    object: Line = Field("", description="The id of an issue, a ticket, a silence.")
    actor: Line = Field("", description="An e-mail address or the id of a person.")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(100, ge=1, le=MOST_ENTRIES)
    format: Literal["json", "csv"] | None = Field(None, description="Without it, as the Accept header says.")


class WantedUndelivered(Ask):
    limit: int = Field(100, ge=1, le=MOST_UNDELIVERED)


class MakingKey(Ask):
    source: Line = Field(min_length=1, description="`api`, or the source of alerts that it lets in.")
    name: Line = Field("", description="A person's e-mail address: what is done with an API key is done as them.")
    role: Role | None = Field(None, description="Of API keys only; viewer where none is given.")


class TestingSource(SourceDraft):
    __test__ = False  # it is no test of ours

    instead_of: Line = Field("", description="The one in whose place it would be: what is kept of its secrets is used.")


class StartingEvents(Ask):
    seed: int | None = Field(None, ge=0, le=2**31, description="Without it, the one it was started with last.")
    rate: int | None = Field(None, ge=1, le=600, description="Events a minute.")


class WantedLatest(Ask):
    limit: int = Field(50, ge=1, le=500)
    service: Line = ""
    region: Line = ""


class ChangingLimit(Ask):
    limit: float | None = Field(None, allow_inf_nan=False, description="Null switches the threshold off.")
    default: bool = Field(False, description="Back to the default, whatever `limit` says.")


class WantedRange(Ask):
    since: AwareDatetime | None = Field(None, description="Without it, an hour before the end.")
    until: AwareDatetime | None = Field(None, description="Without it, now.")


class Spanned(Ask):
    usual: ClassVar[timedelta] = timedelta(hours=24)

    since: AwareDatetime | None = Field(None, description="Without it and a range, 24 hours before the end.")
    until: AwareDatetime | None = Field(None, description="Without it, now.")
    range: Length | None = Field(None, description="Instead of a beginning: so long before the end, such as `6h`.")
    region: Line = Field("", description="One region; of logs, also what several begin with.")
    env: Line = Field("", description="Without it `prod`, where there is one.")

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if self.since is not None and self.range is not None:
            raise ValueError("say either since or range")
        return self


class WantedHealth(Spanned):
    """Of one application."""


class WantedEvents(Spanned):
    level: Line = Field("", description="Such as `errors` (and worse), `warnings`, `critical`; empty: all.")
    containing: Line = Field("", description="In any case; in quotes, exactly so.")


class WantedLines(WantedEvents):
    usual: ClassVar[timedelta] = timedelta(hours=1)

    since: AwareDatetime | None = Field(None, description="Without it and a range, an hour before the end.")
    limit: int = Field(1000, ge=1, le=5000)


class WantedImpact(Ask):
    alert_time: AwareDatetime
    window: Length = Field(timedelta(hours=1), le=timedelta(hours=12), description="From then on.")
    region: Line = ""
    env: Line = Field("", description="Without it `prod`, where there is one.")


class Camel(Ask):
    model_config = ConfigDict(alias_generator=to_camel)


class Spoken(Camel):
    timestamp: Line = ""
    type: Line = ""
    message: Annotated[str, Field(max_length=20_000)] = ""


class Context(Camel):
    user_id: Line = ""
    tenant_id: Line = ""
    user_profile: Mapping[str, Any] = Field(default_factory=dict)
    conversation_history: tuple[Spoken, ...] = Field(default=(), max_length=500)


class Escalating(Camel):
    conversation_id: Line = Field(min_length=1)
    reason: Annotated[Words, Field(min_length=1)]
    context: Context = Field(default_factory=Context)
    priority: Priority = Priority.NORMAL
    category: Line = "general"
