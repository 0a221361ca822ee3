"""Alertmanager, or what speaks its v2 API (Mimir, Grafana): ALERTMANAGER_URL switches it on."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from integrations.addresses import checked
from integrations.alertmanager.bodies import to_version
from integrations.alertmanager.connection import Access, Connection
from integrations.alertmanager.silences import AlertmanagerSilences
from integrations.integration import IntegrationKind, Parts


class Settings(BaseModel, frozen=True):
    url: str = Field(description="Its address, without /api/v2; Mimir's ends in /alertmanager.")
    token: SecretStr = Field(SecretStr(""), description="A bearer token.")
    user: str = Field("", description="A user, with a password, instead of a token.")
    password: SecretStr = Field(SecretStr(""), description="That user's password.")
    tenant: str = Field("", description="Sent as X-Scope-OrgID, where one Alertmanager serves several tenants.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not url:
            return url
        return (
            checked(url, "use ALERTMANAGER_USER and ALERTMANAGER_PASSWORD", bare=True)
            .rstrip("/")
            .removesuffix("/api/v2")
        )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.url:
            raise ValueError("ALERTMANAGER_URL is empty")
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError("ALERTMANAGER_USER and ALERTMANAGER_PASSWORD belong together")
        if self.user and self.token.get_secret_value():
            raise ValueError("ALERTMANAGER_TOKEN and ALERTMANAGER_USER exclude each other")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("ALERTMANAGER_CA_FILE is not a file")
        return self


class AlertmanagerIntegration:
    def __init__(self, settings: Settings, parts: Parts) -> None:
        access = Access(
            settings.url,
            settings.token.get_secret_value(),
            settings.user,
            settings.password.get_secret_value(),
            settings.tenant,
            settings.ca_file,
        )
        self._connection = Connection(access, parts.session, parts.clock)
        self._silencer = AlertmanagerSilences(self._connection)

    @property
    def metrics(self) -> None:
        """Alerts are not metrics: they come by its webhook."""

    @property
    def logs(self) -> None:
        """It has no logs."""

    @property
    def silencer(self) -> AlertmanagerSilences:
        return self._silencer

    @property
    def outlet(self) -> None:
        """It takes no tickets."""

    async def start(self) -> None:
        """Nothing to open: an Alertmanager that is away must not keep the bot from starting."""

    async def stop(self) -> None:
        """Nothing to close: the session is shared."""

    async def check(self) -> str:
        version = to_version(await self._connection.get("status"))
        standing = sum(silence.state == "active" for silence in await self._silencer.silences())
        return f"Alertmanager {version} answers; silences that are active: {standing}."


INTEGRATION = IntegrationKind("alertmanager", "Alertmanager", Settings, AlertmanagerIntegration)
