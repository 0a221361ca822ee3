"""Datasources and applications as they are asked for, shown and filled in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.understanding import understand
from bot.intents import forms
from bot.intents.catalog import BY_NAME
from bot.intents.save_app import services
from bot.model import plain
from bot.model.message import Place, Role
from bot.model.profile import GivenService, Profile, ProfileId, Service, Slos
from bot.model.reply import Button, Buttons, Chart, Form, Reply
from bot.model.series import Metric
from bot.model.source import Datasource, Health, Offer, Tls
from bot.ports.desks import Desks
from bot.query.names import Names
from handlers.slack import views
from handlers.teams import forms as dialogs
from tests.builders import FakeMetrics, person, question, turn
from tests.contracts.sources import profile, source
from tests.desks import desks, tools
from tests.fakes import NOON
from tests.source_desks import Profiles, Sources

SECRET = "hunter22"
UP = Health(up=True, at=NOON, says="Prometheus 2.42.0", latency=timedelta(milliseconds=12))
DOWN = Health(up=False, at=NOON, says="It does not answer. Check that it runs.")
EU, US = source("eu", is_default=True, health=UP, kept=("token",)), source("us", health=DOWN, tls=Tls(verify=False))
GIVEN = Datasource(replace(EU, id="settings:prometheus").id, "Prometheus", "prometheus", "", NOON, NOON)  # type: ignore[arg-type]
ABC = Profile(
    ProfileId("a1"), "abc-app", NOON, NOON, "The shop.", {"type": "microservices", "components": ["web", "api"]},
    {"web": Service("abc_web_", "app=abc-web"), "api": Service()}, EU.id, ("up",), Slos(0.999, 0.02, 500), ("abc",),
)  # fmt: skip


async def run(intent: str, on: Desks, role: Role = Role.ADMIN, reading: Any = None, **given: Any) -> Reply:
    asking = replace(turn(), person=person(role))
    found = BY_NAME[intent]
    reply = await found.answer(found.asks.model_validate(given), replace(tools(on, asking), metrics=reading))
    assert reply is not None
    return reply


def pressable(reply: Reply) -> dict[str, Button]:
    rows = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    return {button.label: button for button in (*rows, *reply.buttons)}


@pytest.mark.parametrize(
    ("text", "intent", "given"),
    [
        ("datasources", "datasources", {}),
        ("datasource eu", "datasource", {"source": "eu"}),
        ("datasource test eu west", "test_datasource", {"source": "eu west"}),
        ("datasource add", "add_datasource", {}),
        ("datasource add eu https://eu.example.com", "add_datasource", {"name": "eu", "url": "https://eu.example.com"}),
        ("datasource default eu", "default_datasource", {"source": "eu"}),
        ("datasource off eu", "switch_off_datasource", {"source": "eu"}),
        ("datasource on eu", "switch_on_datasource", {"source": "eu"}),
        ("datasource remove eu", "remove_datasource", {"source": "eu"}),
        ("datasource", "help", {"about": "datasource"}),
        ("apps", "apps", {}),
        ("app abc-app", "app", {"app": "abc-app"}),
        ("app add abc-app", "add_app", {"name": "abc-app"}),
        ("app here abc", "app_here", {"app": "abc"}),
        ("app stop here", "forget_app_here", {}),
        ("app metrics abc", "app_metrics", {"app": "abc"}),
        ("app remove abc", "remove_app", {"app": "abc"}),
        ("apps discover", "discover_apps", {}),
        ("apps discover eu", "discover_apps", {"source": "eu"}),
        ("please find new applications", "discover_apps", {}),
    ],
)
def test_what_is_said_is_understood(text: str, intent: str, given: dict[str, Any]):
    reading = understand(question(text))
    assert reading is not None
    assert (reading.intent, reading.arguments) == (intent, given)


def test_a_question_that_begins_with_a_verb_is_one():
    reading = understand(question("app latency of checkout since this morning?"))
    assert reading is None or reading.intent != "app"


async def test_all_datasources_with_what_is_wrong():
    reply = await run("datasources", desks(sources=Sources([GIVEN, EU, US])))
    told = plain.render(reply)
    assert reply.summary == "3 datasources; 1 of them does not answer."
    assert "us: It does not answer. Check that it runs." in told
    assert "eu (default)" in told
    assert "Prometheus 2.42.0" in told
    assert "Add a datasource…" in pressable(reply)
    assert pressable(await run("datasources", desks(sources=Sources([EU])), Role.VIEWER)) == {}
    assert (await run("datasources", desks())).tone == "warning"


@pytest.mark.parametrize(
    ("one", "role", "labels"),
    [
        (EU, Role.ADMIN, ["Test", "Edit…", "Switch off", "Remove"]),
        (US, Role.ADMIN, ["Test", "Edit…", "Make default", "Switch off", "Remove"]),
        (replace(US, is_enabled=False), Role.ADMIN, ["Edit…", "Switch on", "Remove"]),
        (GIVEN, Role.ADMIN, ["Test"]),
        (EU, Role.OPERATOR, ["Test"]),
    ],
)
async def test_one_datasource_with_what_may_be_done(one: Datasource, role: Role, labels: list[str]):
    reply = await run("datasource", desks(sources=Sources([one])), role, source=one.name)
    assert list(pressable(reply)) == labels
    assert (one.url in plain.render(reply)) is (role is Role.ADMIN and bool(one.url)) or not one.url


async def test_a_certificate_that_is_not_verified_is_said():
    assert "not verified" in plain.render(await run("datasource", desks(sources=Sources([US])), source="us"))


@pytest.mark.parametrize(
    ("intent", "says"),
    [
        ("test_datasource", "us is up."),
        ("default_datasource", "Questions that name no datasource go to us from now on."),
        ("switch_off_datasource", "us is off from now on."),
        ("switch_on_datasource", "us is on from now on."),
        ("remove_datasource", "us is removed, and its secrets with it."),
    ],
)
async def test_what_is_done_is_said(intent: str, says: str):
    assert (await run(intent, desks(sources=Sources([US])), source="us")).summary == says


async def test_a_filled_form_becomes_a_datasource():
    on = Sources()
    form = {
        "name": "eu",
        "url": "https://eu.example.com",
        "token": SECRET,
        "org": "acme",
        "page": "https://p.example.com",
    }
    reply = await run("save_source", desks(sources=on), **form)
    assert reply.summary == "eu is added, and the default."
    (draft,) = on.drafts
    assert draft.token is not None
    assert (draft.token.get_secret_value(), draft.auth, draft.org) == (SECRET, "bearer", "acme")
    assert (draft.config, draft.is_default) == ({"page": "https://p.example.com"}, None)
    assert SECRET not in repr(reply)


async def test_a_form_may_only_test():
    on = Sources()
    reply = await run(
        "save_source", desks(sources=on), name="eu", url="https://x", password=SECRET, user="a", only_test=True
    )
    assert reply.summary == "It answers: Prometheus 2.42.0. It took 12 ms. Nothing is saved."
    assert on.all == []
    on.health = DOWN
    reply = await run("save_source", desks(sources=on), name="eu", url="https://x", token=SECRET, only_test="true")
    assert (reply.summary, reply.tone) == ("Nothing is saved. It does not answer. Check that it runs.", "bad")
    assert SECRET not in repr(reply)


async def test_what_a_changed_form_leaves_empty_stays():
    standing = replace(EU, org="acme", config={"x": 1}, tls=Tls(ca="PEM", verify=True), user="")
    on = Sources([standing])
    await run("save_source", desks(sources=on), source=EU.id, name="europe", url=EU.url, verify=False, is_default=True)
    (draft,) = on.drafts
    assert (draft.name, draft.org, draft.config, draft.ca, draft.verify) == ("europe", "acme", {"x": 1}, "PEM", False)
    assert (draft.token, draft.auth, draft.is_default) == (
        None,
        "bearer" if standing.auth == "bearer" else "none",
        True,
    )


@pytest.mark.parametrize("intent", ["save_source", "save_app"])
def test_the_forms_are_a_modal_and_a_dialog_and_show_no_secret(intent: str):
    found = BY_NAME[intent]
    asks = tuple(name for name in found.asks.model_fields if name not in ("source", "app"))
    secrets = {"token": SECRET, "password": SECRET} if intent == "save_source" else {}
    form = forms.form(found, {"name": "eu", **secrets}, asks)
    assert isinstance(form, Form)
    modal = views.modal(form, views.Errand(Place("slack", "T1", "C1"), intent))
    assert modal is not None
    assert len(modal["blocks"]) == len(asks)
    dialog = dialogs.opened(form, asks)
    assert SECRET not in f"{modal}{dialog}"
    assert {"ca": "lines", "services": "lines"}.items() & {field.name: field.shape for field in form.fields}.items()


@pytest.mark.parametrize("one", [EU, ABC])
async def test_the_edit_button_carries_what_the_form_shows(one: Any):
    if isinstance(one, Profile):
        reply = await run("app", desks(profiles=Profiles([one]), sources=Sources([EU])), app=one.name)
    else:
        reply = await run("datasource", desks(sources=Sources([one])), source=one.name)
    edit = pressable(reply)["Edit…"]
    form = forms.form(BY_NAME[edit.intent], edit.arguments, edit.asks)
    assert {field.name: field.value for field in form.fields}["name"] == one.name
    assert set(form.arguments) == {"app" if isinstance(one, Profile) else "source"}


async def test_applications_and_one_of_them():
    on = desks(profiles=Profiles([ABC]), sources=Sources([EU]))
    told = plain.render(await run("apps", on))
    assert "99.9 % available, at most 2 % errors, p95 within 500 ms" in told
    shown = await run("app", on, app="ABC")
    told = plain.render(shown)
    assert shown.summary == "The shop."
    assert "web (abc_web_…, app=abc-web)" in told
    assert "Components" in told
    assert list(pressable(shown)) == ["Metrics", "Edit…", "This channel is about it", "Remove"]
    assert list(pressable(await run("app", on, Role.OPERATOR, app="abc"))) == ["Metrics"]
    assert (await run("app_here", on, app="abc")).summary == "Questions in this channel are about abc-app from now on."
    assert "no longer" in (await run("forget_app_here", on)).summary
    assert (await run("forget_app_here", on)).summary == "This channel was about no application."
    assert (await run("remove_app", on, app="abc")).summary == "abc-app is removed."
    assert (await run("apps", on)).summary == "I know of no application yet."


async def test_a_filled_form_becomes_an_application():
    on = Profiles()
    await run(
        "save_app", desks(profiles=on), name="abc-app", services="web: abc_web_ app=abc-web\n\napi", metrics="up, x,",
        availability="0.999", components="web, api", kind="microservices", aliases="abc",
    )  # fmt: skip
    (draft,) = on.drafts
    assert draft.service_mappings == {
        "web": GivenService(metrics_prefix="abc_web_", log_label="app=abc-web"), "api": GivenService(),
    }  # fmt: skip
    assert (draft.default_metrics, draft.slos.availability, draft.aliases) == (("up", "x"), 0.999, ("abc",))
    assert draft.architecture_info == {"type": "microservices", "components": ["web", "api"]}


async def test_what_a_changed_application_leaves_empty_stays():
    on = Profiles([ABC])
    await run("save_app", desks(profiles=on), app="a1", name="abc-app", error_rate=0.01)
    (draft,) = on.drafts
    assert (draft.description, draft.slos.availability, draft.slos.error_rate) == ("The shop.", 0.999, 0.01)
    assert (draft.aliases, draft.datasource_id, list(draft.service_mappings)) == (("abc",), EU.id, ["web", "api"])


@pytest.mark.parametrize("text", ["web a b", "web app=a app=b", "web 1x=y", ": x"])
def test_a_service_that_cannot_be_read_is_a_fault_at_its_field(text: str):
    with pytest.raises(ValueError, match="is not a"):
        services(text)
    assert "services" in forms.faults(BY_NAME["save_app"].asks, {"name": "x", "services": text})


def knowing(values: dict[str, tuple[str, ...]], answers: dict[str, list[dict[str, str]]], *names: str) -> FakeMetrics:
    return FakeMetrics(
        lambda query, _: [(labels, 1.0) for labels in answers.get(query, [])],
        Names(values, {name: Metric(name) for name in names}),
    )


async def test_applications_are_proposed_from_what_the_source_has():
    metrics = knowing(
        {"app": ("abc-app", "pay"), "service": ("web", "pay"), "job": ("prometheus", "pay")},
        {
            "count by (app) (http_requests_total)": [{"app": "abc-app"}],
            "count by (app) (up)": [{"app": "abc-app"}, {"app": "pay"}],
            "count by (service) (up)": [{"service": "web"}],
            'count by (app, service) (up{app!="", service!=""})': [{"app": "abc-app", "service": "web"}],
        },
        "up", "http_requests_total", "abc_app_logins_total", "abc_app_carts",
    )  # fmt: skip
    known = Profiles([profile("web")])
    on = desks(profiles=known)
    reply = await run("discover_apps", on, reading=metrics)
    told = plain.render(reply)
    assert "knows of 2 applications that I do not know yet" in reply.summary
    assert 'abc-app (app="abc-app"): web; metrics http_requests_total, up, abc_app_…' in told
    first, second = [block.buttons[0] for block in reply.blocks if isinstance(block, Buttons)]
    assert await run("confirm_app", on, **first.arguments)
    (draft,) = known.drafts
    assert (draft.name, draft.default_metrics) == ("abc-app", ("http_requests_total", "up"))
    assert draft.service_mappings == {"web": GivenService(log_label="service=web")}
    again = await run("discover_apps", on, reading=metrics)
    assert [block.buttons[0].arguments["name"] for block in again.blocks if isinstance(block, Buttons)] == ["pay"]
    assert second.arguments["metrics"] == "up"


@pytest.mark.parametrize(
    ("values", "proposed"),
    [
        ({"job": ("prometheus", "node-exporter", "shop")}, ["shop"]),
        ({"service": ("a", "b"), "job": ("c",)}, ["a", "b"]),
        ({"app": ("a",), "application": ("A", "b")}, ["a", "b"]),
        ({"app": ("", "--", "x" * 81)}, []),
    ],
)
async def test_who_is_proposed(values: dict[str, tuple[str, ...]], proposed: list[str]):
    reply = await run("discover_apps", desks(), reading=knowing(values, {}))
    found = [block.buttons[0].arguments["name"] for block in reply.blocks if isinstance(block, Buttons)]
    assert found == proposed


async def test_what_a_grafana_offers_is_added_by_a_press():
    behind = source("g", type="grafana")
    on = Sources([behind], offered=[Offer("p1", "Mimir", "prometheus", "https://g/p1")])
    assert "Its datasources" in pressable(await run("datasource", desks(sources=on), source="g"))
    reply = await run("offered_datasources", desks(sources=on), source="g")
    assert reply.summary == "It offers 1 datasource that I can read."
    shown = await run("adopt_datasource", desks(sources=on), **pressable(reply)["Add"].arguments)
    assert shown.title == "Mimir"
    on.offered = []
    assert "no datasource that I can read" in (await run("offered_datasources", desks(sources=on), source="g")).summary


async def test_the_metrics_of_an_application_are_drawn_and_what_is_missing_is_said():
    app = replace(ABC, datasource=None, default_metrics=("http_requests_total", "up", "gone"))
    names = Names({"app": ("abc-web",)}, {name: Metric(name) for name in ("http_requests_total", "up")})
    metrics = FakeMetrics(lambda query, _: [({}, 12.5)] if "rate" in query else [({}, 1.0)], names)
    reply = await run("app_metrics", desks(profiles=Profiles([app])), Role.VIEWER, metrics, app="abc")
    assert reply.summary == "abc-app, now: http_requests_total 12.5 per second, up 1."
    assert [block.caption for block in reply.blocks if isinstance(block, Chart)] == ["http_requests_total", "up"]
    assert "gone: test source knows no metric gone." in plain.render(reply)
    assert metrics.asked == ['sum(rate(http_requests_total{app="abc-web"}[5m]))', 'avg(up{app="abc-web"})']
