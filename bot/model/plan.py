"""What a team decides once: where issues are told, who is called, what stays quiet. One document for each tenant."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from bot.model.addresses import address
from bot.model.matchers import Matchers, read_matchers
from bot.model.session import SPOKEN_OF, SessionKind
from bot.model.severity import Severity
from bot.model.spend_limits import AiBudget
from bot.model.usage import Allowance


def _a_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError(f"“{name}” is not a time zone such as Europe/Vienna") from None
    return name


def _readable(lines: tuple[str, ...]) -> tuple[str, ...]:
    read_matchers(lines)
    return lines


def _a_span(given: object) -> object:
    """`30s`, `5m`, `2h`, `1d`, `1h30m`, as people write them; anything else is left to pydantic."""
    if isinstance(given, str) and _SPAN.fullmatch(given.strip()):
        parts = re.findall(r"(\d+)([smhd])", given)
        return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in parts))
    return given


_SPAN = re.compile(r"(\d+[smhd])+")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Span = Annotated[timedelta, BeforeValidator(_a_span)]
Zone = Annotated[str, AfterValidator(_a_zone)]
Match = Annotated[tuple[str, ...], AfterValidator(_readable)]
"""Matchers in Alertmanager's spelling; all have to fit. `severity`, `service`, `region`, `source` are always there."""

Address = Annotated[str, AfterValidator(address)]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(Part):
    """Daily, from `start` to `end` (over midnight where end is earlier), on the days on which it starts."""

    start: time
    end: time
    days: tuple[Weekday, ...] = WEEKDAYS
    zone: Zone = "UTC"


class Quiet(Hours):
    """Only what is at least `unless` is told; the rest is told when the hours are over, if it still matters."""

    unless: Severity = Severity.CRITICAL


class Target(Part):
    platform: Literal["slack", "teams"]
    channel: str = Field(min_length=1, description="The channel's id: C0123ABCD, or 19:…@thread.tacv2.")
    workspace: str = Field(default="", description="The Slack team or Teams tenant; needed where there are several.")


class Route(Part):
    name: str = ""
    match: Match = ()
    at_least: Severity = Severity.LOW
    to: tuple[Target, ...] = ()
    group_by: tuple[str, ...] | None = Field(
        default=None, description="Labels; “...” keeps every alert an issue of its own."
    )
    story: Literal["quiet", "normal", "full"] = "normal"
    quiet: Quiet | None = None
    policy: str = ""
    also: bool = Field(default=False, description="Go on to the next routes that fit.")

    @property
    def matchers(self) -> Matchers:
        return read_matchers(self.match)


class Step(Part):
    """Who is told, and how long they have before the next step."""

    notify: tuple[str, ...] = Field(
        min_length=1,
        description="person:anna@example.com, rota:primary, mail:ops@example.com, slack:C0123ABCD, teams:19:…",
    )
    wait: Span = timedelta(minutes=5)


class Policy(Part):
    steps: tuple[Step, ...] = Field(min_length=1)
    repeat: int = Field(default=0, ge=0, le=20, description="How often to begin anew after the last step.")
    at_least: Severity = Severity.HIGH
    progress_within: Span = Field(
        default=timedelta(minutes=30), description="Acknowledged and nothing happened for so long: open again."
    )
    remind_before: Span = timedelta(minutes=5)


class Layer(Part):
    """People in turn. Later layers cover earlier ones where they are on duty."""

    people: tuple[str, ...] = Field(min_length=1, description="E-mail addresses, or slack:U0123, teams:….")
    since: date = Field(description="The day of the first hand-over.")
    handover: time = time(9, 0)
    every: Literal["day", "week"] = "week"
    turns: int = Field(default=1, ge=1, description="Days or weeks of one turn.")
    only: Hours | None = None


class Rota(Part):
    zone: Zone = "UTC"
    layers: tuple[Layer, ...] = Field(min_length=1)
    tell: tuple[Target, ...] = Field(default=(), description="Where the hand-over notice goes.")


class Heartbeat(Part):
    """A signal that has to come; an issue opens when it stays away."""

    match: Match = Field(
        default=(), description="The signals that are the beat; none: beats come to /webhooks/heartbeat."
    )
    every: Span = timedelta(minutes=5)
    grace: Span = timedelta(minutes=1)
    severity: Severity = Severity.CRITICAL


class Maintenance(Part):
    match: Match = Field(min_length=1)
    start: datetime
    end: datetime
    why: str = ""


class Department(Part):
    categories: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    to: tuple[Target, ...] = ()
    email: str = ""
    phone: str = ""
    expected_response: str = "within 30 minutes"
    handling: Span = timedelta(minutes=15)
    hours: Hours | None = None


class JsonSource(Part):
    """Where a generic JSON payload keeps what a signal needs: paths such as `alert.labels.host` or `items[].id`."""

    each: str = ""
    fingerprint: str = ""
    title: str = Field(min_length=1)
    status: str = ""
    resolved: tuple[str, ...] = ("resolved", "ok", "closed", "recovered")
    severity: str = ""
    description: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    started_at: str = ""
    link: str = ""


class Tail(Part):
    """Lines of Loki that become log events. Fields are names of labels, also of those that the query's parsers make."""

    query: str = Field(min_length=1, max_length=4096, description='LogQL of lines: {app="checkout"} | json')
    source: str = Field(default="", description="The datasource; without it, the default one of logs.")
    service: str = "service_name"
    region: str = "region"
    customer: str = "customer_id"
    level: str = "level"
    type: str = "event_type"
    message: str = Field(default="", description="Without it, the line itself.")
    metrics: dict[str, str] = Field(default_factory=dict, description="Label by metric: {latency_ms: duration_ms}.")


class Storm(Part):
    """From so many new issues in so short a time for one place, they are told as one message."""

    from_issues: int = Field(default=20, ge=0, description="0 switches storm mode off.")
    within: Span = timedelta(minutes=1)
    calm_after: Span = timedelta(minutes=5)


class Readers(Part):
    """Who reads one kind of e-mail, and for which issues it is drafted without anybody having asked."""

    to: tuple[Address, ...] = ()
    automatic: tuple[Severity, ...] = Field(default=(), description="Severities; none: drafted when somebody asks.")


class Customers(Readers):
    approve: Literal["operator", "admin"] = Field(default="operator", description="The role that may send it.")

    @field_validator("automatic")
    @classmethod
    def _critical_alone(cls, given: tuple[Severity, ...]) -> tuple[Severity, ...]:
        if set(given) - {Severity.CRITICAL}:
            raise ValueError("customers are written to about critical issues only")
        return given


class MailsOf(Part):
    """Of a service or a team: what is left out is as for everyone."""

    match: Match = Field(min_length=1)
    name: str = Field(default="", max_length=80, description="As customers know the service.")
    engineering: tuple[Address, ...] | None = None
    customer: tuple[Address, ...] | None = None

    @property
    def matchers(self) -> Matchers:
        return read_matchers(self.match)


class Mails(Part):
    engineering: Readers = Readers()
    customer: Customers = Customers()
    services: tuple[MailsOf, ...] = Field(default=(), description="The first that fits.")


ModelTask = Literal["analysis", "entry", "mail", "plan", "talk"]
Keep = Literal["none", "answers", "all"]
MODEL_TASKS: tuple[ModelTask, ...] = ("analysis", "entry", "mail", "plan", "talk")


class ModelUse(Part):
    """What a language model is used for, where the server has one. Nothing: everything is done by rules."""

    use_for: tuple[ModelTask, ...] = MODEL_TASKS
    daily_usd: Decimal | None = Field(default=None, ge=0, description="Instead of OPENAI_DAILY_USD; 0: no limit.")
    daily_tokens: int | None = Field(default=None, ge=0, description="Instead of OPENAI_DAILY_TOKENS; 0: no limit.")
    session_usd: Decimal | None = Field(default=None, ge=0, description="Instead of OPENAI_SESSION_USD; 0: no limit.")
    person_usd: Decimal | None = Field(default=None, ge=0, description="Instead of OPENAI_PERSON_USD; 0: no limit.")
    background_usd: Decimal | None = Field(
        default=None, ge=0, description="Instead of OPENAI_BACKGROUND_USD; 0: no limit."
    )
    keep: Keep = Field(default="none", description="What of its calls is kept, encrypted, for administrators to read.")
    keep_days: int = Field(default=30, ge=1, le=400, description="For how long.")
    show_cost: bool = Field(default=True, description="Whether small print says what the words of an answer took.")

    def allowance(self, usual: Allowance) -> Allowance:
        return Allowance(
            usual.cost if self.daily_usd is None else self.daily_usd,
            usual.tokens if self.daily_tokens is None else self.daily_tokens,
            usual.session if self.session_usd is None else self.session_usd,
            usual.person if self.person_usd is None else self.person_usd,
            usual.background if self.background_usd is None else self.background_usd,
        )


Counter = Annotated[str, Field(pattern=r"^([a-zA-Z_:][a-zA-Z0-9_:]*(\{[^{}]*\})?)?$", max_length=1000)]
Label = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=200)]


class AiCounters(Part):
    """Counters in Prometheus, each by its name and matchers; what they count is read by two of their labels."""

    source: str = Field(default="", description="The datasource; without it, the default one of metrics.")
    calls: Counter = Field(default="", description='Such as llm_requests_total{env="prod"}.')
    failed: Counter = ""
    tokens_in: Counter = ""
    tokens_out: Counter = ""
    cost: Counter = Field(default="", description="In US dollars.")
    tool: Label = Field(default="service", description="The label that names the tool.")
    model: Label = "model"

    @model_validator(mode="after")
    def _something(self) -> "AiCounters":
        if not (self.calls or self.tokens_in or self.tokens_out or self.cost):
            raise ValueError("names no counter of calls, tokens or cost")
        return self


class AiUsage(Part):
    """What AI costs: the names of tools, and counters that are read."""

    tools: dict[str, str] = Field(
        default_factory=dict,
        description="How people call what sources name otherwise: {doc-analyzer: Document Analyzer}. Empty: left out.",
    )
    counters: dict[str, AiCounters] = Field(default_factory=dict, description="Counters in Prometheus, by name.")


class SessionsOfKind(Part):
    """How sessions of one kind are spoken in, besides what is said of that kind already."""

    words: str = Field(default="", max_length=500, description="Told to a language model, about tone alone.")
    prompt: str = Field(
        default="",
        max_length=1500,
        description="Instead of what is said of that kind; {environment} and the like point at what it was told.",
    )

    @field_validator("prompt")
    @classmethod
    def _known_facts(cls, given: str) -> str:
        if unknown := sorted({one.strip("{}") for one in re.findall(r"\{[^{}]*\}", given)} - set(SPOKEN_OF)):
            raise ValueError(f"names “{unknown[0]}”, which is none of {', '.join(SPOKEN_OF)}")
        return given


class Plan(Part):
    routes: tuple[Route, ...] = ()
    group_by: tuple[str, ...] = ("alertname", "service", "cluster", "namespace", "region", "env")
    reopen_within: Span = timedelta(hours=4)
    remind_every: Span = timedelta(hours=4)
    join_within: Span = Field(
        default=timedelta(hours=6),
        description="New alerts of another rule or source are taken for an open issue that changed since; 0s: never.",
    )
    storm: Storm = Storm()
    policies: dict[str, Policy] = Field(default_factory=dict)
    rotas: dict[str, Rota] = Field(default_factory=dict)
    heartbeats: dict[str, Heartbeat] = Field(default_factory=dict)
    maintenance: tuple[Maintenance, ...] = ()
    departments: dict[str, Department] = Field(default_factory=dict)
    sources: dict[str, JsonSource] = Field(
        default_factory=dict, description="Mappings of generic JSON sources by name."
    )
    tails: dict[str, Tail] = Field(default_factory=dict, description="Lines of Loki that become log events, by name.")
    owner: str = Field(
        default="", description="Who is told of what cannot be delivered: an e-mail address or slack:U…."
    )
    tickets_for_critical: bool = True
    diagnosis: bool = Field(default=True, description="Whether `why`, `usage why` and `investigate` look for causes.")
    mails: Mails = Mails()
    model: ModelUse = ModelUse()
    sessions: dict[SessionKind, SessionsOfKind] = Field(default_factory=dict, description="By kind of session.")
    keep_conversations_days: int = Field(
        default=180, ge=30, le=400, description="After so many days without a word what was said is forgotten."
    )
    ai_usage: AiUsage = AiUsage()
    ai_budget: AiBudget = Field(default=AiBudget(), description="What AI may cost, in US dollars a month.")

    @model_validator(mode="after")
    def _names_exist(self) -> "Plan":
        for route in self.routes:
            if route.policy and route.policy not in self.policies:
                raise ValueError(f"route “{route.name}” names the policy “{route.policy}”, which is not there")
        for name, policy in self.policies.items():
            for target in (target for step in policy.steps for target in step.notify):
                kind, _, what = target.partition(":")
                if kind not in {"person", "rota", "mail", "slack", "teams"} or not what:
                    raise ValueError(f"policy “{name}” notifies “{target}”, which is none of person:, rota:, mail:, …")
                if kind == "rota" and what not in self.rotas:
                    raise ValueError(f"policy “{name}” names the rota “{what}”, which is not there")
        return self
