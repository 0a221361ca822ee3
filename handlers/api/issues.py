"""Issues and alerts: seen, and walked to their end as in chat."""

from collections.abc import Awaitable, Callable

from bot.model.errors import Missing
from bot.model.issue import IssueId
from bot.model.message import Role
from bot.ports.desks import Act, ActKind
from bot.ports.incidents import Wanted
from handlers.api import shapes
from handlers.api.asked import Assigning, Nothing, Saying, WantedAlerts, WantedIssues
from handlers.api.people import person
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "Issues"


async def find(call: Call, asked: WantedIssues) -> Given:
    wanted = Wanted(
        open=asked.open,
        status=asked.status,
        severity=asked.severity,
        service=asked.service,
        since=asked.since,
        limit=asked.limit,
    )
    found = await call.desks.incidents.find(call.tenant, wanted)
    return shapes.Issues(issues=[shapes.Issue.model_validate(one) for one in found])


async def whole(call: Call) -> Given:
    found = await call.desks.incidents.whole(call.tenant, IssueId(call.id))
    if found is None:
        raise Missing(f"There is no issue {call.id}.")
    return shapes.WholeIssue.model_validate(found)


async def alerts(call: Call, asked: WantedAlerts) -> Given:
    found = await call.desks.incidents.alerts(call.tenant, firing=asked.firing, limit=asked.limit)
    return shapes.Alerts(alerts=[shapes.Alert.model_validate(one) for one in found])


async def assign(call: Call, asked: Assigning) -> Given:
    return await _done(call, Act("assign", IssueId(call.id), await person(call, asked.to, "to"), asked.text))


def _acting(kind: ActKind) -> Callable[[Call, Saying], Awaitable[Given]]:
    async def act(call: Call, asked: Saying) -> Given:
        return await _done(call, Act(kind, IssueId(call.id), text=asked.text))

    return act


async def _done(call: Call, act: Act) -> Given:
    return shapes.Done.model_validate(await call.desks.incidents.act(call.actor, act))


_ACTS: dict[ActKind, str] = {
    "acknowledge": "Say that somebody is on it; escalation stops.",
    "unacknowledge": "Take the acknowledgement back; escalation begins anew.",
    "identify": "The cause is known; `text` is the workaround.",
    "resolve": "It is over.",
    "reopen": "It is not over after all.",
    "unassign": "Nobody has it any more.",
    "escalate": "Call the next step of its policy now.",
    "note": "Add a line to its story.",
    "separate": "What joined it is something else; `text` is the key of it, empty: what joined last.",
    "ticket": "Open a ticket for it, or tell which one it has.",
}

ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/issues", says="Issues, newest first.", tag=TAG,
        asks=WantedIssues, gives=shapes.Issues, act=find,
    ),
    Route(
        method="GET", path="/api/issues/{id}", says="One issue with its alerts and its story.", tag=TAG,
        asks=Nothing, gives=shapes.WholeIssue, act=simple(whole),
    ),
    Route(
        method="GET", path="/api/alerts", says="Single alerts, as their sources know them.", tag=TAG,
        asks=WantedAlerts, gives=shapes.Alerts, act=alerts,
    ),
    Route(
        method="POST", path="/api/issues/{id}/assign", says="Give it to somebody.", tag=TAG,
        asks=Assigning, gives=shapes.Done, act=assign, needs=Role.OPERATOR,
    ),
    *(
        Route(
            method="POST", path=f"/api/issues/{{id}}/{kind}", says=says, tag=TAG,
            asks=Saying, gives=shapes.Done, act=_acting(kind), needs=Role.OPERATOR,
        )
        for kind, says in _ACTS.items()
    ),
)  # fmt: skip
