import re
from datetime import timedelta

import pytest

from bot.query.log_levels import Told
from bot.query.log_queries import Streams
from bot.query.logql import tree
from bot.query.logql.check import Checked, checked
from bot.query.logql.parse import parse

DAY = timedelta(days=1)
WHERE = {"service": ("checkout",), "env": ("prod",)}
LABEL = Told("level", values=("error", "warn", "info"))


@pytest.mark.parametrize(
    ("streams", "levels", "containing", "query"),
    [
        (Streams(WHERE, LABEL), (), "", '{service="checkout", env="prod"}'),
        (Streams(WHERE, LABEL), ("error",), "", '{service="checkout", env="prod", level="error"}'),
        (Streams(WHERE, LABEL), (), "a.b", '{service="checkout", env="prod"} |~ "(?i)a\\\\.b"'),
        (Streams(WHERE, LABEL), (), '"Exactly so"', '{service="checkout", env="prod"} |= "Exactly so"'),
        (Streams(WHERE, LABEL), (), "timeout", '{service="checkout", env="prod"} |~ "(?i)timed out|time out|timeout"'),
        (Streams({"app": ("a-1", "a.2")}, Told()), (), "", '{app=~"a-1|a\\\\.2"}'),
        (Streams({"app": ()}, Told()), (), "", '{app=~".+"}'),
        (
            Streams(WHERE, Told("level", "json")), ("warning",), "slow",
            '{service="checkout", env="prod"} |~ "(?i)slow" | json | drop __error__, __error_details__'
            ' | level=~"(?i)(warning|warn|w)"',
        ),
    ],
)  # fmt: skip
def test_lines(streams, levels, containing, query):
    assert streams.lines(levels, containing) == query
    assert isinstance(checked(query), Checked)


@pytest.mark.parametrize(
    ("told", "query"),
    [
        (LABEL, 'sum by (level) (count_over_time({service="checkout", env="prod"} [86400s]))'),
        (
            Told("level", "json"),
            'sum by (level) (count_over_time({service="checkout", env="prod"} | json'
            " | drop __error__, __error_details__ [86400s]))",
        ),
        (Told(), 'sum (count_over_time({service="checkout", env="prod"} [86400s]))'),
    ],
)
def test_counts(told, query):
    assert Streams(WHERE, told).counted(DAY) == query
    assert isinstance(checked(query), Checked)


@pytest.mark.parametrize("hostile", ['x"} or {a="b', "a|b\\", '" | json', "\n", "}`", "(", "[a", "*"])
def test_what_people_wrote_stays_a_text(hostile):
    by_name = parse(Streams({"service": (hostile,)}, Told()).lines())
    assert by_name == tree.Logs((tree.Matcher("service", "=", hostile),))
    exactly = parse(Streams(WHERE, LABEL).lines((), f'"{hostile}"'))
    assert exactly.stages == (tree.LineFilter("|=", (tree.Needle(hostile),)),)
    (anyhow,) = parse(Streams(WHERE, LABEL).lines((), hostile)).stages
    assert re.search(anyhow.needles[0].text, f"before {hostile} behind")
    (of_several,) = parse(Streams({"service": (hostile, "b")}, Told()).lines()).matchers
    assert re.fullmatch(of_several.value, hostile)
