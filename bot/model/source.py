"""Where figures and lines are read: one datasource of one tenant, and how it was when somebody looked last."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NewType

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, SecretStr, field_validator

from bot.model.harmless import clean

SourceId = NewType("SourceId", str)

LARGEST_CONFIG = 4000
Name = Annotated[str, AfterValidator(clean), AfterValidator(str.strip), Field(min_length=1, max_length=80)]

LOKI = "loki"  # the type that holds lines; the others hold metrics
FROM_SETTINGS = "settings:"  # ids of sources that the operator's environment names; nobody edits them here


class Auth(StrEnum):
    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"


class Secret(StrEnum):
    """What is kept encrypted beside a datasource, by these names."""

    TOKEN = "token"  # noqa: S105 - a name, not one
    PASSWORD = "password"  # noqa: S105
    CLIENT_KEY = "client_key"


SECRETS: frozenset[str] = frozenset(Secret)
SECRET_OF: Mapping[Auth, Secret] = {Auth.BASIC: Secret.PASSWORD, Auth.BEARER: Secret.TOKEN}


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificates as PEM text; the client's key is a secret and stands elsewhere."""

    ca: str = ""
    certificate: str = ""
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """`says` is the version where it is up, and what failed where it is not."""

    up: bool
    at: datetime
    says: str = ""
    latency: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Datasource:
    id: SourceId
    name: str
    type: str  # one of the kinds that can be opened: "prometheus", …
    url: str
    created_at: datetime
    updated_at: datetime
    auth: Auth = Auth.NONE
    user: str = ""
    org: str = ""  # sent as X-Scope-OrgID
    tls: Tls = Tls()
    is_default: bool = False
    is_enabled: bool = True
    config: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()  # the names of its secrets; what they are is read only to open it
    health: Health | None = None

    @property
    def from_settings(self) -> bool:
        return self.id.startswith(FROM_SETTINGS)

    @property
    def state(self) -> str:
        if not self.is_enabled:
            return "off"
        return "not looked at yet" if self.health is None else "up" if self.health.up else "down"


@dataclass(frozen=True, slots=True)
class Offer:
    """A source that another one knows the way to."""

    id: str
    name: str
    type: str
    url: str
    config: Mapping[str, Any] = field(default_factory=dict)


class SourceDraft(BaseModel):
    """What people and programs say of a datasource. A secret that is not given stays; an empty one is forgotten."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Name
    type: str = Field(default="prometheus", max_length=40, description="prometheus, or grafana for a way to others.")
    url: Annotated[str, AfterValidator(str.strip)] = Field(min_length=1, max_length=2000)
    auth: Auth | None = Field(
        default=None, description="Without it, by what is given: a token, or a user and a password."
    )
    user: str = Field(default="", max_length=200)
    token: SecretStr | None = Field(
        default=None,
        max_length=8000,
        validation_alias=AliasChoices("token", "api_key"),
        description="Never shown again.",
    )
    password: SecretStr | None = Field(default=None, max_length=2000, description="Never shown again.")
    org: str = Field(default="", max_length=200, description="Sent as X-Scope-OrgID.")
    ca: str = Field(default="", max_length=100_000, description="The authority's certificate, as PEM.")
    certificate: str = Field(default="", max_length=100_000, description="Our own certificate, as PEM.")
    client_key: SecretStr | None = Field(
        default=None, max_length=100_000, description="Its key, as PEM. Never shown again."
    )
    verify: bool = Field(default=True, description="False: whoever answers is believed.")
    is_default: bool | None = Field(default=None, description="Without it, the first of its type is.")
    is_enabled: bool = True
    config: Mapping[str, Any] = Field(
        default_factory=dict, description="`page`: where people open it, if that is another address."
    )

    @field_validator("config")
    @classmethod
    def _a_page(cls, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """It becomes a link in chats, so it has to be one."""
        for name in ("page", "grafana"):
            url = config.get(name, "")
            if url and not (isinstance(url, str) and url.startswith(("http://", "https://"))):
                raise ValueError(f"{name} must begin with http:// or https://")
        if len(str(config)) > LARGEST_CONFIG:
            raise ValueError(f"holds more than {LARGEST_CONFIG} signs")
        return config

    def how(self, kept: Collection[str] = ()) -> Auth:
        """How one logs in: as it says, else by what is given or kept already."""
        if self.auth is not None:
            return self.auth
        if self.user or self.password:
            return Auth.BASIC
        return Auth.BEARER if self.token or (self.token is None and Secret.TOKEN in kept) else Auth.NONE

    def secrets(self, kept: Mapping[str, str]) -> Mapping[str, str]:
        """All of them after this: what was kept, with what is given now; only what the way to log in needs."""
        given: dict[str, SecretStr | None] = {
            Secret.TOKEN: self.token,
            Secret.PASSWORD: self.password,
            Secret.CLIENT_KEY: self.client_key,
        }
        told = {name: value.get_secret_value() for name, value in given.items() if value is not None}
        wanted = {SECRET_OF.get(self.how(kept)), *([Secret.CLIENT_KEY] if self.certificate else [])}
        return {str(name): value for name, value in {**kept, **told}.items() if value and name in wanted}
