"""What Teams needs to be told; with the defaults only Microsoft's own hosts are trusted."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handlers.teams.hosts import FRAMES, PUBLIC_CLOUD, UPLOADS, is_safe
from handlers.teams.pacing import SUSTAINED


def _safe(url: str) -> str:
    if not is_safe(url):
        raise ValueError("has to begin with https:// (http:// only for this machine itself)")
    return url.rstrip("/")


def _a_host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise ValueError("holds something that is not a host such as grafana.example.com")
    return name


_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
Host = Annotated[str, AfterValidator(_a_host)]
Address = Annotated[str, AfterValidator(_safe)]


class TeamsSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    app_id: str = Field(min_length=1, description="The bot's application (client) id in Entra.")
    app_password: str = Field(min_length=1, repr=False, description="A client secret of that application.")
    tenant_id: tuple[str, ...] = Field(
        min_length=1,
        description="Entra tenants that may use the bot, separated by commas; the first is the bot's own.",
    )
    openid_metadata_url: Address = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where the keys are published that Teams signs its requests with.",
    )
    issuer: str = Field("https://api.botframework.com", description="Who signs the requests.")
    login_url: Address = Field(
        "https://login.microsoftonline.com", description="Where the bot gets its own token; the tenant is added."
    )
    oauth_scope: str = Field("https://api.botframework.com/.default", description="What that token is asked for.")
    service_hosts: tuple[str, ...] = Field(
        PUBLIC_CLOUD,
        min_length=1,
        description="Hosts the bot may answer to, separated by commas; a loopback host:port may be http.",
    )
    upload_hosts: tuple[str, ...] = Field(
        UPLOADS,
        min_length=1,
        description="Hosts that a file may be saved at once a person says so, separated by commas.",
    )
    offer_files: bool = Field(
        True, description="Offer files of answers to OneDrive in personal chats; without it they are linked to."
    )
    website_url: Address = Field(
        "https://example.com/nightdesk", description="A page about your Nightdesk; shown in the app's details."
    )
    tab_url: Annotated[str, AfterValidator(lambda url: url and _safe(url))] = Field(
        "", description="Where browsers reach this server: with it the app has a tab with the log events."
    )
    tab_hosts: tuple[str, ...] = Field(
        FRAMES, min_length=1, description="Hosts that may show that tab in a frame, separated by commas."
    )
    link_domains: tuple[Host, ...] = Field(
        (),
        max_length=100,
        description="Hosts of Grafana whose links are told of where they are pasted, separated by commas.",
    )
    messages_per_second: float = Field(
        SUSTAINED,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="How fast one conversation is written to in the long run; Microsoft publishes 1800 an hour.",
    )
    requests_per_second: int = Field(
        50, ge=1, le=10_000, description="How often Teams is called in all; Microsoft publishes 50 for a tenant."
    )
    allow_anonymous: bool = Field(
        False, description="Development only: take requests that carry no token at all. Never on a reachable server."
    )

    def issuer_of(self, tenant: str) -> str:
        """Who signs people of this tenant in."""
        return f"{self.login_url}/{tenant}/v2.0"

    @property
    def home(self) -> str:
        return self.tenant_id[0]

    @property
    def token_url(self) -> str:
        return f"{self.login_url}/{self.home}/oauth2/v2.0/token"
