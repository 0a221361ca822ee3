"""Between everyone who asks and one source: long ranges in pieces, nothing read twice, and how old it is."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from bot.desk.asking import Asking, Patience
from bot.desk.keeping import Found, Keeping, Room
from bot.model import figures
from bot.model.errors import Unavailable
from bot.model.series import Labels, Metric, Series
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.services import Clock, Meters
from bot.ports.tools import MetricsSource
from bot.query.pieces import Cut, Piece, Sizes, cut, merge
from bot.query.promql.scope import scoped

LIVE = timedelta(minutes=1)  # an instant so near is now, and moves with the clock
GRAIN = timedelta(seconds=10)  # two who ask "now" within one question's own time mean the same
SETTLED = timedelta(hours=6)  # what ended so long ago does not grow old like what ended now
SLOWER = 48  # the usual of a day ago is as good half an hour later
BYTES_A_POINT, BYTES_A_ROW = 130, 600

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose reading it is: what one tenant, or one scope of it, has read is shown to no other."""

    tenant: TenantId = DEFAULT_TENANT
    scope: tuple[tuple[str, str], ...] = ()  # labels that every selector is limited to, besides the tenant's
    anew: bool = False  # what is kept will not do
    ahead: bool = False  # nobody waits for it yet


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    query: str  # as it ran
    rows: Sequence[T]
    read_at: datetime  # of the oldest part
    step: timedelta | None = None  # as it was asked in the end
    cached: bool = False
    settled: bool = False  # it ended so long ago that its age says nothing
    away: Unavailable | None = None  # it is an old reading, because of this
    said: tuple[str, ...] = ()  # what is not quite as it was asked
    missing: tuple[str, ...] = ()  # parts that could not be read; the rest stands


@dataclass(frozen=True, slots=True)
class Readership:
    """What all readers of a process have in common."""

    clock: Clock
    meters: Meters
    sizes: Sizes = field(default_factory=Sizes)
    room: Room = field(default_factory=Room)
    patience: Patience = field(default_factory=Patience)
    tenant_label: str = ""


class _Source(Protocol):
    title: str

    async def instant(self, query: str, at: datetime) -> Sequence[Series]: ...
    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]: ...
    def link(self, query: str, start: datetime, end: datetime) -> str: ...


class SeriesReader:
    """What metrics and logs have in common: queries that come to numbers."""

    def __init__(
        self, source: _Source, kind: str, shared: Readership, scoped: Callable[[str, Mapping[str, str]], str]
    ) -> None:
        self.title, self.kind = source.title, kind
        self.sizes = shared.sizes
        self._source, self._shared, self._scoped = source, shared, scoped
        self._asking = Asking(source.title, kind, shared.clock, shared.meters, shared.patience)
        self._series: Keeping[Sequence[Series]] = Keeping(shared.clock, _size, shared.room)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._source.link(query, start, end)

    async def instant(self, query: str, at: datetime, asker: Asker) -> Read[Series]:
        text = self._limited(query, asker)
        key = (text, self._when(at))
        found = await self._get(self._series, key, lambda: self._source.instant(text, at), asker, at)
        return self._few(self._as_read(text, found, at))

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta, asker: Asker) -> Read[Series]:
        text, plan = self._limited(query, asker), cut(start, end, step, self.sizes)

        async def one(piece: Piece) -> Read[Series]:
            key = (text, self._when(piece.start), self._when(piece.end), plan.step)
            ask = lambda: self._source.range(text, piece.start, piece.end, plan.step)  # noqa: E731
            return self._as_read(text, await self._get(self._series, key, ask, asker, piece.end), piece.end)

        parts = await asyncio.gather(*(one(piece) for piece in plan.pieces), return_exceptions=True)
        return self._few(_whole(plan, parts))

    def _limited(self, query: str, asker: Asker) -> str:
        label = self._shared.tenant_label
        mandatory = {**({label: str(asker.tenant)} if label else {}), **dict(asker.scope)}
        return self._scoped(query, mandatory) if mandatory else query

    async def _get(
        self,
        keeping: Keeping[T],
        key: Hashable,
        read: Callable[[], Awaitable[T]],
        asker: Asker,
        until: datetime | None = None,
    ) -> Found[T]:
        whole = (asker.tenant, asker.scope, key)
        fresh = self._fresh(until) if until else None
        found = await keeping.get(whole, lambda: self._asking.ask(read), anew=asker.anew, fresh=fresh)
        self._shared.meters.count("query_cache", result="ahead" if asker.ahead else found.how)
        return found

    def _fresh(self, until: datetime) -> timedelta:
        usual = self._shared.room.fresh
        return max(usual, self._ago(until) / SLOWER) if usual and self._settled(until) else usual

    def _settled(self, until: datetime) -> bool:
        return self._ago(until) >= SETTLED

    def _ago(self, at: datetime) -> timedelta:
        return self._shared.clock.now() - at

    def _as_read(self, query: str, found: Found[Sequence[T]], until: datetime) -> Read[T]:
        return replace(as_read(query, found), settled=found.why is None and self._settled(until))

    def _when(self, at: datetime) -> Hashable:
        """The same for two instants that lie equally far back from when they are asked for.

        A time that somebody named stands still instead, and those fall on whole minutes.
        """
        ago = self._ago(at)
        named = at.second == at.microsecond == 0
        return at if named and ago >= LIVE else round(ago / GRAIN)

    def _few(self, read: Read[Series]) -> Read[Series]:
        most = self.sizes.series
        if len(read.rows) <= most:
            return read
        said = f"the first {most:,} of {len(read.rows):,} series"
        return replace(read, rows=read.rows[:most], said=(*read.said, said))


class Reader(SeriesReader):
    """Of a source of metrics."""

    def __init__(self, source: MetricsSource, kind: str, shared: Readership) -> None:
        super().__init__(source, kind, shared, scoped)
        self.source = source
        self._metrics: Keeping[Sequence[Metric]] = Keeping(shared.clock, lambda found: 300 * len(found), shared.room)
        self._values: Keeping[Sequence[str]] = Keeping(shared.clock, lambda found: 100 * len(found), shared.room)

    async def metrics(self, asker: Asker) -> Sequence[Metric]:
        return (await self._get(self._metrics, "metrics", self.source.metrics, asker)).value

    async def values(self, label: str, asker: Asker) -> Sequence[str]:
        return (await self._get(self._values, label, lambda: self.source.values(label), asker)).value

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        return await self.source.labels(names, most)


def as_read(query: str, found: Found[Sequence[T]]) -> Read[T]:
    return Read(query, found.value, found.read_at, cached=found.how in ("kept", "stale"), away=found.why)


def _whole(plan: Cut, parts: Sequence[Read[Series] | BaseException]) -> Read[Series]:
    """What could be read, put together; a Problem where nothing could."""
    good: list[Read[Series]] = []
    missing = []
    for piece, part in zip(plan.pieces, parts, strict=True):
        if isinstance(part, Unavailable):
            missing.append(f"{figures.clock(piece.start)} to {figures.clock(piece.end)}: {part.says}")
        elif isinstance(part, BaseException):
            raise part
        else:
            good.append(part)
    if not good:
        raise next(part for part in parts if isinstance(part, BaseException))
    return Read(
        good[0].query,
        merge(read.rows for read in good),
        min(read.read_at for read in grown(good)),
        plan.step,
        any(read.cached for read in grown(good)),
        all(read.settled for read in good),
        next((read.away for read in good if read.away), None),
        plan.said,
        tuple(missing),
    )


def grown(reads: Sequence[Read[T]]) -> Sequence[Read[T]]:
    """Those whose age matters; of an answer about what is long past, all."""
    return [read for read in reads if not read.settled] or reads


def _size(rows: Sequence[Series]) -> int:
    return sum(BYTES_A_ROW + BYTES_A_POINT * len(series.points) for series in rows)
