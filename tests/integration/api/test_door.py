"""Who comes in, how often, with what; and how those are told who do not."""

import io
import json

import pytest

from bot.model.message import Role
from bot.model.tenant import DEFAULT_TENANT, Tenant
from tests.integration.api.scene import ACME, ADMIN, OPERATOR, VIEWER, Scene, signal
from tests.unit.api.scene import ALL_ROUTES

TABLE = [one for one in ALL_ROUTES if one.source == "api"]
RANK = [Role.VIEWER, Role.OPERATOR, Role.ADMIN]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic viewer"},
        {"Authorization": "viewer"},
        {"Authorization": "Bearer of-alertmanager"},
        {"Authorization": "Bearer revoked"},
    ],
)
async def test_only_a_good_key_of_the_api_comes_in(on: Scene, headers):
    await on.key("of-alertmanager", source="alertmanager")
    await on.key("revoked", role="admin")
    await on.storage.keys.revoke(DEFAULT_TENANT, "k-revoked", on.clock.now())
    answer = await on.ask("GET", "/api/issues", key="", headers=headers)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["error"].startswith("This key is not known here")


async def test_the_scheme_is_read_in_any_case(on: Scene):
    assert (await on.ask("GET", "/api/issues", key="", headers={"Authorization": "bearer viewer"})).status == 200


@pytest.mark.parametrize("role", RANK)
async def test_the_role_of_the_key_decides(on: Scene, role):
    for route in TABLE:
        path = route.path.replace("{id}", "nothing")
        answer = await on.ask(route.method, path, {} if route.method in ("POST", "PUT") else None, key=role.value)
        too_little = RANK.index(role) < RANK.index(route.needs)
        assert (answer.status == 403) is too_little, (route.path, answer.text)
        assert not too_little or f"the role {route.needs}" in answer.json["error"]


@pytest.mark.parametrize("role", ["", "owner"])
async def test_a_key_of_no_known_role_only_reads(on: Scene, role):
    await on.key("odd", role=role)
    assert (await on.ask("GET", "/api/issues", key="odd")).status == 200
    assert (await on.ask("POST", "/api/issues/x/note", {"text": "a"}, key="odd")).status == 403


async def test_a_workspace_that_is_switched_off_is_told_so(on: Scene):
    await on.storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default", enabled=False))
    answer = await on.ask("GET", "/api/issues")
    assert answer.status == 403
    assert "switched off" in answer.json["error"]


async def test_what_is_another_tenants_is_not_there(on: Scene):
    theirs = await on.fires(signal(), tenant=ACME)
    assert (await on.ask("GET", f"/api/issues/{theirs.id}", key=ADMIN)).status == 404
    assert (await on.ask("POST", f"/api/issues/{theirs.id}/resolve", {}, key=ADMIN)).status == 404
    assert (await on.get("/api/issues"))["issues"] == []
    await on.key("acme", role="viewer", tenant=ACME)
    assert [one["id"] for one in (await on.get("/api/issues", key="acme"))["issues"]] == [theirs.id]


async def test_six_hundred_requests_a_minute_for_each_key(on: Scene):
    for _ in range(600):
        assert (await on.client.get("/api/oncall", headers={"Authorization": "Bearer viewer"})).status == 200
    answer = await on.ask("GET", "/api/oncall", key=VIEWER)
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "1"
    assert "600 requests in a minute" in answer.json["error"]
    assert (await on.ask("GET", "/api/oncall", key=OPERATOR)).status == 200
    await on.clock.advance(1)
    assert (await on.ask("GET", "/api/oncall", key=VIEWER)).status == 200


@pytest.mark.parametrize(
    ("method", "path", "data", "status", "says"),
    [
        ("GET", "/api/nothing", None, 404, "There is nothing at this address."),
        ("PATCH", "/api/issues", None, 405, "This address does not take this method."),
        ("POST", "/api/silences", b"{", 400, "This is not JSON"),
        ("POST", "/api/silences", b"\xff", 400, "This is not UTF-8."),
        ("POST", "/api/silences", b"[]", 400, "The body has to be a JSON object."),
        ("POST", "/api/silences", io.BytesIO(b" " * (1024 * 1024 + 1)), 413, "larger than 1 MB"),
        ("POST", "/api/issues/a%00b/note", b"{}", 404, "There is nothing of this name."),
    ],
)
async def test_every_no_is_a_sentence_in_json(on: Scene, method, path, data, status, says):
    answer = await on.ask(method, path, data=data)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith("application/json")
    assert says in answer.json["error"]


async def test_a_large_body_without_a_length_is_refused_as_well(on: Scene):
    async def pieces():
        for _ in range(20):
            yield b" " * 65536

    headers = {"Authorization": "Bearer operator"}
    async with on.client.post("/api/silences", data=pieces(), headers=headers) as response:
        assert response.status == 413
        assert "error" in await response.json()


async def test_other_routes_are_answered_as_before(on: Scene):
    async with on.client.post("/webhooks/alertmanager/nobody", data=b"{}") as response:
        assert response.status == 401
    async with on.client.get("/nothing") as response:
        assert response.content_type == "text/plain"


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/api/issues/x/note", {"text": "a", "txet": "b"}, {"txet": "there is no such field"}),
        ("/api/silences", {}, {"matchers": "it is missing"}),
        ("/api/silences", {"matchers": ["a=b"], "span": "2h", "until": "2026-03-18T13:00:00Z"}, {"": "say either"}),
        ("/api/silences", {"matchers": ["a=b"], "span": "9999999999999d"}, {"": "too large"}),
        ("/api/silences", {"matchers": ["a=b"], "span": "400d"}, {"span": "less than or equal"}),
        ("/api/silences", {"matchers": ["a=b"], "until": "2026-03-18T13:00:00"}, {"until": "timezone"}),
        ("/api/silences", {"matchers": ["a=b"], "until": "2026-03-18T11:00:00Z"}, {"until": "over"}),
        ("/api/issues/x/assign", {"to": "nobody@example.com"}, {"to": "nobody is known"}),
        ("/api/issues/x/note", {"text": "a" * 2001}, {"text": "at most 2000"}),
        ("/api/issues/x/note", {"text": 7}, {"text": "valid string"}),
        ("/ai/escalate", {"conversationId": "c", "reason": "r", "context": {"x": 1}}, {"context.x": "no such field"}),
    ],
)  # fmt: skip
async def test_fields_that_do_not_fit_are_named(on: Scene, path, body, fields):
    answer = await on.ask("POST", path, body)
    assert answer.status == 422, answer.text
    assert answer.json["fields"].keys() == fields.keys()
    for name, says in fields.items():
        assert says in answer.json["fields"][name]
        assert says in answer.json["error"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("open=perhaps", "open"),
        ("severity=loud", "severity"),
        ("x=1", "x"),
    ],
)
async def test_queries_that_do_not_fit_are_named(on: Scene, query, field):
    answer = await on.ask("GET", f"/api/issues?{query}")
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]


async def test_a_thousand_faults_are_told_as_twenty(on: Scene):
    answer = await on.ask("POST", "/api/issues/x/note", {f"f{number}" * 50: 1 for number in range(1000)})
    assert answer.status == 422
    assert len(answer.json["fields"]) == 20
    assert max(map(len, answer.json["fields"])) == 80


async def test_what_cannot_be_shown_is_neither_kept_nor_a_fault_of_ours(on: Scene):
    issue = await on.fires()
    assert (await on.ask("GET", "/api/issues?service=%00")).json == {"issues": []}
    data = json.dumps({"text": "so\x00 \u202eit is"}).encode()
    done = await on.ask("POST", f"/api/issues/{issue.id}/note", data=data)
    assert done.status == 200
    assert "so� �it is" in done.json["says"]
    surrogate = await on.ask("POST", f"/api/issues/{issue.id}/note", data=b'{"text": "\\ud800", "\\ud800": 1}')
    assert surrogate.status == 422
    long = await on.ask("POST", f"/api/issues/{issue.id}/note", {"text": "a"}, headers={"Idempotency-Key": "k" * 201})
    assert list(long.json["fields"]) == ["Idempotency-Key"]
