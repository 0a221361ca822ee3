"""What a team calls an application, and how its services, metrics and objectives are found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, NewType

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from bot.model.harmless import clean
from bot.model.series import Series
from bot.model.source import Name, SourceId

ProfileId = NewType("ProfileId", str)

LARGEST = 20_000

_APART = re.compile(r"[\W_]+")
_SAYS_NOTHING = frozenset({"app", "application", "service", "svc", "the"})


@dataclass(frozen=True, slots=True)
class Slos:
    """Ratios are fractions: 0.999 of requests, 0.02 of them failed. None: no objective."""

    availability: float | None = None
    error_rate: float | None = None
    p95_latency_ms: float | None = None

    @property
    def allowed(self) -> float | None:
        """The share of requests that may fail; None: nobody said."""
        if self.error_rate is not None or self.availability is None:
            return self.error_rate
        return 1 - self.availability


@dataclass(frozen=True, slots=True)
class Service:
    """How one service is told from others: the beginning of its metrics' names, and a label of its lines."""

    metrics_prefix: str = ""
    log_label: str = ""  # "app=abc-web"


@dataclass(frozen=True, slots=True)
class Profile:
    id: ProfileId
    name: str
    created_at: datetime
    updated_at: datetime
    description: str = ""
    architecture: Mapping[str, Any] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    datasource: SourceId | None = None  # None: the default one
    default_metrics: tuple[str, ...] = ()
    slos: Slos = Slos()
    aliases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()  # lanes of the channels whose questions are about it

    @property
    def names(self) -> frozenset[str]:
        """Everything that means it, as `spelt`."""
        return frozenset(spelt(name) for name in (self.name, *self.aliases))


@dataclass(frozen=True, slots=True)
class Read:
    """`problem`: why there is nothing of it; the others stand all the same."""

    metric: str
    query: str
    series: Sequence[Series] = ()
    unit: str = ""
    problem: str = ""


def spelt(name: str) -> str:
    """The same for “ABC app”, “abc_app” and “abc-app”."""
    return _APART.sub("-", name.casefold()).strip("-")


def aliases_of(name: str) -> tuple[str, ...]:
    """What people will call it: “abc-app” is also “abc app” and “abc”."""
    words = spelt(name).split("-")
    short = [word for word in words if word not in _SAYS_NOTHING]
    found = dict.fromkeys([" ".join(words), " ".join(short), "-".join(short)])
    return tuple(one for one in found if one and one != name)


Line = Annotated[str, AfterValidator(clean), Field(max_length=200)]
Words = Annotated[str, AfterValidator(clean), Field(max_length=2000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GivenSlos(_Part):
    availability: float | None = Field(default=None, gt=0, le=1, description="A fraction: 0.999.")
    error_rate: float | None = Field(default=None, ge=0, le=1, description="A fraction: 0.02.")
    p95_latency_ms: float | None = Field(default=None, gt=0, le=3_600_000)


class GivenService(_Part):
    metrics_prefix: Line = ""
    log_label: Annotated[Line, Field(pattern=r"^$|^[A-Za-z_][A-Za-z0-9_]*=.+$")] = Field(
        "", description="Such as app=abc-web."
    )


class ProfileDraft(_Part):
    """What people and programs say of an application; it takes the place of all that was said before."""

    name: Name
    description: Words = ""
    architecture_info: Mapping[str, Any] = Field(default_factory=dict)
    service_mappings: Mapping[Line, GivenService] = Field(default_factory=dict, max_length=200)
    datasource_id: Line = Field(default="", description="The id or the name of a datasource; empty: the default one.")
    default_metrics: tuple[Line, ...] = Field(default=(), max_length=100)
    slos: GivenSlos = GivenSlos()
    aliases: tuple[Name, ...] | None = Field(default=None, max_length=50, description="Without it, made from the name.")

    @field_validator("name")
    @classmethod
    def _says_something(cls, name: str) -> str:
        if not spelt(name):
            raise ValueError("needs a letter or a digit")
        return name

    @field_validator("architecture_info")
    @classmethod
    def _small(cls, info: Mapping[str, Any]) -> Mapping[str, Any]:
        if len(str(info)) > LARGEST:
            raise ValueError(f"holds more than {LARGEST} signs")
        return info
