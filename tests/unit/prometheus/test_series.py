import math
from datetime import UTC, datetime

import pytest

from bot.model.errors import Rejected
from bot.model.series import Metric
from integrations.prometheus.series import to_metrics, to_series, unit_of

AT = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


def body(kind: str, result: object, **more: object) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": kind, "result": result}, **more}


def test_a_vector_is_one_point_a_series() -> None:
    answer = to_series(
        "up", body("vector", [{"metric": {"__name__": "up", "job": "a"}, "value": [AT.timestamp(), "1"]}])
    )

    (series,) = answer.series
    assert (series.name, series.labels) == ("up", {"job": "a"})
    assert [(point.at, point.value) for point in series.points] == [(AT, 1.0)]


def test_a_matrix_is_many_and_a_series_without_a_name_is_called_by_its_query() -> None:
    answer = to_series("sum(up)", body("matrix", [{"metric": {}, "values": [[1.5, "1"], [2.5, "2"]]}]))

    (series,) = answer.series
    assert series.name == "sum(up)"
    assert [point.value for point in series.points] == [1.0, 2.0]
    assert series.points[0].at.microsecond == 500_000


def test_a_scalar_is_a_series_without_labels() -> None:
    (series,) = to_series("2", body("scalar", [1, "2"])).series

    assert (series.name, series.labels, series.points[0].value) == ("2", {}, 2.0)


@pytest.mark.parametrize(("text", "value"), [("+Inf", math.inf), ("-Inf", -math.inf), ("1e-07", 1e-7)])
def test_values_are_text(text: str, value: float) -> None:
    assert to_series("x", body("scalar", [1, text])).series[0].points[0].value == value


def test_nan_is_a_value() -> None:
    assert math.isnan(to_series("x", body("scalar", [1, "NaN"])).series[0].points[0].value)


def test_native_histograms_are_left_out_with_a_note() -> None:
    rows = [
        {"metric": {"a": "1"}, "histogram": [1, {"count": "3"}]},
        {"metric": {"a": "2"}, "histograms": [[1, {"count": "3"}]]},
        {"metric": {"a": "3"}, "value": [1, "4"]},
    ]

    answer = to_series("x", body("vector", rows))

    assert [series.labels for series in answer.series] == [{"a": "3"}]
    assert answer.notes == ("2 native histograms are left out; ask for a histogram_quantile of them.",)


def test_what_the_server_warns_of_is_kept() -> None:
    answer = to_series("x", body("vector", [], warnings=["a store is away"], infos=["not a counter"]))

    assert answer.notes == ("a store is away", "not a counter")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"data": None},
        {"data": {"resultType": "vector"}},
        body("vector", [{"value": [1, "2"]}]),
        body("vector", [{"metric": {}, "value": [1]}]),
        body("vector", [{"metric": {}, "value": ["x", "2"]}]),
        body("vector", [{"metric": {}, "value": [1, "two"]}]),
        body("vector", [{"metric": [], "value": [1, "2"]}]),
        body("vector", None),
        body("scalar", []),
        body("scalar", [1e300, "1"]),
        body("streams", []),
        body("string", [1, "text"]),
    ],
)
def test_what_is_not_an_answer_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        to_series("x", wrong)


def test_metrics_are_described_once_and_the_rest_by_name() -> None:
    metadata = {
        "http_requests": [{"type": "counter", "help": "Requests.", "unit": ""}],
        "latency_seconds": [
            {"type": "histogram", "help": "Latency.", "unit": ""},
            {"type": "gauge", "help": "", "unit": ""},
        ],
        "empty": [],
    }
    names = [
        "http_requests_total",
        "latency_seconds_bucket",
        "latency_seconds_sum",
        "latency_seconds_count",
        "job:x_bytes",
    ]

    assert to_metrics(metadata, names) == (
        Metric("http_requests", "counter", "Requests."),
        Metric("job:x_bytes", unit="bytes"),
        Metric("latency_seconds", "histogram", "Latency.", "seconds"),
    )


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("process_resident_memory_bytes", "bytes"),
        ("container_cpu_usage_seconds_total", "seconds"),
        ("http_request_duration_seconds_bucket", "seconds"),
        ("cache_hit_ratio", "ratio"),
        ("ai_cost_usd_total", "usd"),
        ("up", ""),
    ],
)
def test_units_stand_in_names(name: str, unit: str) -> None:
    assert unit_of(name) == unit
