"""Whatever a source is asked is noted, and what is old, narrowed or missing is said with the answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.conversation.grounding import Trace, TracedLogs, TracedMetrics
from bot.desk.asking import Patience
from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Asker, Reader, Readership
from bot.model.errors import Unavailable
from bot.model.lines import LogLine
from bot.model.parcel import Subject
from bot.model.reply import Reply, Text
from bot.model.series import Labels, Metric, Point, Series
from bot.ports.tools import LogsSource
from tests.builders import NoMeters
from tests.fakes import NOON, DrivenClock

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class FewLogs:
    title = "Loki"

    async def lines(self, query: str, start: datetime, end: datetime, limit: int, direction: str = "backward"):
        return (LogLine(1, f"{query} {limit} {direction}"),)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return (Series(query),)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        return (Series(query),)

    async def labels(self) -> Sequence[str]:
        return ("app",)

    async def values(self, label: str) -> Sequence[str]:
        return (label,)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return f"/{query}"


async def test_every_query_is_noted_and_names_are_not() -> None:
    clock = DrivenClock()
    trace, reader = Trace(clock), LogsReader(FewLogs(), "loki", Readership(clock, NoMeters()))
    source: LogsSource = TracedLogs(trace, reader, Asker())
    (line,) = await source.lines("a", NOON - HOUR, NOON, 5, "forward")
    await source.instant("b", NOON)
    await source.range("c", NOON - HOUR, NOON, MINUTE)

    assert (line.text, await source.labels(), await source.values("x")) == ("a 5 forward", ("app",), ("x",))
    assert [(one.language, one.text, one.start, one.end, one.step, one.url) for one in trace.queries] == [
        ("logql", "a", NOON - HOUR, NOON, None, "/a"),
        ("logql", "b", NOON, NOON, None, "/b"),
        ("logql", "c", NOON - HOUR, NOON, MINUTE, "/c"),
    ]
    assert {(one.source, one.read_at) for one in trace.queries} == {("Loki", NOON)}


class Halves:
    """Answers for the second week, and is away for the first."""

    title = "Prometheus"

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return ()

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        if start < NOON - 7 * DAY:
            raise Unavailable("Prometheus")
        return (Series(query, (Point(start, 1.0), Point(end, 2.0))),)

    async def metrics(self) -> Sequence[Metric]:
        return ()

    async def values(self, label: str) -> Sequence[str]:
        return ()

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        return {}

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return ""


async def test_what_is_missing_is_said_first_and_what_is_narrowed_in_small_print() -> None:
    clock = DrivenClock()
    shared = Readership(clock, NoMeters(), patience=Patience(attempts=1))
    trace = Trace(clock)
    metrics = TracedMetrics(trace, Reader(Halves(), "prometheus", shared), Asker())
    await metrics.range("up", NOON - 14 * DAY, NOON, MINUTE)

    reply = trace.ground(Reply("It is 2.", (Text(("The rest.",)),), tone="good"), Subject("answer:1"))

    assert (reply.summary, reply.tone) == ("It is 2.", "warning")
    assert reply.blocks[0] == Text(
        ("Missing, 2026-03-04 12:00 UTC to 2026-03-11 11:55 UTC: Prometheus does not answer at the moment.",)
    )
    assert reply.footer == (
        "Prometheus, 1 query, read at 2026-03-18 12:00 UTC, one point every 5 min, not every 1 min, read in 2 pieces"
    )


async def test_an_answer_without_queries_stays_as_it_is() -> None:
    reply = Reply("Hello.", footer="small")
    assert Trace(DrivenClock()).ground(reply, Subject("answer:1")) is reply
