"""E-mails about issues, for programs."""

from bot.model.severity import Severity
from tests.integration.api.scene import ANNAS, VIEWER, Scene, signal


async def test_drafted_edited_approved_and_taken_back(on: Scene):
    """Rows AAL-01, AAL-02: the fields of a draft."""
    issue = await on.fires(signal(severity=Severity.CRITICAL))
    assert (await on.get("/api/drafts", key=ANNAS))["drafts"] == []
    made = await on.post("/api/drafts", {"issue": issue.id, "audience": "customer"}, key=ANNAS)
    draft = made["draft"]
    told = {name: draft[name] for name in ("alert_id", "alert_type", "related_issue_id", "state", "affected_service")}
    assert told == {
        "alert_id": "ALR-1773835200-customer", "alert_type": "customer", "related_issue_id": issue.id,
        "state": "drafted", "affected_service": "",
    }  # fmt: skip
    again = await on.post("/api/drafts", {"issue": issue.id, "audience": "customer"}, key=ANNAS)
    assert (again["changed"], again["says"]) == (False, "It is drafted already: ALR-1773835200-customer.")
    path = f"/api/drafts/{draft['alert_id']}"
    edited = await on.ask("PUT", path, {"subject": "It is slow", "body": "For 99 minutes."}, key=ANNAS)
    assert (edited.json["draft"]["edition"], edited.json["draft"]["unsure"]) == (2, ["99 minutes"])
    assert (await on.get(path, key=ANNAS))["subject"] == "It is slow"
    for wrong in ({"subject": "a\nb", "body": ""}, {"subject": "a", "body": "b", "recipients": ["nobody"]}):
        assert (await on.ask("PUT", path, wrong, key=ANNAS)).status == 422
    refused = await on.ask("POST", f"{path}/approve", {"edition": 2, "figures": True}, key=ANNAS)
    assert (refused.status, refused.json["error"][:27]) == (422, "Nothing is sent from here: ")
    assert (await on.post(f"{path}/undo", key=ANNAS))["says"] == "It is not approved."
    gone = await on.post(f"{path}/discard", key=ANNAS)
    assert gone["draft"]["state"] == "discarded"
    assert (await on.ask("PUT", path, {"subject": "a", "body": "b"}, key=ANNAS)).status == 422
    assert [entry.act for entry in reversed(await on.trail()) if entry.act.startswith("mail.")] == [
        "mail.drafted", "mail.edited", "mail.discarded",
    ]  # fmt: skip


async def test_who_may_and_what_is_not_there(on: Scene):
    issue = await on.fires()
    assert (await on.ask("GET", "/api/drafts", key=VIEWER)).status == 403
    assert (await on.ask("POST", "/api/drafts", {"issue": issue.id, "audience": "customer"})).status == 422
    assert (await on.ask("POST", "/api/drafts", {"issue": "ISS-9"})).status == 404
    assert (await on.ask("GET", "/api/drafts/ALR-9")).status == 404
    headers = {"Idempotency-Key": "once"}
    for changed in (True, False):
        told = await on.post("/api/drafts", {"issue": issue.id}, headers=headers)
        assert told["changed"] is changed
