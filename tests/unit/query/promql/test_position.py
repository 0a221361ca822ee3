"""Where a query goes wrong, as the person counts who has to mend it."""

import pytest

from bot.query.promql.position import position


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("foo bar", "bar"),
        ("up)", ")"),
        ("up{a=b}", "b}"),
        ("topk(5, up) bye", "bye"),
        ("sum by (x (up)", "(up)"),
        ('sum(rate(x{a="b" c="d"}[5m]))', 'c="d"}[5m]))'),
        ("sum by (s) (rate(x[5m])) / sum by (s (rate(x[5m]))", "(rate(x[5m]))"),
        ("rate(up", ""),  # at its end something is missing
        ("up[5m", ""),
        ("1 +", ""),
    ],
)
def test_the_first_word_that_cannot_stand_there(query, rest):
    at = position(query)
    assert at is not None
    assert query[at - 1 :] == rest


@pytest.mark.parametrize("query", ["up", "rate(up)", "histogram_quantile(up)", "(" * 50, "up" + "+up" * 3000])
def test_where_the_grammar_is_not_to_blame(query):
    assert position(query) is None
