import logging

import pytest

from handlers.web.meters import COUNTED, TIMED, Meters


@pytest.fixture
def meters() -> Meters:
    return Meters()


def _text(meters: Meters) -> str:
    return meters.write("")[0].decode()


def test_counts_times_and_watches(meters: Meters):
    meters.count("messages", platform="slack", result="new")
    meters.observe("answer", 0.3, intent="help")
    meters.watched({"parcels_waiting": 4.0})
    text = _text(meters)
    assert 'aiops_messages_total{platform="slack",result="new"} 1.0' in text
    assert 'aiops_answer_duration_seconds_bucket{intent="help",le="0.5"} 1.0' in text
    assert "aiops_parcels_waiting 4.0" in text
    assert "aiops_parcels_oldest_seconds NaN" in text


def test_what_people_take_is_told_in_minutes_and_hours(meters: Meters):
    meters.observe("acknowledged", 250.0)
    text = _text(meters)
    assert 'aiops_acknowledged_duration_seconds_bucket{le="120.0"} 0.0' in text
    assert 'aiops_acknowledged_duration_seconds_bucket{le="300.0"} 1.0' in text


def test_measuring_never_fails_what_it_measures(meters: Meters, caplog: pytest.LogCaptureFixture):
    meters.count("no_such_thing", platform="slack")
    meters.count("messages", colour="blue")
    meters.count("messages")
    meters.observe("no_such_thing", 1.0)
    meters.observe("answer", 1.0)
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 5
    assert "no_such_thing" not in _text(meters)


def test_two_processes_in_one_do_not_share_figures():
    one, other = Meters(), Meters()
    one.count("messages", platform="slack", result="new")
    assert 'result="new"' not in _text(other)


def test_the_process_itself_is_measured(meters: Meters):
    assert "process_resident_memory_bytes" in _text(meters)


@pytest.mark.parametrize("accepts", ["", "text/plain", "application/openmetrics-text; version=1.0.0", "nonsense"])
def test_writes_what_the_reader_accepts(meters: Meters, accepts: str):
    body, content_type = meters.write(accepts)
    assert body.endswith(b"# EOF\n") == ("openmetrics" in content_type)


def test_no_label_can_grow_without_end():
    labels = {label for _, names in [*COUNTED.values(), *TIMED.values()] for label in names}
    known = {"route", "method", "status", "platform", "intent", "result", "verdict", "source", "reason", "act", "kind"}
    known |= {"datasource_type", "target_language"}
    known |= {"task", "outcome", "model"}  # of the settings: one for each task
    assert labels <= known


def test_queries_and_translations_go_by_the_names_that_dashboards_know(meters: Meters):
    meters.count("grafana_queries", datasource_type="prometheus", status="success")
    meters.observe("grafana_query", 0.2, datasource_type="prometheus")
    meters.count("query_translations", target_language="promql", status="planned")
    meters.observe("context_build", 0.01)
    text = _text(meters)
    assert 'aiops_grafana_queries_total{datasource_type="prometheus",status="success"} 1.0' in text
    assert 'aiops_grafana_query_duration_seconds_count{datasource_type="prometheus"} 1.0' in text
    assert 'aiops_query_translations_total{status="planned",target_language="promql"} 1.0' in text
    assert "aiops_context_build_duration_seconds_count 1.0" in text
