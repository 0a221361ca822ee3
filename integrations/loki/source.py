"""A datasource of the type loki, as a tenant keeps it."""

from collections.abc import Mapping

from bot.model.source import Auth, Datasource, Secret
from integrations import tls
from integrations.integration import Reach, SourceKind
from integrations.loki.connection import Access, Connection
from integrations.loki.logs import LokiLogs


class LokiSource:
    metrics = None

    def __init__(self, source: Datasource, secrets: Mapping[str, str], reach: Reach) -> None:
        access = Access(
            source.url.rstrip("/"),
            token=secrets[Secret.TOKEN] if source.auth is Auth.BEARER else "",
            user=source.user if source.auth is Auth.BASIC else "",
            password=secrets[Secret.PASSWORD] if source.auth is Auth.BASIC else "",
            tenant=source.org,
            tls=tls.context(source.tls, secrets.get(Secret.CLIENT_KEY, "")),
            title=source.name,
            setting="its address",
            ca_setting="its authority's certificate",
        )
        page = str(source.config.get("page") or "")
        self._logs = LokiLogs(Connection(access, reach.session, reach.clock), reach.clock, page, source.name)

    @property
    def logs(self) -> LokiLogs:
        return self._logs

    async def probe(self) -> str:
        labels = await self._logs.labels()
        return f"Loki, streams by {', '.join(sorted(labels)[:3])}"[:100] if labels else "Loki, without lines lately"

    async def close(self) -> None:
        """The session is shared."""


SOURCE = SourceKind("loki", "Loki", LokiSource)
