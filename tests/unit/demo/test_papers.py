"""What the buttons under an issue of the demo open: runbooks, dashboards, graphs."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.model.errors import Malformed, Missing, Rejected
from bot.model.reply import Chart, Query, Text
from integrations.demo.links import Links
from integrations.demo.metrics import DemoMetrics
from integrations.demo.papers import Papers
from integrations.demo.rules import RULES
from integrations.demo.runbooks import RUNBOOKS
from integrations.demo.world import DemoWorld
from tests.fakes import NOON, DrivenClock

LINKS = Links("http://127.0.0.1:8080")


@pytest.fixture
def papers() -> Papers:
    clock = DrivenClock()
    return Papers(DemoMetrics(DemoWorld(seed=7), clock), clock)


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_runbook_is_a_page_of_steps(papers: Papers, name: str) -> None:
    reply = papers.runbook(name)

    assert reply.title
    assert len(reply.blocks) >= 3
    assert all(isinstance(block, Text) and block.listed for block in reply.blocks)


@pytest.mark.parametrize("name", ["checkout", "support-bot"])
async def test_a_dashboard_draws_three_measures(papers: Papers, name: str) -> None:
    reply = await papers.dashboard(name)

    assert [type(block) for block in reply.blocks] == [Chart] * 3
    assert all(block.series[0].points for block in reply.blocks if isinstance(block, Chart))


async def test_what_is_not_there_is_missing(papers: Papers) -> None:
    with pytest.raises(Missing):
        papers.runbook("nothing")
    with pytest.raises(Missing):
        await papers.dashboard("nothing")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
async def test_the_graph_of_a_rule_draws_what_it_compares(papers: Papers, rule) -> None:
    given = parse_qs(urlsplit(LINKS.graph(rule.expression)).query)

    reply = await papers.graph(given["g0.expr"][0], given["g0.range_input"][0])

    chart, query, condition = reply.blocks
    assert isinstance(chart, Chart)
    assert isinstance(query, Query)
    assert query.end - query.start == timedelta(hours=1)
    assert isinstance(condition, Text)
    assert rule.expression in str(condition.parts[0])


async def test_a_link_of_an_answer_leads_to_the_range_that_was_asked(papers: Papers) -> None:
    metrics = DemoMetrics(DemoWorld(seed=7), DrivenClock(), links=LINKS)
    start = NOON - timedelta(hours=26)
    address = urlsplit(metrics.link('up{job="services"}', start, NOON - timedelta(hours=2)))
    given = {name: values[0] for name, values in parse_qs(address.query).items()}

    reply = await papers.graph(given["g0.expr"], given["g0.range_input"], given["g0.end_input"])

    query = next(block for block in reply.blocks if isinstance(block, Query))
    assert address.path == "/demo/graph"
    assert (query.start, query.end) == (start, NOON - timedelta(hours=2))


async def test_nothing_of_what_comes_is_drawn(papers: Papers) -> None:
    reply = await papers.graph("up", "1h", f"{NOON + timedelta(days=1):%Y-%m-%d %H:%M:%S}")

    query = next(block for block in reply.blocks if isinstance(block, Query))
    assert query.end == NOON
    assert "12 with the highest latest value are drawn" in reply.summary


async def test_of_what_must_not_be_low_the_lowest_are_drawn(papers: Papers) -> None:
    reply = await papers.graph("up < 1")
    assert "12 with the lowest latest value are drawn" in reply.summary


async def test_no_data_is_said(papers: Papers) -> None:
    assert (await papers.graph("nothing_there")).summary == "No data in that time."


@pytest.mark.parametrize(
    ("query", "span", "until", "problem"),
    [
        ("up", "an hour", "", Malformed),
        ("up", "1h", "noon", Malformed),
        ("sum(", "1h", "", Rejected),
        ("", "1h", "", Rejected),
    ],
)
async def test_what_cannot_be_read_is_refused(
    papers: Papers, query: str, span: str, until: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        await papers.graph(query, span, until)


def test_without_a_page_there_are_no_links() -> None:
    nowhere = Links()

    assert (nowhere.runbook("errors"), nowhere.dashboard("checkout"), nowhere.graph("up")) == ("", "", "")
    assert DemoMetrics(DemoWorld(), DrivenClock()).link("up", NOON, NOON) == ""
