import math

import pytest

from bot.model.errors import Rejected
from bot.model.lines import LogLine, nanoseconds
from integrations.loki.bodies import said, to_lines, to_names, to_series
from tests.fakes import NOON

AT = 1_773_835_200_123_456_789


def body(kind: str, result: object) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": kind, "result": result}}


def test_instants_are_exact_to_the_nanosecond():
    (line,) = to_lines(body("streams", [{"stream": {"a": "b"}, "values": [[str(AT), "text"]]}]), "backward")

    assert line == LogLine(AT, "text", {"a": "b"})
    assert line.at.microsecond == 123_456
    assert nanoseconds(NOON.replace(microsecond=999_999)) % 10**9 == 999_999_000


@pytest.mark.parametrize(("direction", "order"), [("backward", [3, 2, 1]), ("forward", [1, 2, 3])])
def test_streams_become_one_row_of_lines(direction, order):
    streams = [
        {"stream": {"a": "1"}, "values": [["3", "x"], ["1", "x"]]},
        {"stream": {"a": "2"}, "values": [["2", "y"]]},
    ]

    assert [line.nanoseconds for line in to_lines(body("streams", streams), direction)] == order


@pytest.mark.parametrize(
    "more",
    [{"trace": "t"}, {"structuredMetadata": {"trace": "t"}}, {"parsed": {"trace": "t"}, "structuredMetadata": {}}],
)
def test_metadata_of_a_line_are_labels(more):
    (line,) = to_lines(body("streams", [{"stream": {"a": "b"}, "values": [["1", "x", more]]}]), "forward")

    assert line.labels == {"a": "b", "trace": "t"}


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("NaN", math.nan), ("+Inf", math.inf), ("-Inf", -math.inf), ("1e-7", 1e-7)]
)
def test_values_are_texts(text, value):
    (series,) = to_series("q", body("vector", [{"metric": {"a": "b"}, "value": [1.5, text]}]))

    assert series.points[0].value == pytest.approx(value, nan_ok=True)
    assert (series.name, series.labels) == ("q", {"a": "b"})


def test_a_matrix_and_a_scalar():
    (series,) = to_series("q", body("matrix", [{"metric": {}, "values": [[1, "1"], [2, "3"]]}]))
    (scalar,) = to_series("q", body("scalar", [1, "7"]))

    assert [point.value for point in series.points] == [1, 3]
    assert scalar.points[0].value == 7


@pytest.mark.parametrize(
    "broken",
    [
        None, [], {}, {"status": "success"}, body("vector", None), body("vector", [{"metric": {}}]),
        body("vector", [{"metric": {}, "value": [1, "many"]}]), body("matrix", [{"metric": [], "values": []}]),
        body("future", []), body("vector", [{"metric": {}, "value": [1e30, "1"]}]),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(broken):
    with pytest.raises(Rejected, match="not a Loki"):
        to_series("q", broken)


@pytest.mark.parametrize(
    "broken",
    [
        None, {}, body("streams", [{"stream": {}, "values": [["1.5", "x"]]}]),
        body("streams", [{"values": [["1", "x"]]}]),
        body("streams", [{"stream": {}, "values": [["1"]]}]), body("streams", 5),
    ],
)  # fmt: skip
def test_what_are_no_lines_is_refused(broken):
    with pytest.raises(Rejected, match="not a Loki"):
        to_lines(broken, "forward")


def test_lines_and_numbers_are_told_apart():
    with pytest.raises(Rejected, match="lines, not to numbers"):
        to_series("q", body("streams", []))
    with pytest.raises(Rejected, match="numbers, not to lines"):
        to_lines(body("matrix", []), "forward")


@pytest.mark.parametrize(
    ("found", "names"), [({"status": "success", "data": ["b", "a"]}, ("b", "a")), ({"status": "success"}, ())]
)
def test_names(found, names):
    assert to_names(found) == names


@pytest.mark.parametrize("broken", [{"status": "error"}, {}, [], {"status": "success", "data": 5}])
def test_what_are_no_names_is_refused(broken):
    with pytest.raises(Rejected, match="not a Loki"):
        to_names(broken)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"parse error at line 1, col 5: syntax error\n", "parse error at line 1, col 5: syntax error"),
        (b'{"status":"invalid-query","error":"parse error at line 1"}', "parse error at line 1"),
        (b'{"code":400,"status":"error","message":"too long."}', "too long"),
        (b'"quoted"', "quoted"),
        (b"<html>no</html>", ""),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"x" * 5000, "x" * 300),
    ],
)
def test_the_sentence_of_an_unfriendly_answer(sent, sentence):
    assert said(sent) == sentence
