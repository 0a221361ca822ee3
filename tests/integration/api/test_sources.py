"""Datasources and applications over HTTP: secrets go in and never out, and nothing is saved that was not asked."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from integrations.catalog import SOURCES
from integrations.networks import Networks
from integrations.opener import Opener
from storage.storage import SqlStorage
from tests.fakes import DrivenClock
from tests.integration.api.scene import ADMIN, OPERATOR, VIEWER, Scene, scene
from tests.unit.prometheus.misbehaving import Reply, Server, serving

BUILD = Reply(body={"status": "success", "data": {"version": "2.42.0"}})
SECRET = "hunter22"


@pytest.fixture
def prometheus() -> Iterator[Server]:
    with serving(Reply()) as server:
        server.by_path = {"/api/v1/status/buildinfo": BUILD}
        yield server


@pytest.fixture
async def on(storage: SqlStorage, clock: DrivenClock) -> AsyncIterator[Scene]:
    async with (
        Opener(SOURCES, Networks.of(["127.0.0.0/8"]), clock) as opener,
        scene(storage, clock, opener=opener) as opened,
    ):
        yield opened


async def test_a_datasource_from_the_first_test_to_its_end(on: Scene, prometheus: Server):
    draft = {"name": "eu", "url": prometheus.url, "token": SECRET}
    tested = await on.post("/api/grafana/datasources/test", draft, key=ADMIN)
    assert (tested["up"], tested["says"]) == (True, "Prometheus 2.42.0")
    assert (await on.get("/api/grafana/datasources", OPERATOR))["datasources"] == []
    made = await on.post("/api/grafana/datasources", draft, key=ADMIN)
    assert (made["auth"], made["secrets"], made["is_default"], made["health"]["up"]) == (
        "bearer",
        ["token"],
        True,
        True,
    )
    path = f"/api/grafana/datasources/{made['id']}"
    assert await on.get(path, OPERATOR) == made
    assert (await on.get("/api/grafana/datasources/eu", OPERATOR))["id"] == made["id"]
    changed = await on.ask("PUT", path, {**draft, "name": "europe", "token": None, "org": "acme"}, key=ADMIN)
    assert (changed.status, changed.json["name"], changed.json["secrets"]) == (200, "europe", ["token"])
    assert prometheus.seen[-1].headers["X-Scope-OrgID"] == "acme"
    assert prometheus.seen[-1].headers["Authorization"] == f"Bearer {SECRET}"
    looked = await on.post(f"{path}/look", key=OPERATOR)
    assert looked["health"]["says"] == "Prometheus 2.42.0"
    gone = await on.ask("DELETE", path, key=ADMIN)
    assert gone.json == {"changed": True, "says": "europe is removed."}
    assert (await on.ask("GET", path, key=OPERATOR)).status == 404
    acts = [entry.act for entry in await on.trail() if entry.act.startswith("datasource.")]
    assert acts == ["datasource.remove", "datasource.edit", "datasource.add"]
    assert SECRET not in repr(await on.trail()) + repr(made) + changed.text


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"type": "influxdb"}, 422, "cannot be read yet; one of prometheus"),
        ({"url": "http://169.254.169.254/latest"}, 422, "never called"),
        ({"url": "http://10.0.0.1:9090"}, 422, "not in the networks that may be called"),
        ({"url": "http://ada:hunter22@example.com"}, 422, "must not contain credentials"),
        ({"url": "file:///etc/passwd"}, 422, "must begin with http"),
        ({"colour": "blue"}, 422, "there is no such field"),
        ({"name": ""}, 422, "name"),
        ({"token": ""}, 201, ""),
        ({"auth": "basic"}, 422, "A password is missing."),
    ],
)
async def test_what_cannot_be_a_datasource_is_refused_by_its_field(
    on: Scene, prometheus: Server, change: dict[str, str], status: int, says: str
):
    draft = {"name": "eu", "url": prometheus.url, **change}
    answer = await on.ask("POST", "/api/grafana/datasources", draft, key=ADMIN)
    assert answer.status == status, answer.text
    assert says in answer.text
    assert SECRET not in answer.text
    if status != 201:
        assert not prometheus.seen
        tested = await on.ask("POST", "/api/grafana/datasources/test", draft, key=ADMIN)
        assert tested.status == 422 or not tested.json["up"]
        assert SECRET not in tested.text


async def test_what_does_not_answer_is_not_saved(on: Scene, prometheus: Server):
    prometheus.script = [Reply(401, b"")]
    answer = await on.ask(
        "POST", "/api/grafana/datasources", {"name": "eu", "url": prometheus.url, "api_key": SECRET}, key=ADMIN
    )
    assert answer.status == 422
    assert "Not saved, for it could not be asked: eu does not accept our credentials" in answer.json["error"]
    assert SECRET not in answer.text
    assert (await on.get("/api/grafana/datasources", OPERATOR))["datasources"] == []


async def test_the_same_request_sent_again_adds_once(on: Scene, prometheus: Server):
    draft, once = {"name": "eu", "url": prometheus.url}, {"Idempotency-Key": "k1"}
    answers = [await on.post("/api/grafana/datasources", draft, key=ADMIN, headers=once) for _ in range(2)]
    assert answers[0]["id"] == answers[1]["id"]
    other = await on.ask("POST", "/api/grafana/datasources", draft, key=ADMIN)
    assert other.status == 409
    assert other.json["error"].startswith("There is a datasource “eu” already.")


async def test_two_at_once_with_one_name_leave_one(on: Scene, prometheus: Server):
    draft = {"name": "eu", "url": prometheus.url}
    answers = await asyncio.gather(*(on.ask("POST", "/api/grafana/datasources", draft, key=ADMIN) for _ in range(3)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409]
    assert len((await on.get("/api/grafana/datasources", OPERATOR))["datasources"]) == 1


async def test_an_application_and_the_datasource_it_uses(on: Scene, prometheus: Server):
    source = await on.post("/api/grafana/datasources", {"name": "eu", "url": prometheus.url}, key=ADMIN)
    draft = {
        "name": "abc-app",
        "architecture_info": {"type": "microservices"},
        "service_mappings": {"web": {"metrics_prefix": "abc_web_", "log_label": "app=abc-web"}},
        "datasource_id": "eu",
        "default_metrics": ["up"],
        "slos": {"availability": 0.999},
    }
    made = await on.post("/api/applications", draft, key=ADMIN)
    assert (made["datasource_id"], made["aliases"]) == (source["id"], ["abc app", "abc"])
    assert made["slos"] == {"availability": 0.999, "error_rate": None, "p95_latency_ms": None}
    assert (await on.get("/api/applications"))["applications"] == [made]
    assert await on.get("/api/applications/abc") == made
    refused = await on.ask("DELETE", f"/api/grafana/datasources/{source['id']}", key=ADMIN)
    assert (refused.status, refused.json["error"]) == (
        409, "eu is used by abc-app. Give them another datasource first.",
    )  # fmt: skip
    again = await on.ask("POST", "/api/applications", {"name": "ABC"}, key=ADMIN)
    assert again.status == 409
    changed = await on.ask("PUT", f"/api/applications/{made['id']}", {"name": "abc-app", "aliases": []}, key=ADMIN)
    assert (changed.json["datasource_id"], changed.json["aliases"]) == (None, [])
    assert (await on.ask("DELETE", f"/api/applications/{made['id']}", key=ADMIN)).status == 200
    assert (await on.ask("DELETE", f"/api/grafana/datasources/{source['id']}", key=ADMIN)).status == 200


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", "/api/grafana/datasources", VIEWER, 403),
        ("POST", "/api/grafana/datasources", OPERATOR, 403),
        ("POST", "/api/grafana/datasources/test", OPERATOR, 403),
        ("PUT", "/api/grafana/datasources/x", OPERATOR, 403),
        ("DELETE", "/api/grafana/datasources/x", OPERATOR, 403),
        ("DELETE", "/api/grafana/datasources/x", ADMIN, 404),
        ("POST", "/api/applications", OPERATOR, 403),
        ("PUT", "/api/applications/x", OPERATOR, 403),
        ("DELETE", "/api/applications/x", OPERATOR, 403),
        ("GET", "/api/applications/x", VIEWER, 404),
    ],
)
async def test_who_may_do_what(on: Scene, method: str, path: str, key: str, status: int):
    body = {"name": "x", "url": "http://x"} if "grafana" in path else {"name": "x"}
    assert (await on.ask(method, path, None if method in ("GET", "DELETE") else body, key=key)).status == status


async def test_the_metrics_of_an_application(on: Scene, prometheus: Server):
    point = {"metric": {}, "values": [[1773835200, "NaN"], [1773835215, "1.5"]]}
    data = {"resultType": "matrix", "result": [point]}
    prometheus.by_path |= {
        "/api/v1/query_range": Reply(body={"status": "success", "data": data}),
        "/api/v1/metadata": Reply(
            body={"status": "success", "data": {"up": [{"type": "gauge", "help": "", "unit": ""}]}}
        ),
        "/api/v1/label/__name__/values": Reply(body={"status": "success", "data": ["up"]}),
        "/api/v1/label/app/values": Reply(body={"status": "success", "data": ["abc"]}),
    }
    await on.post("/api/grafana/datasources", {"name": "eu", "url": prometheus.url}, key=ADMIN)
    await on.post("/api/applications", {"name": "abc-app", "default_metrics": ["up", "gone"]}, key=ADMIN)
    found = await on.get("/api/grafana/metrics/abc?since=2026-03-18T11:00:00Z")
    assert found["application"] == "abc-app"
    up, gone = found["metrics"]
    assert (up["query"], [value for _, value in up["series"][0]["points"]]) == ('avg(up{app="abc"})', [None, 1.5])
    assert gone["problem"] == "eu knows no metric gone."
    assert (await on.ask("GET", "/api/grafana/metrics/abc?since=2026-03-01T11:00:00Z", key=VIEWER)).status == 422
    assert (await on.ask("GET", "/api/grafana/metrics/nobody", key=VIEWER)).status == 404
