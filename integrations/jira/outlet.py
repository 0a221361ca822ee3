"""Tickets told to a Jira project: an issue for each, a comment for each news, closed when it is resolved."""

import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.model import ticket_sheet
from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.message import Place
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace
from bot.ports.services import Clock
from integrations.jira import bodies
from integrations.jira.connection import WHAT, Connection, Refused, not_jira
from integrations.listener import Listener

log = logging.getLogger(__name__)

NAME = "jira"
PACE = Pace(burst=5, every=1.0)
# A search sees a new issue only after a while: seconds on a server, minutes in the cloud. Before that, “not found”
# says nothing.
SEEN_AFTER = {True: timedelta(minutes=2), False: timedelta(seconds=15)}
FORGET_AFTER = timedelta(days=2)
LATEST_COMMENTS = "50"


class JiraOutlet(Listener):
    """Fills `bot.ports.outlet.Outlet`."""

    name = NAME
    pace = PACE

    def __init__(
        self, connection: Connection, place: Place, clock: Clock, *, issue_type: str, resolved_status: str, page: str
    ) -> None:
        self._connection, self.place, self._clock = connection, place, clock
        self._issue_type, self._resolved_status, self._page = issue_type, resolved_status, page
        self._doubted: dict[str, datetime] = {}  # since when an order may stand there without being found
        self._without_priority = False

    async def send(self, order: Order) -> Receipt:
        key, sheet = _key(order.tenant, order.key), ticket_sheet.read(order.reply)
        resolved = sheet.status == "resolved"
        if order.receipt is None:
            made = await self._create(order, key, sheet)
            if resolved:
                await self._close_if_it_can_be(made)
            return Receipt(made)
        await self._comment(order, key, order.receipt.id)
        if resolved:
            await self._close(order.receipt.id)
        return Receipt(order.receipt.id)

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:
        """Asks again later while a search cannot know yet."""
        now, whole = self._clock.now(), _key(tenant, key)
        self._doubted = {one: at for one, at in self._doubted.items() if now - at < FORGET_AFTER}
        # What an earlier process or another replica tried last is not known: perhaps a moment ago.
        doubted = max(since, self._doubted.setdefault(whole, now))
        found = await self._search(bodies.to_query(place.channel, whole))
        if found is None and now - doubted < SEEN_AFTER[self._connection.in_cloud]:
            raise Unavailable(WHAT, retry_after=SEEN_AFTER[self._connection.in_cloud] - (now - doubted))
        return Receipt(found) if found else None

    def named(self, receipt: Receipt) -> Link:
        return Link(receipt.id, f"{self._page}/browse/{quote(receipt.id, safe='')}")

    async def check(self) -> str:
        """Looks at the project, and whether it has issues of that type. Raises a Problem."""
        project = self.place.channel
        try:
            answer = await self._connection.get(f"2/project/{quote(project, safe='')}")
        except Rejected as problem:
            if problem.code != "404":
                raise
            raise Rejected(
                f"Jira knows no project {project}, or does not show it to this user.",
                code="404",
                advice="Check JIRA_PROJECT: the key that issues begin with, such as OPS.",
            ) from problem
        types = bodies.issue_types(answer)
        if types and self._issue_type not in types:
            raise Rejected(
                f"The project {project} has no issues of the type {self._issue_type}.",
                advice=f"Set JIRA_ISSUE_TYPE to one of: {', '.join(types)}.",
            )
        return f"Jira answers; tickets go to {project} as {self._issue_type}."

    async def _create(self, order: Order, key: str, sheet: ticket_sheet.Sheet) -> str:
        fields = bodies.to_issue(order.reply, sheet, key, order.place.channel, self._issue_type)
        if self._without_priority:
            del fields["priority"]
        try:
            answer = await self._post_issue(key, fields)
        except Refused as problem:
            if problem.fields != {"priority"} or "priority" not in fields:
                raise
            # Projects without this field on their screen refuse it. The description says it anyway.
            del fields["priority"]
            answer = await self._post_issue(key, fields)
            self._without_priority = True
        self._doubted.pop(key, None)
        try:
            return bodies.key_of(answer)
        except ValueError as problem:
            raise not_jira() from problem

    async def _post_issue(self, key: str, fields: dict[str, Any]) -> Any:
        try:
            return await self._connection.post("2/issue", {"fields": fields})
        except Unavailable as problem:
            if not problem.definite:
                self._doubted[key] = self._clock.now()
            raise

    async def _search(self, query: str) -> str | None:
        """The cloud has closed the older way; servers do not know the newer one."""
        path = "3/search/jql" if self._connection.in_cloud else "2/search"
        answer = await self._connection.post(path, {"jql": query, "fields": ["created"], "maxResults": 1})
        try:
            return bodies.found_in(answer)
        except ValueError as problem:
            raise not_jira() from problem

    async def _comment(self, order: Order, key: str, issue: str) -> None:
        """Once: an answer that was lost does not tell whether the comment stands."""
        path = f"2/issue/{quote(issue, safe='')}/comment"
        latest = await self._connection.get(path, orderBy="-created", maxResults=LATEST_COMMENTS)
        if not bodies.comments_hold(latest, bodies.mark(key)):
            await self._connection.post(path, {"body": bodies.to_comment(order.reply, key)})

    async def _close(self, issue: str) -> None:
        path = f"2/issue/{quote(issue, safe='')}"
        if bodies.is_done(await self._connection.get(path, fields="status")):
            return
        steps = await self._connection.get(f"{path}/transitions", expand="transitions.fields")
        step = bodies.to_done(steps, self._resolved_status)
        if step is None:
            # Its workflow does not let this user close it from where it stands. The comment says that it is resolved.
            log.warning("jira_issue_stays_open", extra={"issue": issue})
            return
        await self._connection.post(f"{path}/transitions", step)

    async def _close_if_it_can_be(self, issue: str) -> None:
        """The issue has just been made, and its key must not be lost because it cannot be closed."""
        try:
            await self._close(issue)
        except Problem as problem:
            log.warning("jira_issue_stays_open", extra={"issue": issue, "reason": problem.says})


def _key(tenant: TenantId, key: str) -> str:
    """Ticket numbers of two tenants may be equal."""
    return f"{tenant}/{key}"
