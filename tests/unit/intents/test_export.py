"""What leaves as a file holds the figures of the answer, runs nothing, and says where they come from."""

import csv
import io
import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intents import export, show_queries
from bot.intents.export import Export
from bot.model.chart import Group
from bot.model.errors import Rejected, Unavailable
from bot.model.parcel import Kept
from bot.model.reply import Bars, Button, Buttons, Chart, File, Files, Pie, Query, Reply, Share, Table
from bot.model.series import Point, Series
from bot.ports.press import Drawable, Sheet
from bot.ports.tools import Tools, Turn
from tests.builders import FakeMetrics, question, turn
from tests.desks import desks, tools
from tests.fakes import NOON

OF = "answer:1"
MINUTE = timedelta(minutes=1)
QUERY = Query("test source", "promql", "p95", NOON - 2 * MINUTE, NOON, MINUTE, NOON)
SERIES = Series("=cmd()", (Point(NOON - MINUTE, -0.1), Point(NOON, math.nan)), "seconds")
REPLY = Reply(
    "P95 of checkout is 412 ms.",
    (
        Chart("p95", (SERIES,)),
        Table(("Service", "@Now"), (("=evil", -1.5), ("b", 2.0)), most=1),
        Bars("by region", ("eu",), (Group("5xx", (3.0,)),), "req/s"),
        Pie("spend", (Share("bot", math.inf),), "usd"),
        QUERY,
    ),
)


class Answers:
    def __init__(self, reply: Reply | None = REPLY) -> None:
        self.reply = reply

    async def find(self, turn: Turn, subject: str) -> Kept | None:
        return Kept(self.reply, 1) if self.reply and subject == OF else None


class Inked:
    sheet: Sheet

    async def picture(self, chart: Drawable, *, dark: bool = False) -> bytes:
        return b""

    async def page(self, sheet: Sheet) -> bytes:
        self.sheet = sheet
        return b"%PDF-"


class Away(FakeMetrics):
    async def range(self, *asked: object) -> list[Series]:
        raise Unavailable("test source")


def having(metrics: FakeMetrics | None = None, reply: Reply | None = REPLY, **memory: object) -> Tools:
    asking = turn(memory=memory)
    return replace(tools(desks(), asking), metrics=metrics, answers=Answers(reply), press=Inked())


def read(file: File) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


async def exported(asked: Export, tools_: Tools) -> tuple[str, tuple[File, ...]]:
    reply = await export.answer(asked, tools_)
    (files,) = [block.files for block in reply.blocks if isinstance(block, Files)]
    return reply.summary, files


async def test_csv_of_what_the_answer_holds() -> None:
    said, files = await exported(Export(of=OF), having())
    assert [file.name for file in files] == [
        "p95-of-checkout-is-412-ms.csv",
        "p95-of-checkout-is-412-ms-table1.csv",
        "p95-of-checkout-is-412-ms-table2.csv",
        "p95-of-checkout-is-412-ms-table3.csv",
    ]
    assert read(files[0]) == [
        ["time", "'=cmd() (seconds)"],
        ["2026-03-18T11:59:00+00:00", "-0.1"],
        ["2026-03-18T12:00:00+00:00", ""],
    ]
    assert read(files[1]) == [["Service", "'@Now"], ["'=evil", "-1.5"], ["b", "2.0"]]
    assert read(files[2]) == [["", "5xx (req/s)"], ["eu", "3.0"]]
    assert "1 series with 2 values and 4 rows, as the answer holds them" in said


async def test_series_are_read_again_by_the_same_query_over_the_same_range() -> None:
    metrics = FakeMetrics(lambda query, at: [({"pod": "a"}, 0.25), ({"pod": "b"}, 0.5)])
    said, files = await exported(Export(of=OF), having(metrics))
    assert metrics.asked == ["p95"]
    assert read(files[0])[0] == ["time", "pod=a (seconds)", "pod=b (seconds)"]
    assert [row[1:] for row in read(files[0])[1:]] == [["0.25", "0.5"]] * 3
    assert "read again by the same query" in said


async def test_what_was_counted_from_lines_is_counted_again_by_the_logs() -> None:
    counted = Query("Loki", "logql", 'sum(count_over_time({app="x"} [1m]))', NOON - 2 * MINUTE, NOON, MINUTE, NOON)
    reply = Reply("3 events.", (Chart("events", (SERIES,)), counted))
    metrics, logs = FakeMetrics(lambda *_: [({}, 1.0)]), FakeMetrics(lambda *_: [({"level": "error"}, 7.0)])
    asking = replace(having(metrics, reply), logs=logs)
    summary, (file,) = await exported(Export(form="csv", of=OF), asking)
    assert [row[1] for row in read(file)] == ["level=error (seconds)", "7.0", "7.0", "7.0"]
    assert (metrics.asked, logs.asked, "read again by the same query" in summary) == ([], [counted.text], True)


@pytest.mark.parametrize("metrics", [Away(lambda q, at: []), FakeMetrics(lambda q, at: [])])
async def test_where_the_source_has_nothing_the_answer_does(metrics: FakeMetrics) -> None:
    said, files = await exported(Export(of=OF), having(metrics))
    assert read(files[0])[1][1] == "-0.1"
    assert "as the answer holds them" in said


async def test_json_names_values_units_query_range_and_when_it_was_read() -> None:
    _, (file,) = await exported(Export(of=OF, form="json"), having())
    told = json.loads(file.content)
    assert told["queries"] == [
        {
            "source": "test source",
            "language": "promql",
            "query": "p95",
            "start": "2026-03-18T11:58:00+00:00",
            "end": "2026-03-18T12:00:00+00:00",
            "step_seconds": 60.0,
            "read_at": "2026-03-18T12:00:00+00:00",
        }
    ]
    (series,) = told["series"]
    assert (series["unit"], [value for _, value in series["points"]]) == ("seconds", [-0.1, None])
    assert told["tables"][0]["rows"] == [["=evil", -1.5], ["b", 2.0]]
    assert told["tables"][2]["rows"] == [["bot", "inf"]]


async def test_a_page_is_given_the_chart_the_tables_and_the_query() -> None:
    given = having()
    _, (file,) = await exported(Export(of=OF, form="pdf"), given)
    assert (file.name, file.content) == ("p95-of-checkout-is-412-ms.pdf", b"%PDF-")
    sheet = given.press.sheet  # type: ignore[union-attr]
    assert (len(sheet.charts), len(sheet.tables), sheet.queries) == (2, 3, (QUERY,))


async def test_the_last_answer_with_data_is_meant_where_none_is_named() -> None:
    said, _ = await exported(Export(), having(data=OF))
    assert "P95 of checkout" in said


@pytest.mark.parametrize(
    ("asked", "reply"), [(Export(), REPLY), (Export(of="answer:2"), REPLY), (Export(of=OF), Reply("words"))]
)
async def test_without_data_it_says_so(asked: Export, reply: Reply) -> None:
    with pytest.raises(Rejected) as refused:
        await export.answer(asked, having(reply=reply))
    assert "no data" in refused.value.says


async def test_remembered_queries_come_before_those_that_were_shown() -> None:
    other = replace(QUERY, text="p99", end=NOON + MINUTE)
    memory: dict[str, object] = {}
    show_queries.remember(memory, OF, (QUERY, other))
    metrics = FakeMetrics(lambda query, at: [({}, 1.0)])
    await exported(Export(of=OF), having(metrics, **memory))
    assert metrics.asked == ["p99"]


def test_buttons_stand_once_and_only_below_data() -> None:
    offered = export.offered(REPLY, OF)
    assert offered.blocks[-1] == Buttons(
        tuple(Button(form.upper(), "export", {"form": form, "of": OF}) for form in ("csv", "json", "pdf"))
    )
    assert export.offered(offered, OF) == offered
    assert export.offered(Reply("words"), OF) == Reply("words")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("export that as csv", "csv"),
        ("download the data as json please", "json"),
        ("can i have this as a pdf?", "pdf"),
        ("latency of checkout", None),
        ("what is a csv?", None),
    ],
)
def test_what_asks_for_a_file(text: str, form: str | None) -> None:
    reading = export.reads(question(text))
    assert (reading.arguments["form"] if reading else None) == form


async def test_what_was_read_from_the_ledger_is_not_asked_of_metrics():
    asked = replace(QUERY, source="AI usage", language="usage", text="ai usage: sum every 1 d, 3 calls, from http")
    metrics = FakeMetrics(lambda *_: [({}, 1.0)])
    memory: dict[str, object] = {}
    show_queries.remember(memory, OF, (asked,))
    says, files = await exported(Export(form="json", of=OF), having(metrics, **memory))
    assert metrics.asked == []
    assert "as the answer holds them" in says
    assert json.loads(files[0].content)["queries"][0]["query"] == asked.text


async def test_a_query_of_the_ledger_is_shown_and_not_edited():
    memory: dict[str, object] = {}
    show_queries.remember(memory, OF, (replace(QUERY, language="usage"), QUERY))
    reply = await show_queries.answer(show_queries.ShowQueries(of=OF), having(**memory))
    assert [type(block) for block in reply.blocks] == [Query, Query, Buttons]
