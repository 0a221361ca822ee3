"""The demo world as an integration: DEMO_SEED switches it on, DEMO_ALERTS_URL lets it tell of its troubles."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator

from integrations.demo.ai_teller import AiTeller
from integrations.demo.alerter import Alerter
from integrations.demo.hush import Hush
from integrations.demo.incidents import PREPARED, Incidents
from integrations.demo.links import Links
from integrations.demo.log_events import LogEvents
from integrations.demo.logs import DemoLogs
from integrations.demo.metrics import DemoMetrics
from integrations.demo.papers import Papers
from integrations.demo.town import SERVICES, TEAM
from integrations.demo.world import DemoWorld
from integrations.integration import Integration, IntegrationKind, Parts

OPENING = timedelta(seconds=8)  # if nothing happens by itself until then, something is made to happen


class Settings(BaseModel, frozen=True):
    seed: int = Field(description="Any number switches the demo world on; the same number is the same world.")
    delay: float = Field(0, ge=0, le=120, description="Seconds that every answer takes, to see what slow looks like.")
    alerts_url: str = Field("", description="The bot's own /webhooks/alertmanager/{key}; its alerts are posted there.")
    usage_url: str = Field("", description="The bot's own /api/ai/usage; what AI tools use is told there.")
    usage_key: SecretStr = Field(SecretStr(""), description="A key of the source usage, for that.")
    pages_url: str = Field("", description="Where its runbooks and graphs are served; `nightdesk demo` sets it.")

    @field_validator("alerts_url", "usage_url", "pages_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")


class DemoIntegration(Integration):
    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.world, links = DemoWorld(settings.seed), Links(settings.pages_url)
        self._clock = parts.clock
        self._metrics = DemoMetrics(self.world, parts.clock, timedelta(seconds=settings.delay), links)
        self._logs = DemoLogs(self.world, parts.clock, timedelta(seconds=settings.delay))
        self._alerter = (
            Alerter(self.world, parts.clock, parts.session, settings.alerts_url, links) if settings.alerts_url else None
        )
        key = settings.usage_key.get_secret_value()
        self._teller = (
            AiTeller(settings.seed, parts.clock, parts.session, settings.usage_url, key) if settings.usage_url else None
        )
        self.incidents = Incidents(self.world, parts.clock, self._changed)
        self.events = LogEvents(settings.seed)
        self.papers = Papers(self._metrics, parts.clock)
        self._working: list[asyncio.Task[None]] = []

    @property
    def metrics(self) -> DemoMetrics:
        return self._metrics

    @property
    def logs(self) -> DemoLogs:
        return self._logs

    @property
    def silencer(self) -> Hush | None:
        """What does not tell of its troubles need not be silenced."""
        return self._alerter.hush if self._alerter else None

    async def start(self) -> None:
        """The world has always been there; from now on it tells of its troubles."""
        if self._alerter:
            self._working = [
                asyncio.create_task(self._alerter.run(), name="demo alerts"),
                asyncio.create_task(self._open(self._alerter), name="demo opening"),
            ]
        if self._teller:
            self._working.append(asyncio.create_task(self._teller.run(), name="demo AI usage"))

    async def stop(self) -> None:
        """And goes on without us."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def check(self) -> str:
        return f"The demo world runs {len(SERVICES)} services of {TEAM} (seed {self.world.seed})."

    async def _open(self, alerter: Alerter) -> None:
        """Whoever looks on sees something happen."""
        await self._clock.sleep(OPENING.total_seconds())
        if not alerter.ringing():
            self.incidents.start(PREPARED[0].id)

    def _changed(self) -> None:
        if self._alerter:
            self._alerter.wake()


INTEGRATION = IntegrationKind("demo", "demo world", Settings, DemoIntegration, silences="alertmanager")
