"""A question of one's own words becomes a query over what there is, or goes back with what there is."""

import pytest

from bot.conversation.understanding import understand
from bot.intents import ask_query
from bot.intents.intent import Question
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import prepare
from tests.fakes import NOON

GROUND = prepare(
    Catalog(
        (
            KnownMetric("jobs_waiting", "gauge", "Jobs waiting per queue.", "", {"queue": ("mail", "video")}),
            KnownMetric("jobs_failed_total", "counter", "Jobs that failed.", "", {"queue": ("mail", "video")}),
            KnownMetric("print_seconds", "histogram", "Time to print a page.", "seconds", {"printer": ("p1", "p2")}),
        ),
        {"app": ("printer", "web")},
        (KnownLogs("printer", "logfmt", {"level": "info|error", "page": "number"}, "level=info page=3"),),
    )
)


def asked(text: str, **memory: object) -> Question:
    return Question(text, NOON, ground=GROUND, memory=memory)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("jobs waiting per queue", "sum by (queue) (jobs_waiting)"),
        ("how many mail jobs failed in the last 2h", 'sum (increase(jobs_failed_total{queue="mail"}[2h]))'),
        (
            "p99 of the time to print a page on p1",
            'histogram_quantile(0.99, sum by (le) (rate(print_seconds_bucket{printer="p1"}[5m])))',
        ),
    ],
)
def test_words_become_a_query(text: str, query: str) -> None:
    reading = understand(asked(text))
    assert reading is not None
    assert (reading.intent, reading.arguments["language"]) == ("ask_query", "promql")
    assert reading.arguments["query"].replace("sum(", "sum (") == query
    ask_query.AskQuery.model_validate(dict(reading.arguments))


def test_lines_are_asked_with_their_time_and_their_number() -> None:
    reading = ask_query.read(asked("last 20 error lines of printer, past 2 hours"))
    assert reading is not None
    given = ask_query.AskQuery.model_validate(dict(reading.arguments))
    assert (given.language, given.lines, given.limit) == ("logql", True, 20)
    assert given.query == '{app="printer"} | logfmt | level = "error"'
    assert given.start is not None
    assert given.end is not None
    assert (given.end - given.start).total_seconds() == 7200


def test_a_follow_up_builds_on_the_question_before() -> None:
    first = ask_query.read(asked("jobs waiting per queue"))
    assert first is not None
    after = ask_query.read(asked("only video", intent="ask_query", arguments=dict(first.arguments)))
    assert after is not None
    assert 'queue="video"' in after.arguments["query"]
    assert after.arguments["asked"] == ("jobs waiting per queue", "only video")


def test_what_is_not_there_goes_back_with_what_is() -> None:
    reading = understand(asked("jobs waiting in queue parcels"))
    assert reading is not None
    assert reading.asks_back is not None
    assert "parcels" in reading.asks_back.summary


@pytest.mark.parametrize("text", ["who is on call?", "what is open?", "hello", "tell me a joke"])
def test_what_is_no_question_about_figures_is_left_to_others(text: str) -> None:
    reading = understand(asked(text))
    assert reading is None or reading.intent != "ask_query"


def test_nothing_is_translated_where_nothing_is_known() -> None:
    assert ask_query.read(Question("jobs waiting per queue", NOON)) is None
