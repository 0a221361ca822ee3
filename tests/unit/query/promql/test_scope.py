import pytest
from hypothesis import assume, given, settings

from bot.model.errors import Rejected
from bot.query.bounds import Bounds, measured
from bot.query.promql.read import read, selectors, word
from bot.query.promql.scope import scoped
from tests.unit.query.promql.queries import HOSTILE, queries, values

WIDE = Bounds(bytes=100_000, operators=100, depth=100)
MINE = {"tenant": "acme"}


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        ("up", 'up{tenant="acme"}'),
        ('up{tenant="other"}', 'up{tenant="acme"}'),
        ('up{tenant=~".*",job="x"}', 'up{job="x",tenant="acme"}'),
        ('up{tenant!="acme",tenant!~"a.*"}', 'up{tenant="acme"}'),
        ('{__name__="up"}', '{__name__="up",tenant="acme"}'),
        ("rate(up[5m] offset 1h)", 'rate(up{tenant="acme"}[5m] offset 1h)'),
        ("up @ end()", 'up{tenant="acme"} @ end()'),
        ("max_over_time(rate(up[5m])[1h:1m])", 'max_over_time(rate(up{tenant="acme"}[5m])[1h:1m])'),
        ("a / on (x) group_left (y) b", 'a{tenant="acme"} / on (x) group_left (y) b{tenant="acme"}'),
        ('up{job="{tenant=\\"other\\"}"}', 'up{job="{tenant=\\"other\\"}",tenant="acme"}'),
        ('{"a\\"} or {\\"b"}', '{__name__="a\\"} or {\\"b",tenant="acme"}'),
        ("up # } or {", 'up{tenant="acme"}'),
        ("1 + 1", "1 + 1"),
    ],
)
def test_every_selector_is_limited(query, limited):
    assert scoped(query, MINE) == limited


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_name_stays_a_value(value):
    (selector,) = selectors(read(scoped('up{job="x"}', {"tenant": value}), WIDE))

    assert {(one.name, word(one.op), one.value) for one in selector.matchers.matchers} == {
        ("job", "Equal", "x"),
        ("tenant", "Equal", value),
    }


@pytest.mark.parametrize(
    "query",
    [
        'up{a="1" or tenant="other"}',
        'up{a="1" or b="2"}',
        "info(up)",
        "sort_by_label(up, 'a')",
        "limitk(3, up)",
        "up * fill(0) up",
        "up" + "+up" * 5000,
        "(" * 20_000 + "up" + ")" * 20_000,
        "-" * 4000 + "up",
        "abs(" * 1000 + "up" + ")" * 1000,
        'up{"a=\\"b\\"} or other{c"="x"}',
        'up{"a b"="x"}',
        "up @ NaN",
        "up @ Inf",
        "up # it's\n" + "+ up " * 30,
        'up{a="\n' + "(" * 30,
    ],
)
def test_what_would_slip_through_is_refused(query):
    with pytest.raises(Rejected):
        scoped(query, MINE)


@pytest.mark.parametrize("mandatory", [{"tenant": ""}, {"a b": "x"}, {'a="b"} or {c': "x"}, {"": "x"}])
def test_what_cannot_be_a_limit_sends_nothing(mandatory):
    with pytest.raises(Rejected):
        scoped("up", mandatory)


@given(queries, values, values)
@settings(deadline=None, max_examples=200)
def test_no_selector_of_any_query_is_left_out(query, tenant, region):
    assume(len(query.encode()) < 4000)
    operators, depth = measured(query)
    assume(operators <= 20 and depth <= 20)
    before = selectors(read(query))
    mandatory = {"tenant": tenant, "region": region}
    after = selectors(read(scoped(query, mandatory), WIDE))

    assert len(after) == len(before)
    for node, old in zip(after, before, strict=True):
        found = sorted((one.name, word(one.op), one.value) for one in node.matchers.matchers if one.name in mandatory)
        assert found == [("region", "Equal", region), ("tenant", "Equal", tenant)]
        assert (node.name, node.offset) == (old.name, old.offset)
        assert not node.matchers.or_matchers
        own = sorted((one.name, str(one.op), one.value) for one in old.matchers.matchers if one.name not in mandatory)
        kept = sorted((one.name, str(one.op), one.value) for one in node.matchers.matchers if one.name not in mandatory)
        assert kept == own
