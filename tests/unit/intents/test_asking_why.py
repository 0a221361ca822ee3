"""Words about causes and consequences, and what they must be read as."""

import pytest

from bot.conversation.understanding import understand
from tests.builders import question
from tests.desks import CHECKOUT

WHY = {"intent": "why", "arguments": {"service": "checkout"}}


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("Why is checkout slow today?", "why", {"service": "checkout", "window": "today"}),
        ("why checkout", "why", {"service": "checkout"}),
        ("checkout seems slow. What's going on?", "why", {"service": "checkout"}),
        ("The support-bot seems slow. What's going on?", "why", {"tool": "support-bot"}),
        ("What's causing the high error rate?", "why", {"about": "errors"}),
        ("why do payments fail in eu?", "why", {"service": "payments", "region": "eu-west-1", "about": "errors"}),
        ("Investigate the search performance", "why", {"service": "search"}),
        ("Was the server impacted during the last incident?", "impact", {}),
        ("Was the server impacted during the incident?", "impact", {}),
        ("What services were affected by the outage?", "impact", {"about": "reach"}),
        ("How many users were impacted?", "impact", {"about": "users"}),
        ("What was the blast radius?", "impact", {"about": "reach"}),
        ("impact", "impact", {}),
        (f"impact of {CHECKOUT}", "impact", {"issue": CHECKOUT}),
        ("impact checkout last 2 hours", "impact", {"service": "checkout", "window": "last 2 h"}),
    ],
)
def test_reads(text, intent, arguments):
    reading = understand(question(text))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("and for search?", {"service": "search"}),
        ("only us-east-1", {"region": "us-east-1"}),
        ("yesterday?", {"window": "yesterday"}),
    ],
)
def test_follow_ups(text, changed):
    reading = understand(question(text, memory=WHY))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == ("why", {**WHY["arguments"], **changed})


def test_nobody_knows_the_chatbot():
    reading = understand(question("Why is the chatbot slow today?"))
    assert reading is not None
    assert reading.asks_back is not None
    assert "“chatbot”" in reading.asks_back.summary
    assert all(button.intent == "why" for button in reading.asks_back.buttons)


@pytest.mark.parametrize("text", ["why was I called?", "why not?", "what are our objectives for the quarter?"])
def test_other_matters_are_left_to_others(text):
    reading = understand(question(text))
    assert reading is None or reading.intent not in ("why", "slo")
