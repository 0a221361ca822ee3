import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import Rejected
from bot.query.bounds import Bounds
from bot.query.logql import tree
from bot.query.logql.parse import parse
from bot.query.logql.scope import scoped
from tests.unit.query.logql.queries import HOSTILE, queries, texts

WIDE = Bounds(bytes=100_000, operators=1000, depth=100)
MINE = {"tenant": "acme"}


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        ('{app="x"}', '{tenant="acme", app="x"}'),
        ('{tenant="other", app="x"}', '{tenant="acme", app="x"}'),
        ('{tenant=~".*", app="x"}', '{tenant="acme", app="x"}'),
        ('{tenant!="acme", app="x", tenant!~"a.*"}', '{tenant="acme", app="x"}'),
        ('{app="{tenant=\\"other\\"}"}', '{tenant="acme", app="{tenant=\\"other\\"}"}'),
        (
            'sum(rate({app="x"}[5m])) / sum(rate({tenant="other"}[5m]))',
            'sum(rate({tenant="acme", app="x"} [5m])) / sum(rate({tenant="acme"} [5m]))',
        ),
    ],
)
def test_every_selector_is_limited(query, limited):
    assert scoped(query, MINE) == limited


@pytest.mark.parametrize("value", [value for value in HOSTILE if value])
def test_a_hostile_name_stays_a_value(value):
    logs = parse(scoped('{app="x"}', {"tenant": value}))

    assert isinstance(logs, tree.Logs)
    assert [(one.name, one.sign, one.value) for one in logs.matchers] == [("tenant", "=", value), ("app", "=", "x")]


@pytest.mark.parametrize(
    "mandatory", [{"tenant": ""}, {"json": "x"}, {'a="b"} or {c': "x"}, {"": "x"}, {"tenant": "\ud800"}, {"a b": "x"}]
)
def test_what_cannot_be_a_limit_sends_nothing(mandatory):
    with pytest.raises(Rejected):
        scoped('{app="x"}', mandatory)


@given(queries, texts.filter(bool), st.one_of(st.none(), texts.filter(bool)))
@settings(deadline=None, max_examples=100)
def test_no_selector_of_any_query_is_left_out(expression, tenant, region):
    mandatory = {"tenant": tenant} | ({"env": region} if region else {})
    limited = parse(scoped(expression, mandatory), WIDE)

    assert len(tree.selections(limited)) == len(tree.selections(expression))
    for logs in tree.selections(limited):
        found = [(one.name, one.sign, one.value) for one in logs.matchers if one.name in mandatory]
        assert found == [(name, "=", value) for name, value in mandatory.items()]
    kept = [[one for one in logs.matchers if one.name not in mandatory] for logs in tree.selections(expression)]
    assert kept == [[one for one in logs.matchers if one.name not in mandatory] for logs in tree.selections(limited)]
