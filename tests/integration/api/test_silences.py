"""First what it would hide, then the silence; critical ones with a second person."""

from bot.model.severity import Severity
from tests.integration.api.scene import ANNAS, BENS, OPERATOR, Scene, signal


async def test_nothing_is_silenced_before_it_is_confirmed(on: Scene):
    issue = await on.fires()
    path = f"/api/issues/{issue.id}/silence"
    shown = await on.post(path, {"span": "2h"})
    assert shown["silence"] is None
    assert shown["says"].startswith("Nothing is silenced yet")
    assert shown["preview"]["now"] == [issue.title]
    assert shown["preview"]["past"] == [{"title": issue.title, "count": 1}]
    assert (await on.get("/api/silences"))["silences"] == []

    made = await on.post(path, {"span": "2h", "comment": "Known.", "confirm": True})
    assert made["preview"] is None
    silence = made["silence"]
    assert (silence["state"], silence["issue"]) == ("active", issue.id)
    assert silence["ends_at"] == "2026-03-18T14:00:00Z"
    assert silence["matchers"] == shown["preview"]["matchers"]
    assert silence["comment"] == "Known."
    assert (await on.get(f"/api/issues/{issue.id}"))["issue"]["silenced_until"] == "2026-03-18T14:00:00Z"
    assert [one["id"] for one in (await on.get("/api/silences"))["silences"]] == [silence["id"]]


async def test_a_silence_is_prolonged_and_ended(on: Scene):
    issue = await on.fires()
    body = {"matchers": ['alertname="Slow1"'], "until": "2026-03-18T13:00:00Z", "confirm": True}
    made = (await on.post("/api/silences", body))["silence"]
    longer = await on.post(f"/api/silences/{made['id']}/extend", {"span": "3h"})
    assert longer["ends_at"] == "2026-03-18T15:00:00Z"
    ended = await on.ask("DELETE", f"/api/silences/{made['id']}")
    assert ended.json["state"] == "expired"
    assert (await on.get("/api/silences"))["silences"] == []
    assert (await on.get(f"/api/issues/{issue.id}"))["issue"]["silenced_until"] is None
    late = await on.ask("POST", f"/api/silences/{made['id']}/extend", {"span": "1h"})
    assert (late.status, late.json["error"]) == (409, "This silence is over; make a new one.")
    assert (await on.ask("DELETE", "/api/silences/nothing")).status == 404


async def test_the_same_request_makes_one_silence(on: Scene):
    await on.fires()
    body = {"matchers": ['alertname="Slow1"'], "span": "1h", "confirm": True}
    headers = {"Idempotency-Key": "maintenance-1"}
    made = [(await on.post("/api/silences", body, headers=headers))["silence"]["id"] for _ in range(3)]
    assert len(set(made)) == 1
    assert len(await on.trail("silence.create")) == 1


async def test_what_hides_too_much_is_refused_and_shown_as_refused(on: Scene):
    await on.fires(*(signal(number) for number in range(12)))
    for matchers in (['service=~".*"'], ['service="checkout"']):
        shown = await on.post("/api/silences", {"matchers": matchers, "span": "1h"})
        assert shown["says"] == shown["preview"]["refused"] != ""
        answer = await on.ask("POST", "/api/silences", {"matchers": matchers, "span": "1h", "confirm": True})
        assert (answer.status, answer.json["error"]) == (422, shown["says"])
    unread = await on.ask("POST", "/api/silences", {"matchers": ["{"], "span": "1h"})
    assert unread.status == 422
    assert "matchers" in unread.json["error"]


async def test_a_critical_one_needs_a_second_person_and_a_key_alone_is_none(on: Scene):
    issue = await on.fires(signal(1, Severity.CRITICAL))
    asked = await on.post(f"/api/issues/{issue.id}/silence", {"span": "1h", "confirm": True}, key=ANNAS)
    assert asked["silence"]["state"] == "asked"
    assert "second person" in asked["says"]
    path = f"/api/silences/{asked['silence']['id']}/approve"
    for key in (ANNAS, OPERATOR):
        refused = await on.ask("POST", path, {}, key=key)
        assert refused.status == 403
        assert "somebody else than Anna Berger" in refused.json["error"]
    agreed = await on.post(path, key=BENS)
    assert (agreed["state"], agreed["approved"]["name"]) == ("active", "Ben Ortner")


async def test_the_silence_of_an_issue_that_is_not_there(on: Scene):
    assert (await on.ask("POST", "/api/issues/ISS-0-nothing/silence", {"span": "1h"})).status == 404
