"""What a query's values are of, and limits as people write them."""

import pytest

from bot.model.errors import Rejected
from bot.pipeline.watch_kinds import kind_of, limits


@pytest.mark.parametrize(
    ("query", "unit", "kind"),
    [
        ("histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))", "seconds", "latency"),
        ('sum(rate(r{status=~"5.."}[5m])) / sum(rate(r[5m]))', "ratio", "error ratio"),
        ("sum(rate(cache_hits_total[5m])) / sum(rate(cache_requests_total[5m]))", "ratio", "hit ratio"),
        ("sum(rate(http_requests_total[5m]))", "req/s", "traffic"),
        ('http_requests_total{service="a"}', "", "counter"),
        ("queue_depth", "jobs", "gauge"),
        ("node_filesystem_avail_bytes / node_filesystem_size_bytes", "ratio", "gauge"),
    ],
)
def test_the_shape_of_a_query_tells_its_kind(query, unit, kind):
    assert kind_of(query, unit) == kind


@pytest.mark.parametrize(
    ("text", "unit", "above", "below"),
    [
        ("above 90 %", "ratio", 0.9, None),
        ("above 90%", "percent", 90.0, None),
        ("over 500ms", "seconds", 0.5, None),
        ("below 3 GiB", "bytes", None, 3 * 1024.0**3),
        ("above 10 or below 2", "jobs", 10.0, 2.0),
        ("< -1.5", "", None, -1.5),
        ("none", "ratio", None, None),
    ],
)
def test_a_limit_as_people_write_it(text, unit, above, below):
    assert limits(text, unit) == (above, below)


@pytest.mark.parametrize(("text", "unit"), [("a lot", ""), ("above 90 GiB", "seconds"), ("above 5 please", "")])
def test_a_limit_that_is_none(text, unit):
    with pytest.raises(Rejected):
        limits(text, unit)
