"""Where issues are told."""

import pytest

from bot.model.message import Place
from bot.model.plan import Plan, Policy, Route, Step, Target
from bot.model.severity import Severity
from bot.pipeline import routing
from tests.unit.pipeline.issues import issue

OPS, DEV, TEAM = (
    Target(platform="slack", channel="C0OPS"),
    Target(platform="slack", channel="C0DEV", workspace="T0OTHER"),
    Target(platform="teams", channel="19:ops"),
)
CRITICAL = Route(name="critical", at_least="critical", to=(OPS, TEAM), also=True, policy="day")
CHECKOUT = Route(name="checkout", match=('service="checkout"',), to=(DEV, OPS), story="full")
REST = Route(name="rest", to=(OPS,))
PLAN = Plan(routes=(CRITICAL, CHECKOUT, REST), policies={"day": Policy(steps=(Step(notify=("mail:a@b.c",)),))})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"severity": Severity.CRITICAL}, ["critical", "checkout"]),
        ({"severity": Severity.HIGH}, ["checkout"]),
        ({"severity": Severity.CRITICAL, "services": ("search",)}, ["critical", "rest"]),
        ({"severity": Severity.LOW, "services": ()}, ["rest"]),
    ],
)
def test_the_first_that_fits_and_on_while_they_say_also(given, expected):
    assert [route.name for route in routing.routes(issue(**given), PLAN)] == expected


@pytest.mark.parametrize(
    ("matcher", "fits"),
    [
        ('source="alertmanager"', True),
        ('severity=~"critical|high"', True),
        ('region="eu-west-1"', True),
        ('team="payments"', True),
        ('alertname="Checkout latency is high"', True),
        ('team!="payments"', False),
        ('nothing=""', True),
    ],
)
def test_what_routes_are_matched_against(matcher, fits):
    about = issue(labels={"team": "payments", "severity": "page", "source": "forged"})
    assert bool(routing.routes(about, Plan(routes=(Route(match=(matcher,)),)))) is fits


def test_each_place_once_by_its_first_route():
    spots = routing.spots((CRITICAL, CHECKOUT), {"slack": "T0NIGHT", "teams": "tenant-1"})
    assert [(spot.place, spot.route.name) for spot in spots] == [
        (Place("slack", "T0NIGHT", "C0OPS"), "critical"),
        (Place("teams", "tenant-1", "19:ops"), "critical"),
        (Place("slack", "T0OTHER", "C0DEV"), "checkout"),
    ]


def test_a_target_without_a_workspace_is_no_place():
    assert [spot.place.channel for spot in routing.spots((CRITICAL, CHECKOUT), {"slack": ""})] == ["C0DEV"]


def test_the_first_policy_counts():
    assert routing.policy((REST, CRITICAL)) == "day"
    assert routing.policy((REST,)) == ""
