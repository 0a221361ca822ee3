"""A query as somebody wrote it, against a source whose values are known."""

import math
from datetime import timedelta

import pytest

from bot.intents import promql, show_queries
from bot.intents.promql import PromQL
from bot.intents.series_words import thinned
from bot.intents.show_queries import ShowQueries
from bot.model.errors import Rejected
from bot.model.reply import Buttons, Chart, Facts, Files, Query, Table
from bot.model.series import Point
from bot.ports.tools import Tools
from tests.builders import FakeMetrics, turn
from tests.desks import Queries, desks
from tests.fakes import NOON, DrivenClock

HOUR = timedelta(hours=1)


async def _silent(_: str) -> None:
    return


class _NoFeedback:
    async def keep(self, *_: object, **__: object) -> None: ...


def tools(answering, queries: Queries | None = None, memory=None) -> Tools:
    return Tools(
        turn(memory=memory), DrivenClock(), FakeMetrics(answering), _NoFeedback(), _silent, desks(queries=queries)
    )


def rows(*values: float):
    return lambda query, at: [({"job": f"j{n}", "env": "prod"}, value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("answering", "says"),
    [
        (lambda query, at: [({}, 0.36)], "It comes to 0.36."),
        (lambda query, at: [({}, math.inf)], "It comes to ∞."),
        (lambda query, at: [({"job": "api"}, 2.0)], "api: 2."),
        (rows(1.0, 3.0, math.nan, 2.0), "4 series; the highest is j1 with 3."),
        (lambda query, at: [], "The query has no data, now."),
    ],
)
async def test_what_it_comes_to_now(answering, says):
    assert (await promql.answer(PromQL(query="up"), tools(answering))).summary == says


async def test_rows_are_told_apart_by_what_differs_and_what_is_no_number_comes_last():
    reply = await promql.answer(PromQL(query="up"), tools(rows(1.0, 3.0, math.nan, 2.0)))
    (table,) = (block for block in reply.blocks if isinstance(block, Table))
    assert table.columns == ("job", "Value")
    assert table.rows == (("j1", 3.0), ("j3", 2.0), ("j0", 1.0), ("j2", "no data"))


async def test_more_rows_than_are_shown_are_all_in_a_file():
    reply = await promql.answer(PromQL(query="up"), tools(rows(*map(float, range(45)))))
    (table,) = (block for block in reply.blocks if isinstance(block, Table))
    (files,) = (block for block in reply.blocks if isinstance(block, Files))
    assert (len(table.rows), table.caption) == (30, "The first 30 of 45")
    assert len(files.files[0].content.decode("utf-8-sig").splitlines()) == 46


async def test_a_range_of_one_series_has_its_figures():
    """Row HIST-06, by hand: 0, 1, …, 12 at five minutes each."""

    def rising(query, at):
        return [({}, (at - (NOON - HOUR)) / timedelta(minutes=5))]

    reply = await promql.answer(PromQL(query="up", window="last hour", step="5m"), tools(rising))
    assert reply.summary == "12 at the end of the last 1 h."
    (facts,) = (block for block in reply.blocks if isinstance(block, Facts))
    assert {row.label: row.value for row in facts.rows} == {
        "First": "0", "Last": "12", "Change": "from none", "Mean": "6", "p95": "11.4", "Least": "0", "Most": "12",
    }  # fmt: skip
    (chart,) = (block for block in reply.blocks if isinstance(block, Chart))
    assert len(chart.series[0].points) == 13


async def test_a_range_of_many_series_draws_the_highest_and_lists_them():
    reply = await promql.answer(PromQL(query="up", window="last hour"), tools(rows(*map(float, range(9)))))
    (chart,) = (block for block in reply.blocks if isinstance(block, Chart))
    assert [one.name for one in chart.series] == [f"j{n}" for n in (8, 7, 6, 5, 4, 3)]
    assert chart.caption == "The last 1 h; the highest 6 of 9"
    (table,) = (block for block in reply.blocks if isinstance(block, Table))
    assert table.columns == ("job", "Last", "Mean", "Least", "Most")
    assert len(table.rows) == 9


async def test_what_is_not_admitted_does_not_run():
    on = tools(rows(1.0), Queries(refused={"up(": Rejected("This is not PromQL.")}))
    with pytest.raises(Rejected):
        await promql.answer(PromQL(query="up("), on)
    assert on.metrics.asked == []


async def test_it_can_be_edited_and_run_again():
    reply = await promql.answer(PromQL(query="up", window="last hour"), tools(rows(1.0)))
    (edit,) = (button for button in reply.buttons if button.label == "Edit query")
    assert (edit.intent, edit.asks) == ("promql", ("query", "window", "step"))
    assert edit.arguments == {"query": "up", "window": "last hour"}


async def test_queries_behind_an_answer_can_be_edited_and_run():
    kept: dict[str, object] = {}
    asked = (
        Query("Prometheus", "promql", "up", NOON - 6 * HOUR, NOON, timedelta(minutes=5)),
        Query("Prometheus", "promql", "count(up)", NOON, NOON),
    )
    show_queries.remember(kept, "answer:1", asked)
    reply = await show_queries.answer(ShowQueries(), tools(rows(1.0), memory=kept))
    buttons = [block.buttons[0] for block in reply.blocks if isinstance(block, Buttons)]
    assert [(button.intent, button.arguments) for button in buttons] == [
        ("promql", {"query": "up", "window": "last 6h"}),
        ("promql", {"query": "count(up)"}),
    ]


@pytest.mark.parametrize("count", [499, 500, 501, 10_000])
def test_thinning_keeps_the_extremes_and_the_end(count):
    points = [Point(NOON + timedelta(seconds=n), float(n * 7919 % 1009)) for n in range(count)]
    kept = thinned(points)
    assert len(kept) <= 500
    assert kept[-1] == points[-1]
    assert [one.at for one in kept] == sorted(one.at for one in kept)
    assert {one.value for one in kept} >= {min(one.value for one in points), max(one.value for one in points)}
    assert count > 500 or list(kept) == points
