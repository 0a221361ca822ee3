"""Prometheus, or anything that speaks its HTTP API: Mimir, Thanos, VictoriaMetrics."""

from pydantic import Field, field_validator

from integrations.addresses import checked
from integrations.integration import Integration, IntegrationKind, Parts
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from integrations.sign_in import SignIn


class Settings(SignIn, frozen=True):
    prefix = "PROMETHEUS"
    url: str = Field(description="Its address, or that of what speaks its HTTP API.")
    public_url: str = Field("", description="Where people open it, if that is another address than the bot's.")

    @field_validator("url", "public_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not url:
            return url
        return checked(url, "use PROMETHEUS_USER and PROMETHEUS_PASSWORD").rstrip("/")


class PrometheusIntegration(Integration):
    def __init__(self, settings: Settings, parts: Parts) -> None:
        access = Access(
            settings.url,
            settings.token.get_secret_value(),
            settings.user,
            settings.password.get_secret_value(),
            settings.ca_file,
        )
        self._clock = parts.clock
        self._connection = Connection(access, parts.clock)
        self._metrics = PrometheusMetrics(self._connection, parts.clock, settings.public_url or settings.url)

    @property
    def metrics(self) -> PrometheusMetrics:
        return self._metrics

    async def stop(self) -> None:
        self._connection.close()

    async def check(self) -> str:
        found = await self._metrics.instant("count(up)", self._clock.now())
        if not found:
            return "Prometheus answers, but watches nothing yet."
        return f"Prometheus answers; it watches {found[0].points[-1].value:.0f} targets."


INTEGRATION = IntegrationKind("prometheus", "Prometheus", Settings, PrometheusIntegration)
