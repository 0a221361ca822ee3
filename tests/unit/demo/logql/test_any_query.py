"""Whatever passes the checks is worked out, or Rejected with a sentence; nothing else comes out."""

import contextlib
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from bot.model.errors import Rejected
from bot.query.logql import tree
from integrations.demo.logql.evaluate import lines, numbers
from integrations.demo.logql.streams import Stream
from tests.unit.demo.logql.town import STREAMS, S
from tests.unit.query.logql.queries import queries

EVERY = (tree.Matcher("app", "!=", ""),)
ODD = Stream(
    {"app": "odd", "env": "prod", "tenant": "acme", "x_1": "1.5s"},
    tuple(
        (at * S, line)
        for at, line in enumerate(
            (
                "", " ", "{}", "[]", "null", '{"a":', '{"":1,"1":2," b ":{"":{"c":3}}}', "=", "a==b", 'a="',
                "\x00\u2028",
                '{"duration_ms":"NaN","bytes":"1 KB","rate":-1e999,"sum":true}',
                "duration_ms=5m bytes=5XB le=+Inf ip=1.2.3.4",
                "999.1.1.1 ::ffff:1.2.3.4 1::2::3", "x" * 5000,
            )
        )
    ),
)  # fmt: skip


@given(queries)
@settings(deadline=None, max_examples=250, suppress_health_check=list(HealthCheck))
def test_any_query_is_worked_out_or_rejected(expression: tree.Expression) -> None:
    expression = tree.changed(expression, lambda logs: replace(logs, matchers=EVERY))
    streams = (*STREAMS, ODD)
    with contextlib.suppress(Rejected):
        if isinstance(expression, tree.Logs):
            found = lines(expression, streams, 0, 100 * S, 5)
            assert len(found) <= 5
            assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
        else:
            numbers(expression, streams, 50 * S, 70 * S, 10 * S)
