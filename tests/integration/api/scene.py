"""The API over real HTTP, with every desk real; each answer is held against the document that describes it."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator

from bot import incidents
from bot.conversation.engine import Engine
from bot.conversation.hearing import Hearing
from bot.conversation.inbox import Inbox, InboxWorker
from bot.desk.answers import KeptAnswers
from bot.desk.feedback import KeptFeedback
from bot.desk.reader import Readership
from bot.desk.readers import Readable, Readers
from bot.incidents import NightDesk
from bot.model.issue import Issue
from bot.model.keys import digest
from bot.model.message import Account, PersonId
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.desks import QueryDesk
from bot.ports.incidents import Wanted
from bot.ports.opening import Opener
from bot.ports.storage import Entry, Key
from bot.settings import read
from handlers.api import routes
from handlers.api.chat import Chat
from handlers.api.conversations import Conversations
from handlers.api.tokens import Tokens
from handlers.web import application, webhooks
from handlers.web.links import Links
from handlers.web.meters import Meters
from integrations.catalog import WEBHOOKS
from integrations.demo.log_events import LogEvents
from integrations.integration import Arrived, Parts
from storage.storage import SqlStorage
from tests.builders import NoMeters
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock
from tests.sourcing import sourced

ACME = TenantId("acme")
ANNA = Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger", "anna@example.com")
BEN = Account("teams", "tenant-1", "aad-ben", "Ben Ortner", "ben@example.com")
VIEWER, OPERATOR, ADMIN, ANNAS, BENS = "viewer", "operator", "admin", "annas", "bens"
SOURCES = [one.name for one in WEBHOOKS]
PLAN = Plan.model_validate(
    {
        "rotas": {"primary": {"layers": [{"people": ["anna@example.com", "ben@example.com"], "since": "2026-03-16"}]}},
        "departments": {
            "billing_support": {
                "categories": ["billing"],
                "skills": ["billing", "subscription_management"],
                "email": "support@example.com",
                "phone": "+1-800-555-0123",
                "expected_response": "within 30 minutes",
                "handling": "15m",
            }
        },
        "tickets_for_critical": False,
    }
)


def signal(number: int = 1, severity: Severity = Severity.HIGH, **labels: str) -> Signal:
    given = {"alertname": f"Slow{number}", "service": "checkout", **labels}
    return Signal(
        "datadog", f"f{number}", "firing", severity, f"checkout latency is high ({number})", NOON, None, "", given
    )


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Scene:
    storage: SqlStorage
    clock: DrivenClock
    desk: NightDesk
    client: TestClient[web.Request, web.Application]
    document: dict[str, Any]
    hearing: Hearing
    worker: InboxWorker

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = OPERATOR,
        headers: Mapping[str, str] | None = None,
        data: bytes | io.BytesIO | None = None,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {key}", **(headers or {})} if key else dict(headers or {})
        async with self.client.request(method, path, json=body, data=data, headers=sent) as response:
            answer = Answer(response.status, response.headers, await response.text())
            resource = response.request_info.url.path
        self._as_described(method, resource, answer)
        return answer

    async def get(self, path: str, key: str = VIEWER, **more: Any) -> Any:
        answer = await self.ask("GET", path, key=key, **more)
        assert answer.status == 200, answer.text
        return answer.json

    async def post(self, path: str, body: Any = None, *, key: str = OPERATOR, **more: Any) -> Any:
        answer = await self.ask("POST", path, body, key=key, **more)
        assert answer.status in (200, 201, 202), answer.text
        return answer.json

    async def fires(self, *signals: Signal, tenant: TenantId = DEFAULT_TENANT) -> Issue:
        """The newest issue after these."""
        await self.desk.pipeline.accept(tenant, signals or [signal()])
        async with self.storage.work(tenant) as work:
            return (await work.issues.find(Wanted()))[0]

    async def trail(self, act: str = "") -> list[Entry]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [one for one in await work.audit.latest(1000) if not act or one.act == act]

    async def person(self, account: Account) -> PersonId:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return (await work.people.of(account)).id

    async def key(self, secret: str, name: str = "", role: str = "", source: str = "api", **more: Any) -> None:
        tenant = more.pop("tenant", DEFAULT_TENANT)
        made = Key(f"k-{secret}", tenant, source, name or secret, NOON, role, **more)
        await self.storage.keys.add(made, digest(secret))

    def _as_described(self, method: str, path: str, answer: Answer) -> None:
        operation = self._operation(method, path)
        if operation is None or answer.headers.get("Content-Type", "").startswith("text/csv"):
            return
        found = operation["responses"].get(str(answer.status))
        assert found is not None, f"{method} {path} is not said to answer {answer.status}: {answer.text}"
        if "$ref" in found:
            found = self.document["components"]["responses"][str(answer.status)]
        schema = {**found["content"]["application/json"]["schema"], "components": self.document["components"]}
        Draft202012Validator(schema).validate(answer.json)

    def _operation(self, method: str, path: str) -> Any:
        parts = path.strip("/").split("/")
        fitting = []
        for known, operations in self.document["paths"].items():
            names = known.strip("/").split("/")
            same = len(names) == len(parts) and all(
                name == part or name.startswith("{") for name, part in zip(names, parts, strict=True)
            )
            if same and method.lower() in operations:
                fitting.append((known.count("{"), operations[method.lower()]))
        return min(fitting, key=lambda one: one[0])[1] if fitting else None


@asynccontextmanager
async def scene(
    storage: SqlStorage,
    clock: DrivenClock,
    *,
    opener: Opener | None = None,
    readers: Readable | None = None,
    queries: QueryDesk | None = None,
    tokens: Tokens | None = None,
    patience: timedelta = timedelta(seconds=20),
    **env: str,
) -> AsyncIterator[Scene]:
    for tenant in (Tenant(DEFAULT_TENANT, "Default"), Tenant(ACME, "Acme")):
        await storage.directory.save_tenant(tenant)
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(PLAN, clock.now())
        for account in (ANNA, BEN):
            await work.people.of(account)
    meters = Meters()
    sources = sourced(storage, clock, opener)
    desk = incidents.build(
        read({"NIGHTDESK_KEYS": KEY, **env}), storage, clock, meters, {}, {}, sources, queries=queries,
        maker=LogEvents(7), readers=readers,
    )  # fmt: skip
    inbox, hearing = Inbox(storage, clock, meters), Hearing()
    reading = readers or Readers(sources.registry, Readership(clock, NoMeters()))
    engine = Engine(
        clock=clock, sources=reading, feedback=KeptFeedback(storage), questions_a_minute=1000, patience=patience,
        meters=meters, desks=desk.desks, answers=KeptAnswers(storage),
    )  # fmt: skip
    worker = InboxWorker(storage, clock, engine, {}, "UTC", hearing=hearing)
    app = application.build(
        storage=storage, clock=clock, links=Links("secret", "http://bot"), meters=meters, ready=_ready
    )
    async with aiohttp.ClientSession() as session:
        door = webhooks.register(
            app, sources={one.name: one for one in WEBHOOKS}, accept=desk.pipeline.accept, beat=desk.pipeline.beat,
            keys=storage.keys, plans=desk.pipeline.plan, arrived=Arrived, parts=Parts(session, clock), clock=clock,
            meters=meters,
        )  # fmt: skip
        routes.register(
            app, keys=storage.keys, tenants=storage.directory.tenant, desks=desk.desks, clock=clock, sources=SOURCES,
            take=door.post, conversations=Conversations(storage, clock, hearing), readers=reading, understands=engine,
            chat=Chat(storage, clock, inbox, hearing, a_minute=60, patience=patience),
            origins=("https://desk.example.com",), tokens=tokens,
        )  # fmt: skip
        async with TestClient(TestServer(app)) as client, client.get("/openapi.json") as response:
            on = Scene(storage, clock, desk, client, await response.json(), hearing, worker)
            for role in (VIEWER, OPERATOR, ADMIN):
                await on.key(role, f"{role} key", role)
            await on.key(ANNAS, "Anna@example.com", OPERATOR)
            await on.key(BENS, "ben@example.com", OPERATOR)
            await desk.pipeline.start()
            try:
                yield on
            finally:
                await desk.pipeline.stop()


async def _ready() -> Mapping[str, bool]:
    return {}


SOON = timedelta(hours=1)
