"""Alertmanager's webhook at the API's address (row API-41)."""

from tests.integration.api.scene import OPERATOR, Scene
from tests.unit.integrations.recorded import FOLDER

PATH = "/api/alerts/alertmanager"
ALERT = {"status": "firing", "labels": {"alertname": "Slow", "service": "checkout"}, "fingerprint": "f1"}


async def test_alerts_come_in_with_a_key_of_their_source(on: Scene):
    await on.key("am", source="alertmanager")
    answer = await on.ask("POST", PATH, data=(FOLDER / "alertmanager" / "firing.json").read_bytes(), key="am")
    assert answer.status == 202, answer.text
    assert len((await on.get("/api/alerts?firing=false"))["alerts"]) == answer.json["accepted"]
    assert (await on.post(PATH, {"alerts": [ALERT]}, key="am")) == {"accepted": 1}


async def test_other_keys_do_not_open_it(on: Scene):
    await on.key("grafana", source="grafana")
    for key in (OPERATOR, "grafana", "", "nobody"):
        answer = await on.ask("POST", PATH, {"alerts": [ALERT]}, key=key)
        assert answer.status == 401
    assert (await on.get("/api/alerts"))["alerts"] == []


async def test_what_cannot_be_read_is_named(on: Scene):
    await on.key("am", source="alertmanager")
    answer = await on.ask("POST", PATH, {"alerts": [{**ALERT, "startsAt": "yesterday"}]}, key="am")
    assert (answer.status, answer.json["field"]) == (400, "alerts[0].startsAt")
    assert (await on.ask("POST", PATH, data=b"{", key="am")).status == 400
    text = (await (await on.client.get("/metrics")).read()).decode()
    assert 'aiops_webhooks_total{result="malformed",source="alertmanager"} 2.0' in text


async def test_a_storm_is_not_slowed_by_the_pace_of_questions(on: Scene):
    await on.key("am", source="alertmanager")
    for _ in range(610):
        response = await on.client.post(PATH, json={"alerts": []}, headers={"Authorization": "Bearer am"})
        assert response.status == 202
