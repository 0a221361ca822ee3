"""What the process is told from outside: the environment over `.env`, read once and checked before anything starts.

A variable that is empty counts as absent. No message here ever shows a value.
"""

import difflib
import json
import os
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from bot.model.addresses import web_address
from bot.model.errors import Misconfigured
from bot.model.message import Role
from bot.setting_checks import a_category, a_fernet_key, a_network, a_reader, a_zone, with_driver, without_slash
from bot.token_settings import TokenSettings

Environment = Mapping[str, str]
Kinds = Mapping[str, type[BaseModel]]
S = TypeVar("S", bound=BaseModel)

OF_COMPOSE = frozenset({"POSTGRES_PASSWORD", "GRAFANA_ADMIN_PASSWORD"})
"""Stand in `.env` for compose.yaml; the process itself never reads them."""

_SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "KEY", "DATABASE_URL")
_SHORTEST_SECRET = 8
_SEQUENCES = (tuple, list, set, frozenset)


class Settings(TokenSettings):
    """The process itself. Platforms and integrations bring their own: see `section`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    database_url: Annotated[str, AfterValidator(with_driver)] = Field(
        "sqlite+aiosqlite:///.data/nightdesk.sqlite3",
        validation_alias="DATABASE_URL",
        pattern=r"^(sqlite\+aiosqlite|postgresql\+asyncpg|postgresql|postgres)://",
        repr=False,
        description="The database: a SQLite file, or postgresql+asyncpg://user:password@host/name.",
    )
    host: str = Field("0.0.0.0", validation_alias="NIGHTDESK_HOST", description="The address to listen on.")  # noqa: S104
    port: int = Field(8001, validation_alias="NIGHTDESK_PORT", ge=0, le=65535, description="The port to listen on.")
    public_url: Annotated[str, AfterValidator(without_slash)] = Field(
        "http://localhost:8001",
        validation_alias="NIGHTDESK_PUBLIC_URL",
        pattern=r"^https?://[^\s/]+",
        description="Where Slack, Teams and people reach this server; signed downloads begin with it.",
    )
    keys: tuple[Annotated[str, AfterValidator(a_fernet_key)], ...] = Field(
        (),
        validation_alias="NIGHTDESK_KEYS",
        repr=False,
        description="Fernet keys that secrets are encrypted with, newest first, separated by commas.",
    )
    command: str = Field(
        "/ops",
        validation_alias="NIGHTDESK_COMMAND",
        pattern=r"^/[a-z0-9_-]{1,31}$",
        description="The name of the slash command.",
    )
    zone: Annotated[str, AfterValidator(a_zone)] = Field(
        "UTC", validation_alias="NIGHTDESK_ZONE", description="The time zone of people who have none of their own."
    )
    admins: tuple[str, ...] = Field(
        (), validation_alias="NIGHTDESK_ADMINS", description="E-mail addresses of administrators, separated by commas."
    )
    default_role: Role = Field(
        Role.OPERATOR,
        validation_alias="NIGHTDESK_DEFAULT_ROLE",
        description="The role of everyone else: viewer, operator or admin.",
    )
    questions_per_minute: int = Field(
        20,
        validation_alias="NIGHTDESK_QUESTIONS_PER_MINUTE",
        ge=1,
        description="How many questions one person may ask in a minute.",
    )
    tenant_label: str = Field(
        "",
        validation_alias="NIGHTDESK_TENANT_LABEL",
        pattern=r"^([a-zA-Z_][a-zA-Z0-9_]*)?$",
        description="The label that holds the tenant's id; when set, every selector of every query is limited to it.",
    )
    data_queries_per_minute: int = Field(
        20,
        validation_alias="NIGHTDESK_DATA_QUERIES_PER_MINUTE",
        ge=1,
        description="How many queries of their own one person may run in a minute.",
    )
    query_range_hours: int = Field(
        168, validation_alias="MAX_QUERY_RANGE_HOURS", ge=1, description="What one query may cover; longer is cut."
    )
    query_results: int = Field(
        10_000, validation_alias="MAX_QUERY_RESULTS", ge=100, le=10_000, description="Points of a series, and series."
    )
    query_cache: timedelta = Field(
        timedelta(seconds=300),
        validation_alias="QUERY_CACHE_TTL_SECONDS",
        ge=timedelta(0),
        description="Seconds for which what was read is shown again, with its age; 0 reads anew each time.",
    )
    prefetch: bool = Field(
        True,
        validation_alias="NIGHTDESK_PREFETCH",
        description="What sources hold is read at the start, and what linked channels usually ask is read ahead.",
    )
    knowledge_folders: tuple[Path, ...] = Field(
        (),
        validation_alias="NIGHTDESK_KNOWLEDGE_FOLDERS",
        description="Folders of Markdown files that are looked up with `kb`; read anew every ten minutes.",
    )
    knowledge_sites: tuple[Annotated[str, AfterValidator(web_address)], ...] = Field(
        (),
        validation_alias="NIGHTDESK_KNOWLEDGE_SITES",
        description="Beginnings of addresses whose pages may be read into the knowledge base, separated by commas.",
    )
    knowledge_pages: tuple[Annotated[str, AfterValidator(web_address)], ...] = Field(
        (),
        validation_alias="NIGHTDESK_KNOWLEDGE_PAGES",
        description="Addresses of pages that are read into the knowledge base, and every hour again.",
    )
    knowledge_categories: tuple[Annotated[str, AfterValidator(a_category)], ...] = Field(
        ("technical/integration_guides", "technical/troubleshooting"),
        validation_alias="NIGHTDESK_KNOWLEDGE_CATEGORIES",
        description="Groups of categories, as group/category, separated by commas; a group stands for all of it.",
    )
    analyse: bool = Field(
        True,
        validation_alias="NIGHTDESK_ANALYSE",
        description="Each new issue is analysed: what moved around it is read from the source of metrics.",
    )
    watch_days: int = Field(
        8,
        validation_alias="NIGHTDESK_WATCH_DAYS",
        ge=1,
        le=31,
        description="From how many days of a source's own history a watch learns what is usual.",
    )
    plan: Path | None = Field(
        None,
        validation_alias="NIGHTDESK_PLAN",
        description="A YAML file with routes, policies and rotas; without it the plan is kept in the database.",
    )
    mail_allowed: tuple[Annotated[str, AfterValidator(a_reader)], ...] = Field(
        (),
        validation_alias="NIGHTDESK_MAIL_ALLOWED",
        description="Domains and addresses that e-mails may go to, separated by commas; none: drafts only.",
    )
    allowed_networks: tuple[Annotated[str, AfterValidator(a_network)], ...] = Field(
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
        validation_alias="NIGHTDESK_ALLOWED_NETWORKS",
        description="Networks of your own that datasources may be in, separated by commas.",
    )
    metrics_token: str = Field(
        "",
        validation_alias="NIGHTDESK_METRICS_TOKEN",
        repr=False,
        description="When set, /metrics wants it as a bearer token.",
    )
    response_timeout: timedelta = Field(
        timedelta(seconds=30),
        validation_alias="RESPONSE_TIMEOUT",
        gt=timedelta(0),
        description="Seconds after which an answer that is still worked on is given up.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias="LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["json", "text"] = Field(
        "json", validation_alias="LOG_FORMAT", description="json: one object a line. text: for a terminal."
    )

    @property
    def knowledge_groups(self) -> Mapping[str, Sequence[str]]:
        groups: dict[str, list[str]] = {}
        for one in self.knowledge_categories:
            group, _, category = one.partition("/")
            groups.setdefault(group, []).append(category)
        return groups


@dataclass(frozen=True, slots=True)
class Row:
    """One variable, as `.env.example` and the documentation list it."""

    variable: str
    default: str
    meaning: str
    required: bool


def environment(file: Path = Path(".env"), given: Environment = os.environ) -> dict[str, str]:
    """Everything that is set; what the environment says wins over the file."""
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    return {name: value for name, value in {**written, **given}.items() if value.strip()}


def read(env: Environment) -> Settings:
    return _validated(Settings, _given(Settings, "", env), "")


def section(kind: str, model: type[S], env: Environment) -> S | None:
    """The settings of a platform or an integration; None when nothing of it is set, so that it stays switched off."""
    given = _given(model, kind, env)
    return _validated(model, given, kind) if given else None


def strangers(kinds: Kinds, env: Environment) -> list[str]:
    """A sentence for every variable that begins like one of ours and is none: most are typing errors."""
    known = {row.variable for row in describe(kinds)}
    prefixes = ("NIGHTDESK_", *(f"{kind.upper()}_" for kind in kinds))
    return [
        f"{name} is not a setting of Nightdesk and is ignored{_nearest(name, known)}"
        for name in sorted(env)
        if name.startswith(prefixes) and name not in known | OF_COMPOSE
    ]


def describe(kinds: Kinds) -> tuple[Row, ...]:
    """Every variable of the process and of these kinds."""
    models: list[tuple[str, type[BaseModel]]] = [("", Settings), *kinds.items()]
    return tuple(
        Row(variable(kind, name, field), _written(field), field.description or "", field.is_required())
        for kind, model in models
        for name, field in model.model_fields.items()
    )


def variable(kind: str, name: str, field: FieldInfo) -> str:
    """`bot_token` of "slack" is SLACK_BOT_TOKEN, unless the field names its variable itself."""
    return field.validation_alias if isinstance(field.validation_alias, str) else f"{kind}_{name}".upper()


def secrets(env: Environment) -> frozenset[str]:
    """The values that must never be written anywhere, known by the names of their variables; for the logs."""
    parts = (
        part.strip()
        for name, value in env.items()
        if any(word in name for word in _SECRET_WORDS)
        for part in value.split(",")
    )
    return frozenset(part for part in parts if len(part) >= _SHORTEST_SECRET)


def _given(model: type[BaseModel], kind: str, env: Environment) -> dict[str, Any]:
    named = ((name, field, variable(kind, name, field)) for name, field in model.model_fields.items())
    return {
        (own if field.validation_alias == own else name): _spelled(field.annotation, env[own].strip())
        for name, field, own in named
        if env.get(own, "").strip()
    }


def _spelled(annotation: Any, text: str) -> Any:
    """What a person writes in one line, as pydantic takes it: lists by commas, durations in seconds, the rest as is."""
    kind = _plain_type(annotation)
    if text[0] in "[{" and kind not in (str, SecretStr):
        try:
            return json.loads(text)
        except ValueError:
            return text
    if get_origin(kind) in _SEQUENCES or kind in _SEQUENCES:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is timedelta and text.replace(".", "", 1).isdigit():
        return float(text)
    return text.upper() if get_origin(kind) is Literal and text.upper() in get_args(kind) else text


def _plain_type(annotation: Any) -> Any:
    """Without `| None` and `Annotated`."""
    if get_origin(annotation) is Annotated:
        return _plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        real = [one for one in get_args(annotation) if one is not type(None)]
        return _plain_type(real[0]) if len(real) == 1 else annotation
    return annotation


def _validated(model: type[S], given: Mapping[str, Any], kind: str) -> S:
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        faults = [_fault(model, kind, dict(error), given) for error in problem.errors(include_url=False)]
    # Raised out here: the ValidationError holds what was given, secrets included, and must not hang on this one.
    missing = any(fault.endswith("is missing.") for fault in faults)
    raise Misconfigured(" ".join(faults), advice=_advice(model, kind, missing=missing))


def _fault(model: type[BaseModel], kind: str, error: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    name = _variable_at(model, kind, error["loc"])
    if error["type"] == "missing":
        return f"{name} is missing."
    says = _hidden(str(error["msg"]).removeprefix("Value error, ").rstrip("."), given.values())
    return f"{name} {says[:1].lower()}{says[1:]}." if name else f"{says}."


def _variable_at(model: type[BaseModel], kind: str, place: Sequence[Any]) -> str:
    if not place:
        return ""
    first = str(place[0])
    return variable(kind, first, model.model_fields[first]) if first in model.model_fields else first


def _hidden(text: str, values: Iterable[Any]) -> str:
    """A validator of ours may quote what it was given."""
    for value in values:
        for part in value if isinstance(value, list) else [value]:
            if len(str(part)) >= _SHORTEST_SECRET:
                text = text.replace(str(part), "…")
    return text


def _advice(model: type[BaseModel], kind: str, *, missing: bool) -> str:
    where = "Set it in the environment or in .env"
    if not missing:
        return f"{where}, as .env.example shows."
    names = ", ".join(variable(kind, name, field) for name, field in model.model_fields.items() if field.is_required())
    needs = f"; {kind} needs {names}, or none of its variables to stay switched off" if names else ""
    return f"{where}{needs}."


def _nearest(name: str, known: Iterable[str]) -> str:
    """Compared behind the prefix, which is the same for all of one kind."""
    prefix, _, rest = name.partition("_")
    rests = sorted(one.removeprefix(f"{prefix}_") for one in known if one.startswith(f"{prefix}_"))
    near = difflib.get_close_matches(rest, rests, n=1, cutoff=0.75)
    return f"; did you mean {prefix}_{near[0]}?" if near else "."


def _written(field: FieldInfo) -> str:
    """A default as one would write it in `.env`."""
    default = None if field.is_required() else field.get_default(call_default_factory=False)
    match default:
        case None:
            return ""
        case bool():
            return str(default).lower()
        case timedelta():
            return f"{default.total_seconds():g}"
        case tuple() | list() | set() | frozenset():
            return ",".join(str(part) for part in default)
        case _:
            return str(default)
