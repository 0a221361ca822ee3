"""Everything of datasources and application profiles, put together: what main hands to the doors and to the clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.open_sources import Given, OpenSources
from bot.desk.profiles import ProfilesDesk
from bot.desk.source_health import SourceHealth
from bot.desk.sources import SourcesDesk
from bot.desk.tenancy import Tenancy
from bot.model.source import FROM_SETTINGS, LOKI, Datasource, SourceId
from bot.ports.opening import Opener, OpenSource
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import LogsSource, MetricsSource, Sources
from integrations.integration import Integration


@dataclass(frozen=True, slots=True)
class Sourcing:
    registry: OpenSources
    reading: Sources  # the same, limited to each tenant where sources hold several
    desk: SourcesDesk
    profiles: ProfilesDesk
    health: SourceHealth


def build(
    storage: Storage,
    clock: Clock,
    opener: Opener,
    integrations: Mapping[str, Integration] | None = None,
    tenant_label: str = "",
) -> Sourcing:
    registry = OpenSources(storage, clock, opener, _given(integrations or {}, clock))
    health = SourceHealth(storage, clock, registry)
    desk = SourcesDesk(storage, clock, opener, registry, health, pictures=not tenant_label)
    reading: Sources = Tenancy(registry, tenant_label) if tenant_label else registry
    profiles = ProfilesDesk(storage, clock, desk.find, reading.metrics, registry.forget)
    return Sourcing(registry, reading, desk, profiles, health)


class OfSettings:
    """An integration that is read, as a datasource among others; started and stopped by main."""

    def __init__(
        self, integration: Integration, metrics: MetricsSource | None = None, logs: LogsSource | None = None
    ) -> None:
        self._integration, self.metrics, self.logs = integration, metrics, logs

    async def probe(self) -> str:
        return await self._integration.check()

    async def close(self) -> None:
        """It is not ours to close."""


def _given(integrations: Mapping[str, Integration], clock: Clock) -> Given:
    """In the order of the catalogue: a real source comes before the demo world, and the first is the default."""
    now = clock.now()
    found: dict[SourceId, tuple[Datasource, OpenSource]] = {}
    for name, one in integrations.items():
        if one.metrics is not None:
            source = SourceId(f"{FROM_SETTINGS}{name}")
            row = Datasource(source, one.metrics.title, "prometheus", "", now, now)
            found[source] = (row, OfSettings(one, metrics=one.metrics))
        if one.logs is not None:
            source = SourceId(f"{FROM_SETTINGS}{name}-logs")
            row = Datasource(source, one.logs.title, LOKI, "", now, now)
            found[source] = (row, OfSettings(one, logs=one.logs))
    return found
