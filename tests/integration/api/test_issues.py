"""An issue walked to its end by a program."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.analysis import Analysis
from bot.model.issue import Clue, Status
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline import diagnosis_words
from tests.fakes import NOON
from tests.integration.api.scene import ANNA, ANNAS, BEN, OPERATOR, Scene, signal


async def test_issues_are_found_by_what_they_are(on: Scene):
    first = await on.fires(signal(1))
    await on.clock.advance(60)
    second = await on.fires(signal(2, Severity.CRITICAL, service="search"))
    await on.clock.advance(60)
    await on.post(f"/api/issues/{first.id}/resolve")

    async def ids(query: str = "") -> list[str]:
        return [one["id"] for one in (await on.get(f"/api/issues{query}"))["issues"]]

    assert await ids() == [second.id, first.id]
    assert await ids("?limit=1") == [second.id]
    assert await ids("?open=true") == [second.id]
    assert await ids("?open=false") == await ids("?status=resolved") == [first.id]
    assert await ids("?severity=critical") == await ids("?service=search") == [second.id]
    assert await ids("?severity=low") == []
    assert await ids("?since=2026-03-18T12:01:30Z") == [first.id]  # changed since, though opened before


async def test_an_issue_is_told_whole(on: Scene):
    issue = await on.fires(signal(1, env="prod"))
    await on.post(f"/api/issues/{issue.id}/note", {"text": "Looking."})
    told = await on.get(f"/api/issues/{issue.id}")
    assert told["issue"] | {"labels": {}} == told["issue"] | {
        "id": issue.id,
        "status": "investigating",
        "severity": "high",
        "services": ["checkout"],
        "opened_at": "2026-03-18T12:00:00Z",
        "firing": 1,
        "acknowledged": None,
        "labels": {},
    }
    assert told["issue"]["labels"]["env"] == "prod"
    assert [one["fingerprint"] for one in told["alerts"]] == ["f1"]
    assert [one["what"] for one in told["history"]] == ["opened", "unrouted", "noted"]
    assert told["history"][2]["by"]["platform"] == "api"
    assert (await on.ask("GET", "/api/issues/ISS-0-nothing")).status == 404


async def test_an_issue_is_told_with_its_analysis(on: Scene):
    issue = await on.fires(signal(1))
    assert (await on.get(f"/api/issues/{issue.id}"))["analysis"] is None
    clue = Clue("p95 latency 838 ms, since 11:58 UTC.", "the query", "p95 latency")
    made = Analysis(issue.id, "It coincides with a deploy.", "deploy", "fair", 0.73, NOON, clues=(clue,))
    async with on.storage.work(DEFAULT_TENANT) as work:
        assert await work.analyses.add(made)
        await work.issues.save([replace(issue, diagnosis=diagnosis_words.short(made))])
    told = await on.get(f"/api/issues/{issue.id}")
    assert told["analysis"]["share"] == 0.73
    shown = {"says": clue.says, "query": "the query", "label": "p95 latency"}
    assert told["analysis"]["clues"] == told["issue"]["diagnosis"]["clues"] == [shown]
    assert (told["issue"]["diagnosis"]["cause"], told["issue"]["analysing"]) == ("It coincides with a deploy.", False)


async def test_an_issue_is_walked_to_its_end_and_back(on: Scene):
    issue = await on.fires()
    walk = [
        ("acknowledge", {}, "acknowledged it"),
        ("identify", {"text": "Pool too small."}, "identified the cause: Pool too small"),
        ("note", {"text": "Raised it."}, "noted: Raised it"),
        ("assign", {"to": "BEN@example.com"}, "gave it to Ben Ortner"),
        ("unassign", {}, "nobody has it now"),
        ("ticket", {}, "opened MON-"),
        ("unacknowledge", {}, "took the acknowledgement back"),
        ("resolve", {"text": "Done."}, "resolved it: Done"),
        ("reopen", {}, "reopened it"),
    ]
    for kind, body, says in walk:
        done = await on.post(f"/api/issues/{issue.id}/{kind}", body)
        assert done["changed"], kind
        assert says in done["says"]
    assert done["issue"]["status"] == "investigating"
    refused = await on.ask("POST", f"/api/issues/{issue.id}/escalate", {})
    assert (refused.status, refused.json["error"][:20]) == (422, "No escalation policy")
    assert [one.act for one in reversed(await on.trail()) if one.act.startswith("issue.")][-10:] == [
        f"issue.{kind}" for kind, _, _ in walk
    ]


async def test_what_is_so_already_says_since_when_and_by_whom(on: Scene):
    issue = await on.fires()
    await on.post(f"/api/issues/{issue.id}/acknowledge")
    await on.clock.advance(300)
    again = await on.post(f"/api/issues/{issue.id}/acknowledge", key=ANNAS)
    assert not again["changed"]
    assert "acknowledged already" in again["says"]
    assert "operator key" in again["says"]


async def test_the_same_request_acts_once_and_another_keys_request_is_another(on: Scene):
    issue = await on.fires()
    headers = {"Idempotency-Key": "deploy-17"}
    path = f"/api/issues/{issue.id}/note"
    first = await on.post(path, {"text": "Deployed."}, headers=headers)
    again = await on.post(path, {"text": "Deployed."}, headers=headers)
    assert (first["changed"], again["changed"]) == (True, False)
    assert again["says"] == first["says"]
    assert (await on.post(path, {"text": "Deployed."}, headers=headers, key=ANNAS))["changed"]
    assert (await on.post(path, {"text": "Deployed."}))["changed"]
    assert (await on.post(path, {"text": "Deployed."}))["changed"]
    assert len(await on.trail("issue.note")) == 4


async def test_a_key_named_by_an_address_acts_as_that_person(on: Scene):
    issue = await on.fires()
    done = await on.post(f"/api/issues/{issue.id}/assign", key=ANNAS)
    anna = await on.person(ANNA)
    assert done["issue"]["owner"] | {"at": None} == {
        "name": "Anna Berger",
        "person": anna,
        "platform": "api",
        "at": None,
    }
    (entry,) = await on.trail("issue.assign")
    assert (entry.actor, entry.details["from"]) == (anna, "api")
    await on.post(f"/api/issues/{issue.id}/note", {"text": "x"}, key=OPERATOR)
    (entry,) = await on.trail("issue.note")
    assert (entry.actor, entry.details["name"]) == (None, "operator key")


async def test_somebody_is_named_by_address_or_id(on: Scene):
    issue = await on.fires()
    ben = await on.person(BEN)
    assert (await on.post(f"/api/issues/{issue.id}/assign", {"to": ben}))["issue"]["owner"]["person"] == ben
    assert not (await on.post(f"/api/issues/{issue.id}/assign", {"to": "ben@example.com"}))["changed"]


@pytest.mark.parametrize("kind", ["acknowledge", "resolve", "note", "assign"])
async def test_an_issue_that_is_not_there_is_said(on: Scene, kind):
    answer = await on.ask("POST", f"/api/issues/ISS-0-nothing/{kind}", {})
    assert answer.status == 404
    assert "ISS-0-nothing" in answer.json["error"]


async def test_a_note_without_words_is_refused(on: Scene):
    issue = await on.fires()
    answer = await on.ask("POST", f"/api/issues/{issue.id}/note", {})
    assert (answer.status, answer.json["error"]) == (422, "A note needs words.")


async def test_alerts_are_listed_while_they_fire_and_after(on: Scene):
    await on.fires(signal(1), signal(2))
    over = signal(1)
    await on.clock.advance(60)
    ended = NOON + timedelta(seconds=60)
    await on.desk.pipeline.accept("default", [type(over)(**_fields(over) | {"status": "resolved", "ended_at": ended})])
    await on.clock.advance(60)
    assert [one["fingerprint"] for one in (await on.get("/api/alerts"))["alerts"]] == ["f2"]
    every = (await on.get("/api/alerts?firing=false"))["alerts"]
    assert {one["fingerprint"]: one["status"] for one in every} == {"f1": "resolved", "f2": "firing"}
    assert len((await on.get("/api/alerts?firing=false&limit=1"))["alerts"]) == 1
    assert Status.RESOLVED not in {one["status"] for one in (await on.get("/api/issues?open=true"))["issues"]}


def _fields(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}  # type: ignore[attr-defined]
