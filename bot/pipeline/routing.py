"""Where an issue is told, by the plan. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model.issue import Issue, Joined
from bot.model.message import Place
from bot.model.plan import Plan, Route, Target
from bot.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, and the route that leads there."""

    place: Place
    route: Route


def facts(issue: Issue) -> dict[str, str]:
    """What routes, mutes and maintenance windows are matched against."""
    return {
        "service": issue.service,
        "region": issue.regions[0] if issue.regions else "",
        "alertname": issue.title,
        **issue.labels,
        "severity": issue.severity.value,
        "source": issue.source,
    }


def facts_of(issue: Issue, joined: Joined) -> dict[str, str]:
    """The same of alerts that have joined it: where they would be told, it is told, too."""
    own = {"service": issue.service, "region": "", "alertname": joined.title, **joined.labels}
    return {**own, "severity": joined.severity.value, "source": joined.source}


def fits(route: Route, facts: Mapping[str, str], severity: Severity) -> bool:
    return severity.rank >= route.at_least.rank and route.matchers.fit(facts)


def routes(issue: Issue, plan: Plan) -> Sequence[Route]:
    """Those of the issue, and those of what has joined it."""
    found = list(_routes(facts(issue), issue.severity, plan))
    for one in issue.joined:
        found += [route for route in _routes(facts_of(issue, one), one.severity, plan) if route not in found]
    return found


def _routes(known: Mapping[str, str], severity: Severity, plan: Plan) -> Iterator[Route]:
    """The first that fits, and those after it for as long as they say `also`."""
    for route in plan.routes:
        if fits(route, known, severity):
            yield route
            if not route.also:
                break


def spots(routes: Sequence[Route], workspaces: Mapping[str, str]) -> Sequence[Spot]:
    """Each place once, by the first route that leads there. A target without any workspace is no place."""
    found: dict[Place, Spot] = {}
    for route in routes:
        for target in route.to:
            place = place_of(target, workspaces)
            if place is not None:
                found.setdefault(place, Spot(place, route))
    return list(found.values())


def place_of(target: Target, workspaces: Mapping[str, str]) -> Place | None:
    """`workspaces`: the one of each platform that targets mean when they name none."""
    workspace = target.workspace or workspaces.get(target.platform, "")
    return Place(target.platform, workspace, target.channel) if workspace else None


def policy(routes: Sequence[Route]) -> str:
    return next((route.policy for route in routes if route.policy), "")
