"""Ways of saying that no catalogue spells out: groups, exceptions, common words, misspelt ones, unknown names."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Clarify, Planned, Question
from bot.query.words.misspelt import Vocabulary, spelled_right
from bot.query.words.plain_english import is_common
from bot.query.words.rephrasing import rephrased

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
LINES, DEPOTS = ("L1", "L2", "L3"), ("ham", "muc")
PLANT = translate.prepare(
    Catalog(
        (
            KnownMetric("plant_bottles_filled_total", "counter", "Bottles filled", "", {"line": LINES}),
            KnownMetric("plant_bottles_rejected_total", "counter", "Bottles pushed out", "", {"line": LINES}),
            KnownMetric("plant_line_running", "gauge", "1 if the line runs, 0 if it stands", "", {"line": LINES}),
            KnownMetric("plant_micro_stops_total", "counter", "", "", {"line": LINES}),
            KnownMetric("tank_level_pct", "gauge", "", "", {"tank": ("syrup", "water")}),
            KnownMetric("lockers_taken", "gauge", "Boxes in use", "", {"depot": DEPOTS}),
            KnownMetric("lockers", "gauge", "Boxes there are", "", {"depot": DEPOTS}),
            KnownMetric("parcels_in_depot", "gauge", "Parcels lying there", "", {"depot": DEPOTS, "size": ("s", "l")}),
            KnownMetric("app_info", "gauge", "", "", {"name": ("a", "b"), "sync": ("Synced", "OutOfSync")}),
            KnownMetric(
                "api_requests_total", "counter", "", "", {"path": ("/x",), "code": ("200", "409", "500"), "pop": DEPOTS}
            ),
        ),
        {"app": ("belt", "api")},
        (
            KnownLogs("belt", "plain text", {}, "chute 14 jammed for 6 s"),
            KnownLogs(
                "api",
                "json",
                {"level": "info|warn|error", "user": "string", "rows": "number", "bytes": "number, bytes"},
                '{"level":"info","user":"u1","rows":4,"bytes":900}',
            ),
        ),
    )
)


def query(text: str) -> str:
    found = translate.translate(Question(text, NOW), PLANT)
    return translate.written(found) if isinstance(found, Planned) else type(found).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "how many bottles did line 2 fill in the past 2 hours",
            'sum (increase(plant_bottles_filled_total{line="L2"}[2h]))',
        ),
        ("microstops last 2 h per line", "sum by (line) (increase(plant_micro_stops_total[2h]))"),
        ("bottles filled per second, line wise", "sum by (line) (rate(plant_bottles_filled_total[5m]))"),
        ("which lines are standing", "plant_line_running == 0"),
        ("how full is syrup", 'tank_level_pct{tank="syrup"}'),
        ("free lockers in munich", 'lockers{depot="muc"} - lockers_taken{depot="muc"}'),
        ("locker occupancy %, depot wise", "(lockers_taken / lockers) * 100"),
        ("large parcels in ham", 'parcels_in_depot{size="l",depot="ham"}'),
        ("which apps are out of sync", 'app_info{sync="OutOfSync"} > 0'),
        ("conflicts on the api today", 'sum (increase(api_requests_total{code="409"}[14h20m]))'),
        ("avarage syrup level over the last hour", 'avg (avg_over_time(tank_level_pct{tank="syrup"}[1h]))'),
        ("boss wants to know: bottles rejected today", "sum (increase(plant_bottles_rejected_total[14h20m]))"),
        (
            "reject rate in %, without L3",
            '(sum (rate(plant_bottles_rejected_total{line!="L3"}[5m]))'
            ' / sum (rate(plant_bottles_filled_total{line!="L3"}[5m]))) * 100',
        ),
        ("last 5 belt lines with jammed", '{app="belt"} |= "jammed"'),
        ("paper torn in belt, count since noon", 'sum (count_over_time({app="belt"} |= "paper torn" [2h20m]))'),
        (
            "rows per user in the api log, 3 hours",
            'sum by (user) (sum_over_time({app="api"} | json | unwrap rows [3h]))',
        ),
        ("api lines that are not info, last hour", '{app="api"} | json | level != "info"'),
    ],
)
def test_it_is_understood_all_the_same(text, expected):
    assert query(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "bottles of the palletizer",
        "depth of the sms queue",
        "logs of the billing service",
        "kafka lag",
        "lockers in prague",
    ],
)
def test_a_name_nobody_knows_is_asked_about(text):
    assert isinstance(translate.translate(Question(text, NOW), PLANT), Clarify)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("errors, zone wise", "errors, by zone"),
        ("lines, hall by hall", "lines, by hall"),
        ("skew, leave the pumps out", "skew, without pumps"),
        ("hit ratio, ignore the passes", "hit ratio, without passes"),
        ("notebooks open at once", "notebooks open in total"),
        ("nodes NotReady", "nodes not Ready"),
        ("link up or no?", "link up  ?"),
    ],
)
def test_one_thing_is_said_in_one_way(text, plain):
    assert rephrased(text) == plain


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("avarage latency", "average latency"),
        ("wich pods", "which pods"),
        ("rigth now", "right now"),
        ("the depot", "the depot"),
        ("averagely", "averagely"),
    ],
)
def test_words_of_the_question_are_mended(text, mended):
    assert spelled_right(text, Vocabulary({"depot", "averagely"}.__contains__)) == (mended, ())


@pytest.mark.parametrize("word", ["carries", "stopped", "eaten", "somewhere", "biggest", "quickly", "gobbling"])
def test_common_words_are_common(word):
    assert is_common(word)


@pytest.mark.parametrize("word", ["kafka", "billing2", "prague", "palletizer", "sms"])
def test_names_are_not(word):
    assert not is_common(word)
