"""The door over real HTTP, with a real database behind it and what it accepted written down."""

import asyncio
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.model.errors import Forbidden, Unavailable
from bot.model.keys import digest
from bot.model.plan import Heartbeat, JsonSource, Plan
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.storage import Key
from handlers.web import application, middleware
from handlers.web.links import Links
from handlers.web.meters import Meters
from handlers.web.webhooks import register
from integrations.catalog import WEBHOOKS
from integrations.integration import Arrived, Parts, Webhook
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock
from tests.unit.integrations.recorded import FOLDER

Client = TestClient[web.Request, web.Application]
GOOD = "0123456789abcdef0123456789abcdef"
ACME = TenantId("acme")
PLAN = Plan(
    heartbeats={"backup": Heartbeat(), "import": Heartbeat()},
    sources={"main": JsonSource(title="name"), "pumps": JsonSource(each="data.incidents", title="text")},
)


@dataclass
class House:
    storage: SqlStorage
    clock: DrivenClock
    meters: Meters = field(default_factory=Meters)
    accepted: list[tuple[TenantId, Signal]] = field(default_factory=list)
    beats: list[tuple[TenantId, str]] = field(default_factory=list)
    problem: Exception | None = None

    async def accept(self, tenant: TenantId, signals: Sequence[Signal]) -> None:
        if self.problem:
            raise self.problem
        self.accepted += [(tenant, signal) for signal in signals]

    async def beat(self, tenant: TenantId, name: str) -> None:
        self.beats.append((tenant, name))

    async def plan(self, _tenant: TenantId) -> Plan:
        return PLAN

    async def ready(self) -> dict[str, bool]:
        return {}

    def counted(self) -> set[str]:
        text = self.meters.write("")[0].decode()
        lines = [line for line in text.splitlines() if line.startswith("aiops_webhooks_total{")]
        return {line.removeprefix("aiops_webhooks_total").removesuffix(".0") for line in lines}


@pytest.fixture
async def storage(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        yield opened


@pytest.fixture
async def house(storage: SqlStorage, clock: DrivenClock) -> House:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    await storage.directory.save_tenant(Tenant(ACME, "Acme"))
    for source in (*(webhook.name for webhook in WEBHOOKS), "heartbeat"):
        await storage.keys.add(Key(f"k-{source}", ACME, source, "main", NOON), digest(source + GOOD))
    await storage.keys.add(Key("k-routing", ACME, "pagerduty", "routing", NOON), digest(GOOD))
    await storage.keys.add(Key("k-beat", ACME, "heartbeat", "backup", NOON), digest("b" + GOOD))
    return House(storage, clock)


async def never(_arrived: Arrived, _parts: Parts) -> None:
    raise Forbidden("The signature of this message is not good.")


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    app = application.build(
        storage=house.storage, clock=house.clock, links=Links("secret", "http://bot"), meters=house.meters,
        ready=house.ready,
    )  # fmt: skip
    sources = {webhook.name: webhook for webhook in WEBHOOKS}
    sources["cloudwatch"] = Webhook("cloudwatch", "CloudWatch", sources["cloudwatch"].parse, never)
    async with aiohttp.ClientSession() as session:
        register(
            app, sources=sources, accept=house.accept, beat=house.beat, keys=house.storage.keys, plans=house.plan,
            arrived=Arrived, parts=Parts(session, house.clock), clock=house.clock, meters=house.meters,
        )  # fmt: skip
        async with TestClient(TestServer(app)) as client:
            yield client


def recorded(source: str, name: str) -> bytes:
    return (FOLDER / source / f"{name}.json").read_bytes()


def at(source: str) -> str:
    return f"/webhooks/{source}/{source}{GOOD}"


async def told(response: aiohttp.ClientResponse) -> Any:
    return json.loads(await response.text())


# What is good is accepted


@pytest.mark.parametrize(
    ("path", "source", "name", "status", "answer"),
    [
        (at("alertmanager"), "alertmanager", "grouped", 200, {"accepted": 3}),
        (at("grafana"), "grafana", "firing", 200, {"accepted": 1}),
        (at("ruler"), "ruler", "mimir", 200, {"accepted": 2}),
        (at("ruler") + "/api/v2/alerts", "ruler", "mimir", 200, {"status": "success", "accepted": 2}),
        (at("ruler") + "/api/v1/alerts", "ruler", "loki", 200, {"status": "success", "accepted": 1}),
        (at("datadog"), "datadog", "triggered", 200, {"accepted": 1}),
        (at("sentry"), "sentry", "issue_assigned", 200, {"accepted": 0}),
        (at("generic") + "?map=pumps", "generic", "list", 200, {"accepted": 3}),
    ],
)
async def test_what_is_good_is_accepted(
    client: Client, house: House, path: str, source: str, name: str, status: int, answer: dict[str, Any]
):
    response = await client.post(path, data=recorded(source, name))
    assert (response.status, await told(response)) == (status, answer)
    assert {tenant for tenant, _ in house.accepted} <= {ACME}
    assert [signal.source for _, signal in house.accepted] == [source] * answer["accepted"]
    assert house.counted() == {f'{{result="accepted",source="{source}"}} 1'}


async def test_a_packed_body_is_read(client: Client, house: House):
    body = gzip.compress(recorded("alertmanager", "firing"))
    response = await client.post(at("alertmanager"), data=body, headers={"Content-Encoding": "gzip"})
    assert (response.status, len(house.accepted)) == (200, 1)


async def test_a_mapping_has_the_name_of_its_key_unless_told(client: Client, house: House):
    response = await client.post(at("generic"), json={"name": "Pump 3 is hot"})
    assert (response.status, house.accepted[0][1].title) == (200, "Pump 3 is hot")
    response = await client.post(at("generic") + "?map=none", json={"name": "Pump 3 is hot"})
    assert (response.status, (await told(response))["field"]) == (400, "map")


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    ("path", "name"), [(f"/webhooks/heartbeat/b{GOOD}", "backup"), (at("heartbeat") + "?name=import", "import")]
)
async def test_hearts_beat(client: Client, house: House, method: str, path: str, name: str):
    response = await client.request(method, path)
    assert response.status == 200
    assert house.beats == [(ACME, name)]


async def test_a_beat_that_nobody_would_miss_is_told(client: Client, house: House):
    response = await client.get(at("heartbeat") + "?name=bakcup")
    assert (response.status, "no heartbeat of this name" in await response.text()) == (404, True)
    assert house.beats == []


# PagerDuty's own ways


@pytest.mark.parametrize("path", ["/v2/enqueue", at("pagerduty")])
async def test_events_for_pagerduty_reach_us_unchanged(client: Client, house: House, path: str):
    response = await client.post(path, data=recorded("pagerduty", "trigger"))
    assert response.status == 202
    assert await told(response) == {"status": "success", "message": "Event processed", "dedup_key": "srv01/HTTP"}
    response = await client.post(path, data=recorded("pagerduty", "resolve"))
    assert response.status == 202
    assert [(signal.fingerprint, signal.status) for _, signal in house.accepted] == [
        ("srv01/HTTP", "firing"),
        ("srv01/HTTP", "resolved"),
    ]


async def test_a_key_that_was_not_given_is_made_and_refers_to_the_alert(client: Client, house: House):
    response = await client.post("/v2/enqueue", data=recorded("pagerduty", "bare"))
    key = (await told(response))["dedup_key"]
    again = await client.post("/v2/enqueue", data=recorded("pagerduty", "bare"))
    assert (await told(again))["dedup_key"] == key
    await client.post("/v2/enqueue", json={"routing_key": GOOD, "event_action": "resolve", "dedup_key": key})
    assert {signal.fingerprint for _, signal in house.accepted} == {key}


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 400, "This is not JSON: Expecting property name enclosed in double quotes, line 1, column 2."),
        (b"[]", 400, "'routing_key' is missing or blank"),
        (b'{"routing_key": 7}', 400, "'routing_key' is missing or blank"),
        (b'{"routing_key": "\\ud800"}', 401, "This key is not known here, or was revoked."),
        (b'{"routing_key": "pagerduty"}', 401, "This key is not known here, or was revoked."),
        (b'{"routing_key": "%s"}' % GOOD.encode(), 400, "'event_action' is missing or blank"),
        (
            b'{"routing_key": "%s", "event_action": "trigger", "payload": {"severity": "info"}}' % GOOD.encode(),
            400,
            "'payload.summary' is missing or blank",
        ),
    ],
)
async def test_bad_events_are_answered_as_pagerduty_does(client: Client, body: bytes, status: int, error: str):
    response = await client.post("/v2/enqueue", data=body)
    assert response.status == status
    assert await told(response) == {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": [error],
    }


# What is not good is refused, in words, and counted


@pytest.mark.parametrize(
    ("path", "body", "status", "field", "counted"),
    [
        (at("alertmanager"), b'{"alerts": [', 400, "", "malformed"),
        (at("alertmanager"), recorded("alertmanager", "grouped")[:-40], 400, "", "malformed"),
        (at("alertmanager"), b"[" * 200_000, 400, "", "malformed"),
        (at("alertmanager"), b'{"alerts": NaN}', 400, "", "malformed"),
        (at("alertmanager"), b"\xff\xfe", 400, "", "malformed"),
        (at("alertmanager"), b"", 400, "", "malformed"),
        (at("alertmanager"), b'{"alerts": [{"labels": {"a": "b"}, "status": "firing", "startsAt": "x"}]}', 400,
         "alerts[0].startsAt", "malformed"),
        ("/webhooks/alertmanager/wrong", b"{}", 401, None, "wrong_key"),
        (f"/webhooks/alertmanager/grafana{GOOD}", b"{}", 401, None, "wrong_key"),
        ("/webhooks/alertmanager/%00%ff", b"{}", 401, None, "wrong_key"),
        ("/webhooks/heartbeat/wrong", b"", 401, None, "wrong_key"),
        (at("ruler")[:-1] + "/api/v2/alerts", b"[]", 401, None, "wrong_key"),
        (at("cloudwatch"), recorded("cloudwatch", "alarm"), 403, None, "refused"),
    ],
)  # fmt: skip
async def test_what_is_not_good_is_refused(
    client: Client, house: House, path: str, body: bytes, status: int, field: str | None, counted: str
):
    response = await client.post(path, data=body)
    answer = await told(response)
    assert (response.status, answer.get("field")) == (status, field)
    assert answer["error"].endswith((".", "Z"))
    assert house.accepted == []
    assert house.counted() == {f'{{result="{counted}",source="{path.split("/")[2]}"}} 1'}


async def test_an_unknown_source_is_told_which_there_are(client: Client, house: House):
    response = await client.post("/webhooks/nagios/key", data=b"{}")
    assert (response.status, "alertmanager, grafana" in await response.text()) == (404, True)
    assert house.counted() == {'{result="unknown",source="none"} 1'}  # a stranger's word is no label


async def test_a_revoked_key_opens_nothing(client: Client, house: House):
    assert (await client.post(at("alertmanager"), data=recorded("alertmanager", "firing"))).status == 200
    assert await house.storage.keys.revoke(ACME, "k-alertmanager", NOON)
    assert (await client.post(at("alertmanager"), data=recorded("alertmanager", "firing"))).status == 401
    assert len(house.accepted) == 1


@pytest.mark.parametrize(("packed", "size"), [(False, 1), (True, 20)])
async def test_more_than_a_megabyte_is_refused_packed_or_not(client: Client, house: House, packed: bool, size: int):
    body = b'{"alerts": [' + b" " * (size * middleware.LARGEST_BODY)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    response = await client.post(
        at("alertmanager"), data=io.BytesIO(gzip.compress(body) if packed else body), headers=headers
    )
    assert response.status == 413
    assert house.counted() == {'{result="too_large",source="alertmanager"} 1'}


async def test_a_body_that_is_read_before_its_key_may_have_half_of_that(client: Client):
    event = json.loads(recorded("pagerduty", "trigger"))
    event["payload"]["custom_details"]["log"] = "x" * 600_000
    statuses = [(await client.post(path, json=event)).status for path in ("/v2/enqueue", at("pagerduty"))]
    assert statuses == [413, 202]


@pytest.mark.parametrize("body", [b"not packed", gzip.compress(recorded("alertmanager", "firing"))[:-200]])
async def test_a_body_that_is_not_packed_as_it_says(client: Client, body: bytes):
    response = await client.post(at("alertmanager"), data=body, headers={"Content-Encoding": "gzip"})
    assert response.status == 400


async def test_a_body_that_does_not_arrive_is_given_up(client: Client, house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(middleware, "REQUEST_LASTS", timedelta(milliseconds=100))
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(f"POST {at('alertmanager')} HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n{{".encode())
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert house.counted() == {'{result="slow",source="alertmanager"} 1'}


@pytest.mark.parametrize("path", [at("alertmanager"), "/v2/enqueue"])
async def test_what_cannot_be_kept_is_asked_for_again(client: Client, house: House, path: str):
    source = "pagerduty" if path == "/v2/enqueue" else "alertmanager"
    house.problem = Unavailable("The database", definite=True, retry_after=timedelta(seconds=7))
    name = "trigger" if source == "pagerduty" else "firing"
    body = json.loads(recorded(source, name)) | {"routing_key": GOOD}
    response = await client.post(path, json=body)
    assert (response.status, response.headers["Retry-After"]) == (503, "7")
    assert house.counted() == {f'{{result="unavailable",source="{source}"}} 1'}


async def test_neither_keys_nor_bodies_reach_the_log(client: Client, house: House, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secret = b'{"alerts": [{"labels": {"a": "the body"}, "status": "firing"}]}'
    for problem in (Unavailable("The database"), ZeroDivisionError()):
        house.problem = problem
        assert (await client.post(at("alertmanager"), data=secret)).status in (500, 503)
    assert (await client.post(f"/webhooks/alertmanager/wrong{GOOD}", data=secret)).status == 401
    said = "".join(str(vars(record)) for record in caplog.records if record.name.startswith(("bot", "handlers")))
    assert "request failed" in said
    assert GOOD not in said
    assert "the body" not in said
