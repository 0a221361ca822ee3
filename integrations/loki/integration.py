"""Loki: LOKI_URL switches it on."""

import ssl
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from integrations.addresses import checked
from integrations.integration import IntegrationKind, Parts
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs


class Settings(BaseModel, frozen=True):
    url: str = Field(description="Its address, without /loki/api/v1.")
    public_url: str = Field("", description="The Grafana where people read these logs; links open its Explore page.")
    token: SecretStr = Field(SecretStr(""), description="A bearer token.")
    user: str = Field("", description="A user, with a password, instead of a token.")
    password: SecretStr = Field(SecretStr(""), description="That user's password.")
    tenant: str = Field("", description="Sent as X-Scope-OrgID, where one Loki serves several tenants.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not url:
            return url
        return checked(url, "use LOKI_USER and LOKI_PASSWORD", bare=True).rstrip("/").removesuffix("/loki/api/v1")

    @field_validator("public_url")
    @classmethod
    def _page(cls, url: str) -> str:
        return checked(url, "people sign in there themselves", bare=True).rstrip("/") if url else url

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.url:
            raise ValueError("LOKI_URL is empty")
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError("LOKI_USER and LOKI_PASSWORD belong together")
        if self.user and self.token.get_secret_value():
            raise ValueError("LOKI_TOKEN and LOKI_USER exclude each other")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("LOKI_CA_FILE is not a file")
        return self


class LokiIntegration:
    def __init__(self, settings: Settings, parts: Parts) -> None:
        access = Access(
            settings.url,
            settings.token.get_secret_value(),
            settings.user,
            settings.password.get_secret_value(),
            settings.tenant,
            ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else None,
        )
        self._logs = LokiLogs(Connection(access, parts.session, parts.clock), parts.clock, settings.public_url)

    @property
    def metrics(self) -> None:
        """Numbers that are counted from lines are asked for in LogQL."""

    @property
    def logs(self) -> LokiLogs:
        return self._logs

    @property
    def silencer(self) -> None:
        """Its ruler tells of alerts by an Alertmanager, which silences them."""

    @property
    def outlet(self) -> None:
        """It takes no tickets."""

    async def start(self) -> None:
        """Nothing to open: a Loki that is away must not keep the bot from starting."""

    async def stop(self) -> None:
        """Nothing to close: the session is shared."""

    async def check(self) -> str:
        labels = await self._logs.labels()
        if not labels:
            return "Loki answers, but holds no lines of the last hours."
        return f"Loki answers; its streams are known by {', '.join(sorted(labels)[:5])}."


INTEGRATION = IntegrationKind("loki", "Loki", Settings, LokiIntegration)
