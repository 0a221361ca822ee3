"""What stands behind `promql`: the query stays as it is, and only what no query can end with is taken off."""

import pytest

from bot.conversation import commands
from bot.intents import query_words
from tests.builders import question


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("up", {"query": "up"}),
        ('sum(rate(x{step="1",window="2"}[5m])) last 24h step 5m',
         {"query": 'sum(rate(x{step="1",window="2"}[5m]))', "window": "last 24h", "step": "5m"}),
        ("up step 30s over the last 2 days", {"query": "up", "window": "last 2 days", "step": "30s"}),
        ("up since 2pm", {"query": "up", "window": "since 2pm"}),
        ("up between 9:00 and 10:30", {"query": "up", "window": "between 9:00 and 10:30"}),
        ("up yesterday", {"query": "up", "window": "yesterday"}),
        ("rate(x[5m]) offset 1d", {"query": "rate(x[5m]) offset 1d"}),
        ("sum by (last) (today)", {"query": "sum by (last) (today)"}),
        ("`up`", {"query": "up"}),
        ("`up` last 6h", {"query": "up", "window": "last 6h"}),
        ("```promql\nsum(\n  up\n)\n``` today", {"query": "sum(\n  up\n)", "window": "today"}),
        ("up{job=“api”}", {"query": 'up{job="api"}'}),  # as a telephone writes it
        ('up{job="“api”"}', {"query": 'up{job="“api”"}'}),
        ('{app="x"} |= "limit 5" limit 20', {"query": '{app="x"} |= "limit 5"', "limit": 20}),
    ],
)  # fmt: skip
def test_the_query_and_what_is_said_about_it(text, given):
    assert query_words.read(text) == given


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('promql up{window="1d", query="x"}', {"query": 'up{window="1d", query="x"}'}),
        ('promql query="up{job=\\"api\\"}" window="last 6h"', {"query": 'up{job="api"}', "window": "last 6h"}),
        ("promql query_total last 1h", {"query": "query_total", "window": "last 1h"}),
    ],
)
def test_labels_that_are_called_like_arguments_stay_labels(text, arguments):
    reading = commands.read(question(text))
    assert (reading.intent, reading.arguments, reading.confidence) == ("promql", arguments, 1.0)


def test_the_verb_alone_tells_how_it_is_used():
    assert commands.read(question("promql")).arguments == {"about": "promql"}
