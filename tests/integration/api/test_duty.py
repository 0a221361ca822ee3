"""Who is on call, and who stands in."""

from tests.integration.api.scene import ANNAS, Scene


async def test_who_is_on_call_now_and_then(on: Scene):
    told = await on.get("/api/oncall")
    assert told["at"] == "2026-03-18T12:00:00Z"
    (duty,) = told["on_duty"]
    assert (duty["rota"], duty["name"], duty["next_name"]) == ("primary", "Anna Berger", "Ben Ortner")
    assert duty["account"]["user"] == "U0ANNA"
    (later,) = (await on.get("/api/oncall?at=2026-03-24T12:00:00Z"))["on_duty"]
    assert later["name"] == "Ben Ortner"
    shifts = await on.get("/api/oncall/primary/shifts?days=10")
    assert [one["name"] for one in shifts["shifts"]][:2] == ["Anna Berger", "Ben Ortner"]
    assert (await on.ask("GET", "/api/oncall/nothing/shifts")).status == 404


async def test_somebody_stands_in_and_no_more(on: Scene):
    body = {"rota": "primary", "person": "ben@example.com", "ends_at": "2026-03-18T18:00:00Z"}
    headers = {"Idempotency-Key": "swap"}
    made = await on.post("/api/oncall/covers", body, key=ANNAS, headers=headers)
    assert made["starts_at"] == "2026-03-18T12:00:00Z"
    assert (await on.post("/api/oncall/covers", body, key=ANNAS, headers=headers))["id"] == made["id"]
    (duty,) = (await on.get("/api/oncall"))["on_duty"]
    assert (duty["name"], duty["covers"], duty["until"]) == ("Ben Ortner", "Anna Berger", "2026-03-18T18:00:00Z")
    assert len(await on.trail("cover.add")) == 1

    gone = await on.ask("DELETE", f"/api/oncall/covers/{made['id']}")
    assert gone.json["changed"]
    assert not (await on.ask("DELETE", f"/api/oncall/covers/{made['id']}")).json["changed"]
    assert (await on.get("/api/oncall"))["on_duty"][0]["name"] == "Anna Berger"


async def test_what_cannot_be_covered_is_said(on: Scene):
    ends = {"ends_at": "2026-03-18T18:00:00Z"}
    unknown = await on.ask("POST", "/api/oncall/covers", {"rota": "night", "person": "ben@example.com", **ends})
    assert (unknown.status, "no rota" in unknown.json["error"]) == (404, True)
    past = {"rota": "primary", "person": "ben@example.com", "ends_at": "2026-03-18T11:00:00Z"}
    assert (await on.ask("POST", "/api/oncall/covers", past)).status == 422
