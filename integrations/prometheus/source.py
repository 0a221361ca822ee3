"""A datasource of the type prometheus, as a tenant keeps it."""

from collections.abc import Mapping

from bot.model.errors import Rejected
from bot.model.source import Auth, Datasource, Secret
from integrations import tls
from integrations.integration import Reach, SourceKind
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.explore import Explore
from integrations.prometheus.metrics import PrometheusMetrics


class PrometheusSource:
    logs = None

    def __init__(self, source: Datasource, secrets: Mapping[str, str], reach: Reach) -> None:
        url = source.url.rstrip("/")
        access = Access(
            url,
            token=secrets[Secret.TOKEN] if source.auth is Auth.BEARER else "",
            user=source.user if source.auth is Auth.BASIC else "",
            password=secrets[Secret.PASSWORD] if source.auth is Auth.BASIC else "",
            tls=tls.context(source.tls, secrets.get(Secret.CLIENT_KEY, "")),
            org=source.org,
            networks=reach.networks,
            title=source.name,
            setting="its address",
            ca_setting="its authority's certificate",
        )
        self._clock = reach.clock
        self._connection = Connection(access, reach.clock)
        grafana, uid = source.config.get("grafana"), source.config.get("uid")
        explore = Explore(str(grafana), str(uid)) if grafana and uid and not source.config.get("page") else None
        page = str(source.config.get("page") or url)
        self._metrics = PrometheusMetrics(self._connection, reach.clock, page, source.name, explore)

    @property
    def metrics(self) -> PrometheusMetrics:
        return self._metrics

    async def probe(self) -> str:
        """A query that every PromQL server answers; then its version, which some do not tell."""
        await self._connection.query("vector(1)", self._clock.now())
        try:
            told = (await self._connection.build())["data"]
        except Rejected as problem:
            if problem.code == "network":
                raise
            return "Speaks PromQL"
        told = told if isinstance(told, dict) else {}
        return f"{told.get('application') or 'Prometheus'} {told.get('version') or ''}".strip()[:100]

    async def close(self) -> None:
        self._connection.close()


SOURCE = SourceKind("prometheus", "Prometheus, Mimir, Thanos or VictoriaMetrics", PrometheusSource)
