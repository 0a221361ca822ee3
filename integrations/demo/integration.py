"""The demo world as an integration: DEMO_SEED switches it on."""

from datetime import timedelta

from pydantic import BaseModel, Field

from integrations.demo.metrics import DemoMetrics
from integrations.demo.town import SERVICES, TEAM
from integrations.demo.world import DemoWorld
from integrations.integration import IntegrationKind, Parts


class Settings(BaseModel, frozen=True):
    seed: int = Field(description="Any number switches the demo world on; the same number is the same world.")
    delay: float = Field(0, ge=0, le=120, description="Seconds that every answer takes, to see what slow looks like.")


class DemoIntegration:
    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.world = DemoWorld(settings.seed)
        self._metrics = DemoMetrics(self.world, parts.clock, timedelta(seconds=settings.delay))

    @property
    def metrics(self) -> DemoMetrics:
        return self._metrics

    async def start(self) -> None:
        """It has always been there."""

    async def stop(self) -> None:
        """And goes on without us."""

    async def check(self) -> str:
        return f"The demo world runs {len(SERVICES)} services of {TEAM} (seed {self.world.seed})."


INTEGRATION = IntegrationKind("demo", "demo world", Settings, DemoIntegration)
