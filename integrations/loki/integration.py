"""Loki: LOKI_URL switches it on."""

import ssl

from pydantic import Field, field_validator

from integrations.addresses import checked
from integrations.integration import Integration, IntegrationKind, Parts
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs
from integrations.sign_in import SignIn


class Settings(SignIn, frozen=True):
    prefix = "LOKI"
    url: str = Field(description="Its address, without /loki/api/v1.")
    public_url: str = Field("", description="The Grafana where people read these logs; links open its Explore page.")
    tenant: str = Field("", description="Sent as X-Scope-OrgID, where one Loki serves several tenants.")

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


class LokiIntegration(Integration):
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
    def logs(self) -> LokiLogs:
        return self._logs

    async def check(self) -> str:
        labels = await self._logs.labels()
        if not labels:
            return "Loki answers, but holds no lines of the last hours."
        return f"Loki answers; its streams are known by {', '.join(sorted(labels)[:5])}."


INTEGRATION = IntegrationKind("loki", "Loki", Settings, LokiIntegration)
