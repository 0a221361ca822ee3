"""Alertmanager, or what speaks its v2 API (Mimir, Grafana): ALERTMANAGER_URL switches it on."""

from pydantic import Field, field_validator

from integrations.addresses import checked
from integrations.alertmanager.bodies import to_version
from integrations.alertmanager.connection import Access, Connection
from integrations.alertmanager.silences import AlertmanagerSilences
from integrations.integration import Integration, IntegrationKind, Parts
from integrations.sign_in import SignIn


class Settings(SignIn, frozen=True):
    prefix = "ALERTMANAGER"
    url: str = Field(description="Its address, without /api/v2; Mimir's ends in /alertmanager.")
    tenant: str = Field("", description="Sent as X-Scope-OrgID, where one Alertmanager serves several tenants.")

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


class AlertmanagerIntegration(Integration):
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
    def silencer(self) -> AlertmanagerSilences:
        return self._silencer

    async def check(self) -> str:
        version = to_version(await self._connection.get("status"))
        standing = sum(silence.state == "active" for silence in await self._silencer.silences())
        return f"Alertmanager {version} answers; silences that are active: {standing}."


INTEGRATION = IntegrationKind("alertmanager", "Alertmanager", Settings, AlertmanagerIntegration)
