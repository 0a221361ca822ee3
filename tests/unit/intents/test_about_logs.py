"""What people say about logs: each line is one thing somebody might type, and what it must be read as."""

from dataclasses import replace

import pytest

from bot.conversation.understanding import understand
from tests.builders import KNOWN, question
from tests.desks import CHECKOUT

ERRORS = {"level": "critical error"}
OF_CHECKOUT = {"service": "checkout"}
NAMES = replace(KNOWN, values={**KNOWN.values, "region": ("us-east-1", "us-east-2", "eu-west-1")})


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("events checkout", "events", OF_CHECKOUT),
        ("events checkout last 24 hours", "events", {**OF_CHECKOUT, "window": "last 24 h"}),
        ("events abc-app last 24 hours", "events", {"service": "abc-app", "window": "last 24 h"}),
        ("event count of abc-app last 24 hours", "events", {"service": "abc-app", "window": "last 24 h"}),
        ("how many errors in checkout since 2pm?", "events", {**OF_CHECKOUT, **ERRORS, "window": "since 2pm"}),
        ("how many warnings did checkout log today", "events", {**OF_CHECKOUT, "level": "warning", "window": "today"}),
        ("count the log lines of search yesterday", "events", {"service": "search", "window": "yesterday"}),
        (
            "how many critical events in us-east today by level",
            "events",
            {"region": "us-east", "level": "critical", "window": "today"},
        ),
        ("how many errors were there in production?", "events", {**ERRORS, "env": "prod"}),
        ("logs checkout", "logs", OF_CHECKOUT),
        ("logs", "logs", {}),
        ("logs checkout last 2 hours", "logs", {**OF_CHECKOUT, "window": "last 2 h"}),
        ("logs payments deadlock on host", "logs", {"service": "payments", "containing": "deadlock on host"}),
        ("show me the logs of checkout", "logs", OF_CHECKOUT),
        (
            "show me the error logs of checkout from yesterday evening",
            "logs",
            {**OF_CHECKOUT, **ERRORS, "window": "yesterday evening"},
        ),
        ("logs of payments with timeout", "logs", {"service": "payments", "containing": "timeout"}),
        ("timeout logs of payments", "logs", {"service": "payments", "containing": "timeout"}),
        (
            'show logs of payments containing "Order 17" in eu-west-1 around 11:05',
            "logs",
            {"service": "payments", "containing": '"Order 17"', "region": "eu-west-1", "window": "around 11:05"},
        ),
        (
            "what do the logs of search say about it, with connection refused since 9am",
            "logs",
            {"service": "search", "containing": "connection refused", "window": "since 9am"},
        ),
        ("logs of chekout", "logs", OF_CHECKOUT),
        ("logs of checkout for order 671245", "logs", {**OF_CHECKOUT, "containing": "671245"}),
        ("show me the logs with trace_id 52a3ccdf4501", "logs", {"containing": "52a3ccdf4501"}),
        ("events checkout 24h level:error", "events", {**OF_CHECKOUT, **ERRORS, "window": "last 24 h"}),
        ("how many events with timeout in checkout by level", "events", {**OF_CHECKOUT, "containing": "timeout"}),
        (f"logs {CHECKOUT}", "logs", {"issue": CHECKOUT}),
        ("last 100 log entries for pod checkout-7d9f", "logs", {"service": "checkout-7d9f"}),
        ("what were the logs during the incident?", "logs", {"issue": "last"}),
        (
            "how many errors did checkout log during the last outage",
            "events",
            {**OF_CHECKOUT, **ERRORS, "issue": "last"},
        ),
        ('logs service="checkout" level="errors"', "logs", {**OF_CHECKOUT, "level": "errors"}),
    ],
)
def test_reads(text, intent, arguments):
    reading = understand(question(text, names=NAMES))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("error rate of checkout", "ask_metric"),
        ("errors of checkout", "ask_metric"),
        ("how many requests does checkout get", "ask_metric"),
        ("how much of the error budget of checkout is left", "slo"),
        ("why does checkout log errors?", "why"),
        ("what is open?", "issues"),
    ],
)
def test_what_is_about_something_else(text, intent):
    reading = understand(question(text))
    assert reading is not None
    assert reading.intent == intent


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("app abc-app logs", "logs", {"service": "abc-app"}),
        ("app abc-app logs last 2 hours", "logs", {"service": "abc-app", "window": "last 2 h"}),
        ("app abc-app events", "events", {"service": "abc-app"}),
        ("app abc-app", "app", {"app": "abc-app"}),
        ("app unheard-of logs", "app", {"app": "unheard-of logs"}),
    ],
)
def test_the_lines_of_an_application(text, intent, arguments):
    reading = understand(question(text, names=replace(KNOWN, apps=("abc-app",))))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == (intent, arguments)


@pytest.mark.parametrize("name", ["audit-log", "events-api", "error-tracker"])
def test_a_service_may_be_named_like_a_question(name):
    names = replace(KNOWN, values={**KNOWN.values, "service": (name,)})
    measured = understand(question(f"how is {name}?", names=names))
    assert measured is not None
    assert measured.intent == "ask_metric"
    reading = understand(question(f"logs of {name}", names=names))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == ("logs", {"service": name})


@pytest.mark.parametrize(
    "text",
    [
        "I cannot log in to checkout",
        "checkout logs where status is 500 by path",
        "top 3 services by log errors",
        "how many log lines with timeout per region in the last hour",
        "errors per service in the logs",
    ],
)
def test_what_is_left_to_others(text):
    reading = understand(question(text))
    assert reading is None or reading.intent not in ("logs", "events")


BEFORE = {"service": "checkout", "window": "yesterday", "env": "staging", "level": "warning"}


@pytest.mark.parametrize(
    ("before", "text", "intent", "changed"),
    [
        ("events", "and today?", "events", {"window": "today"}),
        ("events", "only eu-west-1", "events", {"region": "eu-west-1"}),
        ("events", "and only errors", "events", ERRORS),
        ("logs", "for search", "logs", {"service": "search"}),
        ("logs", "and only errors?", "logs", ERRORS),
        ("logs", "only with timeout", "logs", {"containing": "timeout"}),
    ],
)
def test_a_follow_up_leaves_the_rest_unsaid(before, text, intent, changed):
    reading = understand(question(text, memory={"intent": before, "arguments": BEFORE}))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == (intent, {**BEFORE, **changed})


@pytest.mark.parametrize("before", ["health", "why", "events", "ask_metric"])
@pytest.mark.parametrize(
    ("text", "intent", "given"),
    [
        ("what were the logs then?", "logs", {}),
        ("show me the error logs", "logs", ERRORS),
        ("how many errors were there?", "events", ERRORS),
        ("and the logs?", "logs", {}),
    ],
)
def test_another_question_is_about_the_same(before, text, intent, given):
    reading = understand(question(text, memory={"intent": before, "arguments": BEFORE}))
    assert reading is not None
    about = {name: BEFORE[name] for name in ("service", "env", "window")}
    assert (reading.intent, dict(reading.arguments)) == (intent, {**about, **given})


@pytest.mark.parametrize(("issue", "meant"), [("", "last"), (CHECKOUT, CHECKOUT)])
@pytest.mark.parametrize(
    ("text", "intent", "given"),
    [
        ("what were the logs during the incident?", "logs", {}),
        ("how many errors were there during the last incident", "events", ERRORS),
        ("logs of payments during this outage with timeout", "logs", {"service": "payments", "containing": "timeout"}),
    ],
)
def test_the_time_of_an_incident(text, intent, given, issue, meant):
    reading = understand(question(text, issue=issue))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == (intent, {**given, "issue": meant})


@pytest.mark.parametrize("text", ["show me the logs of search", "show me the logs of all services"])
def test_what_names_its_subject_takes_nothing_over(text):
    reading = understand(question(text, memory={"intent": "health", "arguments": BEFORE}))
    assert reading is not None
    assert reading.arguments.get("service") in ("search", None)
    assert "window" not in reading.arguments


COUNTED = {"intent": "events", "arguments": {"service": "abc app", "window": "last 24 h"}}


@pytest.mark.parametrize(
    ("text", "intent", "changed"),
    [
        ("Compare with yesterday", "events", {"against": "yesterday"}),
        ("against last week?", "events", {"against": "last week"}),
        ("Show error details", "logs", ERRORS),
    ],
)
def test_after_a_count(text, intent, changed):
    reading = understand(question(text, names=NAMES, memory=COUNTED))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == (intent, {**COUNTED["arguments"], **changed})
