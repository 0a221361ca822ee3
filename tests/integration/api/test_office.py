"""The trail, what could not be delivered, keys and the plan."""

import csv
import io

from bot.model.message import Place
from bot.model.parcel import Outcome, Subject
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import SqlStorage
from tests.fakes import DrivenClock
from tests.integration.api.scene import ADMIN, ANNA, ANNAS, OPERATOR, Scene, scene


async def test_the_trail_is_found_by_act_object_person_and_time(on: Scene):
    issue = await on.fires()
    await on.post(f"/api/issues/{issue.id}/acknowledge", key=ANNAS)
    await on.clock.advance(3600)
    await on.post(f"/api/issues/{issue.id}/note", {"text": "Looking."})

    async def acts(query: str = "") -> list[str]:
        return [one["act"] for one in (await on.get(f"/api/audit{query}", ADMIN))["entries"]]

    assert (await acts())[:2] == ["issue.note", "issue.acknowledge"]
    assert await acts("?act=issue.note") == ["issue.note"]
    assert await acts(f"?object={issue.id}&limit=1") == ["issue.note"]
    assert await acts("?actor=anna@example.com") == ["issue.acknowledge"]
    assert await acts(f"?actor={await on.person(ANNA)}") == ["issue.acknowledge"]
    assert await acts("?act=issue.note&until=2026-03-18T12:30:00Z") == []
    assert await acts("?act=issue.note&since=2026-03-18T12:30:00Z") == ["issue.note"]
    entries = (await on.get("/api/audit?act=issue.acknowledge", ADMIN))["entries"]
    assert (entries[0]["who"], entries[0]["at"]) == ("Anna Berger", "2026-03-18T12:00:00Z")
    assert (await on.ask("GET", "/api/audit?actor=nobody@example.com", key=ADMIN)).status == 422


async def test_the_trail_as_a_file_runs_nothing_in_a_spreadsheet(on: Scene):
    await on.key("formula", '=HYPERLINK("http://evil.example","x")', "operator")
    issue = await on.fires()
    await on.post(f"/api/issues/{issue.id}/acknowledge", key="formula")
    for path, headers in (("/api/audit?format=csv", {}), ("/api/audit", {"Accept": "text/csv"})):
        answer = await on.ask("GET", path, key=ADMIN, headers=headers)
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert "audit-20260318-1200.csv" in answer.headers["Content-Disposition"]
        header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert header == ["at", "who", "act", "object", "place", "details"]
        row = next(one for one in rows if one[2] == "issue.acknowledge")
        assert row[1].startswith("'=HYPERLINK")
        assert row[3] == issue.id
    assert "entries" in (await on.get("/api/audit?format=json", ADMIN, headers={"Accept": "text/csv"}))


async def test_what_could_not_be_delivered_is_sent_again(on: Scene):
    place = Place("slack", "T0NIGHT", "C0GONE")
    async with on.storage.work(DEFAULT_TENANT) as work:
        await work.parcels.put(place, Subject("issue:1"), 1, Reply("Checkout is slow."), on.clock.now())
    (parcel,) = await on.storage.parcels.claim(1, 1, on.clock.now())
    await on.storage.parcels.settle([Outcome(parcel.id, "dead", on.clock.now(), error="The channel is gone.")])
    await on.storage.parcels.release({place.lane: on.clock.now()})
    (told,) = (await on.get("/api/undelivered", ADMIN))["undelivered"]
    assert (told["summary"], told["error"]) == ("Checkout is slow.", "The channel is gone.")
    assert told["place"]["channel"] == "C0GONE"
    assert (await on.post(f"/api/undelivered/{told['id']}/resend", key=ADMIN))["changed"]
    assert not (await on.post(f"/api/undelivered/{told['id']}/resend", key=ADMIN))["changed"]
    assert (await on.storage.parcels.waiting(on.clock.now()))[0] == 1


async def test_a_key_is_made_used_listed_and_revoked(on: Scene):
    made = await on.post("/api/keys", {"source": "api", "name": "deploys", "role": "operator"}, key=ADMIN)
    secret, key = made["secret"], made["key"]["id"]
    issue = await on.fires()
    assert (await on.post(f"/api/issues/{issue.id}/note", {"text": "x"}, key=secret))["changed"]
    listed = await on.ask("GET", "/api/keys", key=ADMIN)
    assert secret not in listed.text
    assert {one["id"]: one["role"] for one in listed.json["keys"]}[key] == "operator"
    assert (await on.ask("DELETE", f"/api/keys/{key}", key=ADMIN)).json["changed"]
    assert (await on.ask("GET", "/api/issues", key=secret)).status == 401
    assert not (await on.ask("DELETE", f"/api/keys/{key}", key=ADMIN)).json["changed"]

    assert (await on.post("/api/keys", {"source": "api"}, key=ADMIN))["key"]["role"] == "viewer"
    assert (await on.post("/api/keys", {"source": "alertmanager"}, key=ADMIN))["key"]["role"] == ""
    for body, field in (({"source": "nagios"}, "source"), ({"source": "sentry", "role": "admin"}, "role")):
        answer = await on.ask("POST", "/api/keys", body, key=ADMIN)
        assert list(answer.json["fields"]) == [field]


async def test_the_plan_goes_round_and_holds_at_once(on: Scene):
    read = await on.ask("GET", "/api/plan", key=ADMIN)
    plan = read.json
    assert plan["rotas"]["primary"]["zone"] == "UTC"
    same = await on.ask("PUT", "/api/plan", plan, key=ADMIN, headers={"If-Match": read.headers["ETag"]})
    assert (same.json, same.headers["ETag"]) == (plan, read.headers["ETag"])
    assert await on.trail("plan.replace") == []

    plan["rotas"]["backup"] = {"layers": [{"people": ["ben@example.com"], "since": "2026-03-16"}]}
    plan["heartbeats"] = {"backup": {"every": "5m"}}
    kept = await on.ask("PUT", "/api/plan", plan, key=ADMIN)
    assert kept.json["heartbeats"]["backup"]["every"] == "PT5M"
    assert {one["rota"] for one in (await on.get("/api/oncall"))["on_duty"]} == {"primary", "backup"}
    assert (await on.desk.pipeline.plan(DEFAULT_TENANT)).heartbeats.keys() == {"backup"}
    (entry,) = await on.trail("plan.replace")
    assert entry.details["changed"] == ["rotas", "heartbeats"]

    late = await on.ask("PUT", "/api/plan", {}, key=ADMIN, headers={"If-Match": read.headers["ETag"]})
    assert (late.status, late.json["error"]) == (409, "The plan was changed by somebody else. Read it again.")
    assert (await on.ask("GET", "/api/plan", key=ADMIN)).json == kept.json


async def test_a_plan_that_cannot_hold_is_refused_by_its_fields(on: Scene):
    before = (await on.ask("GET", "/api/plan", key=ADMIN)).json
    faults = {
        "routs": {"routs": []},
        "routes.0.match": {"routes": [{"match": ["{"]}]},
        "rotas.primary.zone": {"rotas": {"primary": {**before["rotas"]["primary"], "zone": "Mars"}}},
        "": {"routes": [{"name": "all", "policy": "night"}]},
    }
    for field, plan in faults.items():
        answer = await on.ask("PUT", "/api/plan", plan, key=ADMIN)
        assert answer.status == 422
        assert list(answer.json["fields"]) == [field]
    huge = await on.ask("PUT", "/api/plan", {"remind_every": "9999999999999d"}, key=ADMIN)
    assert huge.status == 422
    assert (await on.ask("GET", "/api/plan", key=ADMIN)).json == before


async def test_a_plan_that_is_kept_in_a_file_is_changed_there(storage: SqlStorage, clock: DrivenClock, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("{}")
    async with scene(storage, clock, NIGHTDESK_PLAN=str(file)) as on:
        answer = await on.ask("PUT", "/api/plan", {}, key=ADMIN)
        assert answer.status == 403
        assert "NIGHTDESK_PLAN" in answer.json["error"]
        assert (await on.ask("GET", "/api/plan", key=OPERATOR)).status == 403
