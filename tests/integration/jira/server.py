"""A Jira that checks what Jira checks: who asks, known projects and types, fields, and a search that lags behind."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.ports.services import Clock

EMAIL, API_TOKEN, TOKEN = "bot@example.com", "cloud-token-0123456789", "server-token-0123456789"
BASIC = "Basic " + b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
PRIORITIES = {"Highest", "High", "Medium", "Low", "Lowest"}
JQL = re.compile(r'project = "(?P<project>\w+)" AND labels = "(?P<label>[^"\s]+)" ORDER BY created ASC')
Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


@dataclass
class Issue:
    key: str
    fields: dict[str, Any]
    made_at: datetime
    status: str = "To Do"
    comments: list[str] = field(default_factory=list)
    resolution: str = ""


@dataclass
class FakeJira:
    clock: Clock
    cloud: bool = True
    lag: timedelta = timedelta(0)  # until a search sees a new issue
    priority_on_screen: bool = True
    steps: tuple[tuple[str, str, str], ...] = (("11", "In Progress", "indeterminate"), ("31", "Done", "done"))
    resolutions: tuple[str, ...] = ()  # that a step into done wants one of
    issues: dict[str, Issue] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)  # one for each of the next POSTs, searches aside
    lost: list[str] = field(default_factory=list)  # paths of POSTs whose answer gets lost, once each
    asked: list[str] = field(default_factory=list)
    url: str = ""
    after: Callable[[], None] = lambda: None  # called when something was asked, for who waits to see it

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._handle(request)
        finally:
            self.after()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/rest/api/")
        self.asked.append(f"{request.method} {path}")
        if request.headers.get("Authorization") != (BASIC if self.cloud else f"Bearer {TOKEN}"):
            return web.Response(status=401, text="<html>Basic authentication with passwords is deprecated.</html>")
        if request.method == "POST" and "search" not in path and self.faults:
            answer = await self.faults.pop(0)(request)
            if answer is not None:
                return answer
        answer = await self._answer(request, path)
        if request.method == "POST" and path in self.lost:
            self.lost.remove(path)
            assert request.transport is not None
            request.transport.abort()
        return answer

    async def _answer(self, request: web.Request, path: str) -> web.Response:
        body = await request.json() if request.method == "POST" else {}
        if path == "2/issue":
            return self._make(body["fields"])
        if path == "2/project/OPS":
            types = [{"name": "Task", "subtask": False}, {"name": "Sub-task", "subtask": True}, {"name": "Incident"}]
            return web.json_response({"key": "OPS", "issueTypes": types})
        if path == ("3/search/jql" if self.cloud else "2/search"):
            return self._search(body)
        if path.endswith("/search") or path.endswith("search/jql"):
            says = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
            return _errors(410, says) if self.cloud else web.Response(status=404, text="<html>not here</html>")
        found = re.fullmatch(r"2/issue/([A-Z]+-\d+)(?:/(comment|transitions))?", path)
        if found is None or found[1] not in self.issues:
            missing = "No project could be found with key." if "project" in path else "Issue Does Not Exist"
            return _errors(404, missing)
        return self._of_issue(self.issues[found[1]], found[2] or "", request, body)

    def _make(self, fields: dict[str, Any]) -> web.Response:
        faults: dict[str, str] = {}
        if fields.get("project", {}).get("key") != "OPS":
            faults["project"] = "valid project is required"
        if fields.get("issuetype", {}).get("name") not in ("Task", "Incident"):
            faults["issuetype"] = "Specify a valid issue type"
        summary = fields.get("summary", "")
        if not summary:
            faults["summary"] = "You must specify a summary of the issue."
        if "\n" in summary:
            faults["summary"] = "The summary is invalid because it contains newline characters."
        if len(summary) > 255:
            faults["summary"] = "Summary must be less than 255 characters."
        if len(fields.get("description", "")) > 32767:
            faults["description"] = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        if any(" " in label for label in fields.get("labels", ())):
            faults["labels"] = "The label contains spaces which is invalid."
        if "priority" in fields and not self.priority_on_screen:
            faults["priority"] = "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown."
        elif "priority" in fields and fields["priority"]["name"] not in PRIORITIES:
            faults["priority"] = "The priority selected is invalid."
        if faults:
            return web.json_response({"errorMessages": [], "errors": faults}, status=400)
        issue = Issue(f"OPS-{len(self.issues) + 1}", fields, self.clock.now())
        self.issues[issue.key] = issue
        made = {"id": str(10000 + len(self.issues)), "key": issue.key, "self": f"{self.url}/rest/api/2/issue/1"}
        return web.json_response(made, status=201)

    def _search(self, body: dict[str, Any]) -> web.Response:
        wanted = JQL.fullmatch(body["jql"])
        if wanted is None or wanted["project"] != "OPS":
            return _errors(400, "The value 'XYZ' does not exist for the field 'project'.")
        seen = [
            {"id": "1", "key": issue.key}
            for issue in self.issues.values()
            if wanted["label"] in issue.fields["labels"] and self.clock.now() - issue.made_at >= self.lag
        ]
        return web.json_response({"issues": seen[: body["maxResults"]], "isLast": True})

    def _of_issue(self, issue: Issue, what: str, request: web.Request, body: dict[str, Any]) -> web.Response:
        if what == "" and request.method == "GET":
            category = next((kind for _, name, kind in self.steps if name == issue.status), "new")
            status = {"name": issue.status, "statusCategory": {"key": category}}
            return web.json_response({"key": issue.key, "fields": {"status": status}})
        if what == "comment" and request.method == "GET":
            return web.json_response({"comments": [{"body": one} for one in reversed(issue.comments)], "total": 1})
        if what == "comment":
            if not body.get("body"):
                return _errors(400, "Comment body can not be empty!")
            issue.comments.append(body["body"])
            return web.json_response({"id": "1"}, status=201)
        if what == "transitions" and request.method == "GET":
            return web.json_response({"transitions": [self._step(*step) for step in self.steps]})
        step = next((one for one in self.steps if one[0] == body.get("transition", {}).get("id")), None)
        resolution = body.get("fields", {}).get("resolution", {}).get("name", "")
        if step is None:
            return _errors(400, "It seems that you have tried to perform an illegal workflow operation.")
        if step[2] == "done" and self.resolutions and resolution not in self.resolutions:
            return web.json_response({"errors": {"resolution": "Resolution is required."}}, status=400)
        issue.status, issue.resolution = step[1], resolution
        return web.Response(status=204)

    def _step(self, number: str, name: str, category: str) -> dict[str, Any]:
        needed = {"required": True, "allowedValues": [{"name": one} for one in self.resolutions]}
        fields = {"resolution": needed} if category == "done" and self.resolutions else {}
        return {"id": number, "name": name, "to": {"name": name, "statusCategory": {"key": category}}, "fields": fields}


def says(status: int, text: str = "", **headers: str) -> Fault:
    """Does nothing but answer this."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


@asynccontextmanager
async def serving(jira: FakeJira) -> AsyncIterator[FakeJira]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", jira.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    jira.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield jira
    finally:
        await runner.cleanup()


def _errors(status: int, *words: str) -> web.Response:
    return web.json_response({"errorMessages": [*words], "errors": {}}, status=status)
