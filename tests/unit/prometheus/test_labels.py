"""What series are told apart by: asked in bounded answers, and label by label where there are too many."""

from urllib.parse import parse_qs

import pytest

from bot.model.errors import Rejected, Unavailable
from integrations.prometheus import labels as labels_module
from integrations.prometheus.connection import LARGEST
from tests.fakes import NOON
from tests.unit.prometheus.misbehaving import Reply, serving
from tests.unit.prometheus.test_metrics import connected


def body(*series: dict[str, str]) -> dict[str, object]:
    return {"status": "success", "data": list(series)}


async def test_one_call_tells_of_many_names() -> None:
    up = [{"__name__": "up", "job": job, "instance": f"{job}:1"} for job in ("api", "web")]
    with serving(Reply(body=body(*up, {"__name__": "queue.depth"}))) as server:
        async with connected(server) as source:
            found = await source.labels(["up", "queue.depth"], 1)

    assert found["up"].values == {"instance": ("api:1",), "job": ("api",)}
    assert found["up"].cut == {"instance", "job"}
    assert found["queue.depth"].values == {}
    (request,) = server.seen
    assert request.path == "/api/v1/series"
    assert parse_qs(request.body)["match[]"] == ['{__name__=~"up|queue\\\\.depth"}']


async def test_a_metric_with_too_many_series_is_asked_label_by_label() -> None:
    many = Reply(body=b'{"status":"success","data":[' + b" " * (labels_module.LARGEST + 1) + b"]}")
    with serving(many) as server:
        server.by_path["/api/v1/labels"] = Reply(body={"status": "success", "data": ["__name__", "pod"]})
        server.by_path["/api/v1/label/pod/values"] = Reply(body={"status": "success", "data": ["a", "b", "c"]})
        async with connected(server) as source:
            found = await source.labels(["requests"], 2)

    assert (found["requests"].values, found["requests"].cut) == ({"pod": ("a", "b")}, {"pod"})
    assert [request.path for request in server.seen] == [
        "/api/v1/series", "/api/v1/labels", "/api/v1/label/pod/values",
    ]  # fmt: skip
    assert server.seen[2].query["match[]"] == ['{__name__=~"requests"}']


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(body=b"<html>Sign in</html>"), Rejected),
        (Reply(503), Unavailable),
        (Reply(400, {"status": "error", "errorType": "bad_data", "error": "no"}), Rejected),
    ],
)
async def test_what_is_wrong_is_told(reply: Reply, problem: type[Exception]) -> None:
    with serving(reply) as server:
        async with connected(server) as source:
            with pytest.raises(problem):
                await source.labels(["up"], 5)


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with serving(Reply(body=b"{" + b" " * LARGEST)) as server:
        async with connected(server) as source:
            with pytest.raises(Rejected, match="too large") as refused:
                await source.instant("up", NOON)

    assert "fewer series" in refused.value.advice
