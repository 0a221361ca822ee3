"""What the team of the demo has decided: where its issues are told, who is called, who is on duty."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from bot.model.plan import Department, Layer, Plan, Policy, Rota, Route, Step, Storm, Target
from bot.model.severity import Severity
from bot.model.spend_limits import AiBudget

ADMIN = "anna.berger@example.com"  # of both doubles
COLLEAGUE = "ben.ortner@example.com"
TEAM = "on call"
PLACE = "Incidents"  # in Teams
STORM_FROM = 8  # more than one can start by hand within a minute
BEGAN = timedelta(days=17)  # in the third week of its rota: it is the first one's turn


def plan(slack: Mapping[str, Any], teams: Mapping[str, Any], now: datetime) -> Plan:
    """`slack` and `teams`: what the doubles hold; channels are found there by their names."""
    incidents = _target("slack", slack["channels"], "incidents")
    checkout = _target("slack", slack["channels"], "checkout")
    in_teams = _target("teams", teams["conversations"], PLACE)
    return Plan(
        routes=(
            Route(name="checkout", match=('service="checkout"',), to=(checkout,), policy=TEAM, also=True),
            Route(
                name="watches",
                match=('source="watch"',),
                at_least=Severity.MEDIUM,
                to=(incidents, in_teams),
                story="quiet",
            ),  # what its alerts tell as well: nobody is called twice
            Route(name="everything", at_least=Severity.MEDIUM, to=(incidents, in_teams), policy=TEAM),
        ),
        group_by=("alertname", "service", "namespace", "env"),
        policies={
            TEAM: Policy(
                steps=(
                    Step(notify=("rota:primary",), wait=timedelta(minutes=2)),
                    Step(notify=(f"slack:{incidents.channel}",), wait=timedelta(minutes=5)),
                )
            )
        },
        rotas={
            "primary": Rota(
                layers=(Layer(people=(ADMIN, COLLEAGUE), since=(now - BEGAN).date()),), tell=(incidents, in_teams)
            )
        },
        departments={
            "operations": Department(categories=("outage", "slow"), to=(incidents, in_teams)),
            "payments": Department(categories=("payment", "refund"), skills=("payments",), to=(checkout,)),
        },
        storm=Storm(from_issues=STORM_FROM, calm_after=timedelta(minutes=2)),
        owner=ADMIN,
        ai_budget=AiBudget(warning=Decimal(65), critical=Decimal(90)),
    )


def _target(platform: Literal["slack", "teams"], places: list[dict[str, Any]], name: str) -> Target:
    return Target(platform=platform, channel=next(place["id"] for place in places if place["name"] == name))
