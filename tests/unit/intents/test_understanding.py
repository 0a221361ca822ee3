"""Words to readings: each line is one thing a person might type."""

import pytest

from bot.conversation.understanding import understand
from tests.builders import question

LATENCY = {"metric": "latency", "service": "checkout"}
BEFORE = {"intent": "ask_metric", "arguments": {"metric": "latency", "service": "checkout", "window": "last 1 h"}}


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("what's the current system status?", "status_overview", {}),
        ("What’s broken?", "status_overview", {}),
        ("status", "status_overview", {}),
        ("/ops", "help", None),
        ("help", "help", {}),
        ("", "help", {}),
        ("what can you do", "help", {}),
        ("latency of checkout", "ask_metric", LATENCY),
        ("metric latency of checkout", "ask_metric", LATENCY),
        ("how slow is checkout right now", "ask_metric", LATENCY),
        ("How is checkout?", "ask_metric", LATENCY),
        ("p95 chekout", "ask_metric", LATENCY),
        ("p99 of payments in eu-west-1", "ask_metric", {"metric": "p99", "service": "payments", "region": "eu-west-1"}),
        ("error rate by service", "ask_metric", {"metric": "errors", "by": "service"}),
        ("5xx per region in staging", "ask_metric", {"metric": "errors", "by": "region", "env": "staging"}),
        ("AI spend today by tool", "ask_metric", {"metric": "cost", "by": "tool", "window": "today"}),
        ("tokens last 7 days", "ask_metric", {"metric": "tokens", "window": "last 7 d"}),
        ("show me queue_depth since 9am", "ask_metric", {"metric": "queue_depth", "window": "since 9am"}),
        ("which service is slowest?", "ask_metric", {"metric": "latency", "by": "service"}),
        ("top 5 services by errors", "ask_metric", {"metric": "errors", "by": "service"}),
        ("deploys yesterday", "ask_metric", {"metric": "deploys", "window": "yesterday"}),
        ('ask-metric metric="latency" service="checkout"', "ask_metric", LATENCY),
        ("ask how is everything?", "ask", {"question": "how is everything?"}),
        ("show queries", "show_queries", {}),
        ("What's the average response time for service checkout?", "ask_metric", {**LATENCY, "metric": "mean"}),
        ("Are there any performance issues I should know about?", "anomalies", {"or_status": True}),
        (
            "How many events were created for checkout in last 24 hours?",
            "events",
            {"service": "checkout", "window": "last 24 h"},
        ),
        (
            "List how many events created for the checkout app today",
            "events",
            {"service": "checkout", "window": "today"},
        ),
        (
            "this week against last for checkout traffic",
            "compare",
            {"metric": "traffic", "service": "checkout", "window": "this week", "against": "last week"},
        ),
    ],
)
def test_reads(text, intent, arguments):
    reading = understand(question(text))
    if arguments is None:
        assert reading is None or reading.intent == intent
        return
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("and yesterday?", {"window": "yesterday"}),
        ("what about payments?", {"service": "payments"}),
        ("payments?", {"service": "payments"}),
        ("only eu-west-1", {"region": "eu-west-1"}),
        ("by region", {"by": "region"}),
        ("and the error rate?", {"metric": "errors"}),
        ("last 24 hours", {"window": "last 24 h"}),
    ],
)
def test_a_follow_up_leaves_the_rest_unsaid(text, changed):
    reading = understand(question(text, memory=BEFORE))
    assert reading is not None
    assert dict(reading.arguments) == {**BEFORE["arguments"], **changed}


@pytest.mark.parametrize("text", ["and yesterday?", "by region", "good morning team", "let us have lunch", "42", "🎉"])
def test_nothing_is_guessed_without_a_thread(text):
    assert understand(question(text)) is None


@pytest.mark.parametrize(
    ("text", "word", "offered"),
    [
        ("latency of salzburg", "salzburg", None),
        ("error rate of globex", "globex", None),
        ("latency of serch box", "box", None),
        ("memory of paymnt-service-v2", "paymnt-service-v2", "payments"),
        ("Is service X healthy right now?", "“x”", None),
        ("Show me CPU usage trends for service X", "“x”", None),
        ("latency of app z", "“z”", None),
    ],
)
def test_an_unknown_name_is_asked_back(text, word, offered):
    reading = understand(question(text))
    assert reading is not None
    assert reading.asks_back is not None
    assert word in reading.asks_back.summary
    assert reading.asks_back.buttons
    if offered:
        assert offered in [button.label for button in reading.asks_back.buttons]
