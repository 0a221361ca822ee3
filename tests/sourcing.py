"""Outside sources as the desks see them: what each address answers is written into a mapping."""

from collections.abc import Mapping
from typing import TypeVar

from bot import sourcing
from bot.model.errors import Missing, Problem, Rejected
from bot.model.source import Datasource
from bot.model.tenant import TenantId
from bot.ports.opening import Opener
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import LogsSource, MetricsSource
from bot.sourcing import Sourcing
from tests.builders import FakeMetrics

S = TypeVar("S", MetricsSource, LogsSource)
UP = "Prometheus 2.42.0"


class Opened:
    def __init__(self, source: Datasource, secrets: Mapping[str, str], answers: Mapping[str, str | Problem]) -> None:
        self.source, self.secrets, self._answers = source, secrets, answers
        self.closed = False
        self.probes = 0
        self.metrics: MetricsSource | None = None
        self.logs: LogsSource | None = None
        if source.type == "prometheus":
            self.metrics = FakeMetrics(lambda *_: [({}, 1.0)])
            self.metrics.title = source.name

    async def probe(self) -> str:
        self.probes += 1
        answer = self._answers.get(self.source.url, UP)
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def close(self) -> None:
        self.closed = True


class Openings:
    """Fills bot.ports.opening.Opener."""

    kinds: Mapping[str, str] = {"prometheus": "Prometheus", "loki": "Loki"}

    def __init__(self) -> None:
        self.answers: dict[str, str | Problem] = {}
        self.made: list[Opened] = []

    def open(self, source: Datasource, secrets: Mapping[str, str]) -> Opened:
        if source.type not in self.kinds:
            raise Rejected(f"I cannot read “{source.type}” yet.")
        self.made.append(Opened(source, secrets, self.answers))
        return self.made[-1]


def sourced(storage: Storage, clock: Clock, opener: Opener | None = None) -> Sourcing:
    return sourcing.build(storage, clock, opener or Openings())


class OneOfEach:
    """Fills bot.ports.tools.Sources: one source of metrics and one of logs, for every tenant."""

    def __init__(self, metrics: MetricsSource | None = None, logs: LogsSource | None = None) -> None:
        self._metrics, self._logs = metrics, logs

    async def metrics(self, tenant: TenantId, named: str = "") -> MetricsSource | None:
        return self._of(self._metrics, named)

    async def logs(self, tenant: TenantId, named: str = "") -> LogsSource | None:
        return self._of(self._logs, named)

    @staticmethod
    def _of(source: S | None, named: str) -> S | None:
        if named and source and named.casefold() != source.title.casefold():
            raise Missing(f"There is no datasource “{named}”.")
        return source
