"""Prometheus, or anything that speaks its HTTP API: Mimir, Thanos, VictoriaMetrics."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from integrations.addresses import checked
from integrations.integration import IntegrationKind, Parts
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics


class Settings(BaseModel, frozen=True):
    url: str = Field(description="Its address, or that of what speaks its HTTP API.")
    public_url: str = Field("", description="Where people open it, if that is another address than the bot's.")
    token: SecretStr = Field(SecretStr(""), description="A bearer token.")
    user: str = Field("", description="A user, with a password, instead of a token.")
    password: SecretStr = Field(SecretStr(""), description="That user's password.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("url", "public_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not url:
            return url
        return checked(url, "use PROMETHEUS_USER and PROMETHEUS_PASSWORD").rstrip("/")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.url:
            raise ValueError("PROMETHEUS_URL is empty")
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError("PROMETHEUS_USER and PROMETHEUS_PASSWORD belong together")
        if self.user and self.token.get_secret_value():
            raise ValueError("PROMETHEUS_TOKEN and PROMETHEUS_USER exclude each other")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("PROMETHEUS_CA_FILE is not a file")
        return self


class PrometheusIntegration:
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

    @property
    def logs(self) -> None:
        """It has no logs."""

    @property
    def silencer(self) -> None:
        """It tells of nothing by itself, so there is nothing to silence."""

    @property
    def outlet(self) -> None:
        """It takes no tickets."""

    async def start(self) -> None:
        """Nothing to open: a Prometheus that is away must not keep the bot from starting."""

    async def stop(self) -> None:
        self._connection.close()

    async def check(self) -> str:
        found = await self._metrics.instant("count(up)", self._clock.now())
        if not found:
            return "Prometheus answers, but watches nothing yet."
        return f"Prometheus answers; it watches {found[0].points[-1].value:.0f} targets."


INTEGRATION = IntegrationKind("prometheus", "Prometheus", Settings, PrometheusIntegration)
