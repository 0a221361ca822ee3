"""The reader of a source of logs: lines as well as numbers."""

from collections.abc import Sequence
from datetime import datetime

from bot.desk.keeping import Keeping
from bot.desk.reader import BYTES_A_ROW, Asker, Read, Readership, SeriesReader, grown
from bot.model.lines import LogLine
from bot.ports.tools import Direction, LogsSource
from bot.query.logql.scope import scoped
from bot.query.pieces import Piece, stretches


class LogsReader(SeriesReader):
    def __init__(self, source: LogsSource, kind: str, shared: Readership) -> None:
        super().__init__(source, kind, shared, scoped)
        self.source = source
        self._lines: Keeping[Sequence[LogLine]] = Keeping(shared.clock, _size, shared.room)
        self._names: Keeping[Sequence[str]] = Keeping(shared.clock, lambda found: 100 * len(found), shared.room)

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction, asker: Asker
    ) -> Read[LogLine]:
        """Piece after piece from the side that is wanted, and none once there are enough."""
        text, most = self._limited(query, asker), min(limit, self.sizes.lines)
        rows: list[LogLine] = []
        reads: list[Read[LogLine]] = []
        pieces = stretches(start, end, self.sizes)
        for piece in pieces if direction == "forward" else reversed(pieces):
            if len(rows) < most:
                reads.append(await self._some(text, piece, most - len(rows), direction, asker))
                rows += reads[-1].rows
        end_said = "newest" if direction == "backward" else "oldest"
        return Read(
            text,
            rows,
            min(read.read_at for read in grown(reads)),
            cached=any(read.cached for read in grown(reads)),
            settled=all(read.settled for read in reads),
            away=next((read.away for read in reads if read.away), None),
            said=(f"the {end_said} {most:,} lines",) if len(rows) >= most else (),
        )

    async def _some(self, text: str, piece: Piece, limit: int, direction: Direction, asker: Asker) -> Read[LogLine]:
        key = (text, self._when(piece.start), self._when(piece.end), limit, direction)

        async def read() -> Sequence[LogLine]:
            return await self.source.lines(text, piece.start, piece.end, limit, direction)

        return self._as_read(text, await self._get(self._lines, key, read, asker, piece.end), piece.end)

    async def labels(self, asker: Asker) -> Sequence[str]:
        return (await self._get(self._names, "labels", self.source.labels, asker)).value

    async def values(self, label: str, asker: Asker) -> Sequence[str]:
        return (await self._get(self._names, ("values", label), lambda: self.source.values(label), asker)).value


def _size(rows: Sequence[LogLine]) -> int:
    return sum(BYTES_A_ROW + len(row.text) for row in rows)
