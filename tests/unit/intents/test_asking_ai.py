"""Words about the use and the cost of AI, accounts and bills, and what they must be read as."""

import pytest

from bot.conversation.understanding import understand
from tests.builders import KNOWN, question
from tests.usage import CHARGED


def read(text, names=CHARGED, **more):
    reading = understand(question(text, names=names, **more))
    return (reading.intent, dict(reading.arguments)) if reading and not reading.asks_back else None


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("What's our current AI spending this month?", "cost", {"window": "this month"}),
        ("How much have we spent on AI this month?", "cost", {"window": "this month"}),
        ("What's our most expensive AI tool?", "cost", {"about": "most"}),
        ("cost by model 7d", "cost", {"by": "model", "window": "last 7 d"}),
        ("cost by model last month", "cost", {"by": "model", "window": "last month"}),
        ("AI cost in February", "cost", {"window": "February 2026"}),
        ("what did the chatbot cost yesterday?", "cost", {"tool": "Chatbot", "window": "yesterday"}),
        ("what does gpt-4o cost us?", "cost", {"model": "gpt-4o"}),
        ("AI spend by person this week", "cost", {"by": "person", "window": "this week"}),
        ("cost per call", "cost", {"about": "unit"}),
        ("what is the cost per 1,000 tokens of the analyzer?", "cost", {"tool": "Document Analyzer", "about": "unit"}),
        ("cost of the translator", "cost", {"tool": "translator"}),
        ("Show me today's usage summary", "usage", {"window": "today"}),
        ("usage 30d", "usage", {"window": "last 30 d"}),
        ("usage by model", "usage", {"by": "model"}),
        ("usage assistant", "usage", {"tool": "Nightdesk"}),
        ("what did Nightdesk cost this month?", "cost", {"tool": "Nightdesk", "window": "this month"}),
        ("Nightdesk, what does AI cost us today?", "cost", {"window": "today"}),
        ("How many tokens did the chatbot use yesterday?", "usage", {"tool": "Chatbot", "window": "yesterday"}),
        ("success rate of the content generator", "usage", {"tool": "Content Generator"}),
        ("Show me usage trends for lead scoring", "usage_trends", {"tool": "Lead Scoring"}),
        ("When do we typically have peak usage?", "usage_trends", {}),
        ("AI cost trend", "usage_trends", {"metric": "cost"}),
        ("trends AI cost", "usage_trends", {"metric": "cost"}),
        ("How does this week compare to last week?", "usage_compare", {"window": "this week"}),
        ("compare AI cost this month with last month", "usage_compare", {"window": "this month"}),
        ("is the chatbot used more today than yesterday?", "usage_compare", {"tool": "Chatbot", "window": "today"}),
        ("Why is the chatbot slow today?", "usage_why", {"tool": "Chatbot", "window": "today"}),
        ("The chatbot seems slow. What's going on?", "usage_why", {"tool": "Chatbot"}),
        ("Investigate the document analyzer performance", "usage_why", {"tool": "Document Analyzer"}),
        ("What's causing the high error rate?", "usage_why", {"about": "errors"}),
        ("why does the document-analyzer fail?", "usage_why", {"tool": "Document Analyzer", "about": "errors"}),
    ],
)
def test_reads(text, intent, arguments):
    assert read(text) == (intent, arguments)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("cpu usage of checkout", "ask_metric"),
        ("memory usage", "ask_metric"),
        ("trends checkout", "trends"),
        ("when is peak traffic of checkout?", "trends"),
        ("compare checkout and payments", "compare"),
        ("compare this week with last week for checkout", "compare"),
        ("why is checkout slow?", "why"),
        ("why do payments fail in eu?", "why"),
        ("What's our projected spend for this month?", "forecast"),
        ("How can I reduce AI costs?", "advice"),
        ("Suggest budget adjustments", "advice"),
    ],
)
def test_what_is_about_services_or_the_months_ahead_is_left_to_others(text, intent):
    reading = understand(question(text, names=CHARGED))
    assert reading is not None
    assert reading.intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("How does this week compare to last week?", "compare"),
        ("When do we typically have peak usage?", "trends"),
        ("What's causing the high error rate?", "why"),
        ("AI spend yesterday", "ask_metric"),
    ],
)
def test_where_no_usage_is_told_metrics_answer(text, intent):
    assert read(text, KNOWN)[0] == intent


@pytest.mark.parametrize(
    ("memory", "text", "intent", "arguments"),
    [
        (("cost", {"window": "this month"}), "and yesterday?", "cost", {"window": "yesterday"}),
        (("cost", {"window": "today"}), "by model", "cost", {"window": "today", "by": "model"}),
        (("usage", {"by": "model"}), "only the chatbot", "usage", {"by": "model", "tool": "Chatbot"}),
        (("usage_why", {"tool": "Chatbot"}), "and yesterday?", "usage_why", {"tool": "Chatbot", "window": "yesterday"}),
        (("usage_trends", {}), "for lead scoring", "usage_trends", {"tool": "Lead Scoring"}),
    ],
)
def test_follow_ups(memory, text, intent, arguments):
    about = {"intent": memory[0], "arguments": memory[1]}
    assert read(text, memory=about) == (intent, arguments)


@pytest.mark.parametrize(
    ("text", "intent", "some"),
    [
        ("Check my account status", "account", {"about": "status"}),
        ("I was charged twice this month", "account", {"about": "bill"}),
        ("we've been billed too much", "account", {"about": "bill"}),
        ("What new features are available in my plan?", "account", {"about": "plan"}),
        ("How do I set up billing alerts?", "account", {"about": "alerts"}),
        ("I'm having trouble with my Google Ads integration", "support", {"name": "Google Ads"}),
        ("our Shopify connection does not work", "support", {"name": "Shopify"}),
        ("Create an alert rule", "begin", {"what": "rule"}),
        ("Create a chart showing...", "begin", {"what": "chart"}),
        ("Are there any problems I should know about?", "anomalies", {"or_status": True}),
        ("Are there any performance issues I should know about?", "anomalies", {"or_status": True}),
        ("Acknowledge this anomaly", "acknowledge", {}),
        (
            "Complex billing inquiry requiring human review",
            "human",
            {"reason": "Complex billing inquiry requiring human review"},
        ),
        ("Very helpful and accurate response", "say_feedback", {"positive": True}),
        ("Very helpful!", "say_feedback", {"positive": True}),
        ("that was not helpful", "say_feedback", {"positive": False}),
        ("How do I reset a customer password?", "kb", {"how": True}),
        ("Hello, I need help", "help", {}),
    ],
)
def test_of_accounts_bills_and_what_is_to_be_made(text, intent, some):
    reading = understand(question(text, names=CHARGED))
    assert reading is not None
    assert reading.intent == intent
    assert some.items() <= dict(reading.arguments).items()


@pytest.mark.parametrize("text", ["good", "how many errors are there?", "I charged my phone", "the bill of materials"])
def test_words_in_passing_mean_nothing_of_it(text):
    reading = understand(question(text, names=CHARGED))
    assert reading is None or reading.intent not in ("cost", "usage", "account", "say_feedback", "support")
