"""What the terminal's office commands do: keys of webhooks and of the API, and the plan."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.desk import plans
from bot.desk.office import Office, terminal
from bot.model.errors import Misconfigured
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.settings import Environment, Settings, read
from handlers.web.webhook_answers import EVENTS, HEARTBEAT, USAGE
from integrations.catalog import WEBHOOKS
from storage.storage import SqlStorage, open_storage

OK, FAILED = 0, 1
API = "api"


async def new_key(env: Environment, source: str, name: str, role: str) -> int:
    sources = [*(webhook.name for webhook in WEBHOOKS), HEARTBEAT, EVENTS, USAGE]
    if source not in (*sources, API):
        raise Misconfigured(f"“{source}” is no source.", advice=f"One of: {', '.join(sources)}, {API}.")
    if role and source != API:
        raise Misconfigured("Only an API key has a role.")
    async with _office(env) as (office, settings, _):
        given = role or ("operator" if source == API else "")
        key, secret = await office.new_key(terminal(DEFAULT_TENANT, _cause()), source, name, given)
    print(f"Key {key.id} ({key.name}) is made. It is shown this once:\n\n  {secret}\n")
    print(f"  {_use(source, secret, settings)}")
    return OK


async def list_keys(env: Environment) -> int:
    async with _office(env) as (office, _, _):
        keys = await office.keys(DEFAULT_TENANT)
    if not keys:
        print("There are no keys. Make one with `nightdesk keys new alertmanager`.")
    for key in keys:
        state = f"revoked {_day(key.revoked_at)}" if key.revoked_at else f"last used {_day(key.used_at)}"
        print(f"{key.id}  {key.source:<13} {key.name:<20} made {_day(key.created_at)}  {state}")
    return OK


async def revoke_key(env: Environment, key: str) -> int:
    async with _office(env) as (office, _, _):
        gone = await office.revoke_key(terminal(DEFAULT_TENANT, _cause()), key)
    print(f"Key {key} lets nobody in any more." if gone else f"There is no key {key}, or it was revoked already.")
    return OK if gone else FAILED


async def show_plan(env: Environment) -> int:
    async with _office(env) as (office, _, _):
        print(plans.write(await office.plan(DEFAULT_TENANT)), end="")
    return OK


def check_plan(file: Path) -> int:
    print(_summary(plans.read(file)))
    return OK


async def apply_plan(env: Environment, file: Path) -> int:
    plan = await asyncio.to_thread(plans.read, file)
    async with _office(env) as (_, settings, storage):
        if settings.plan:
            raise Misconfigured(
                f"NIGHTDESK_PLAN names {settings.plan}; that file is the plan.", advice="Change it, and start anew."
            )
        async with storage.work(DEFAULT_TENANT) as work:
            await work.plans.save(plan, SystemClock().now())
    print(f"Kept. {_summary(plan)}")
    return OK


def _summary(plan: Plan) -> str:
    counted = {
        "route": len(plan.routes),
        "policy": len(plan.policies),
        "rota": len(plan.rotas),
        "heartbeat": len(plan.heartbeats),
        "department": len(plan.departments),
    }
    plurals = {"policy": "policies"}
    told = [
        f"{count} {name if count == 1 else plurals.get(name, name + 's')}" for name, count in counted.items() if count
    ]
    return f"The plan is good: {', '.join(told) or 'everything as by default'}."


def _use(source: str, secret: str, settings: Settings) -> str:
    if source == API:
        return f"Use it as: Authorization: Bearer {secret}"
    if source == "pagerduty":
        return f"Events API v2 at {settings.public_url}/v2/enqueue with this as routing_key."
    if source == EVENTS:
        return f"POST {settings.public_url}/api/monitoring/ingest or /v1/logs with: Authorization: Bearer {secret}"
    if source == USAGE:
        return f"POST {settings.public_url}/api/ai/usage or /v1/traces with: Authorization: Bearer {secret}"
    if source == HEARTBEAT:
        return f"Let the beat ask for {settings.public_url}/webhooks/heartbeat/{secret}?name=its-name-in-the-plan"
    return f"Point the source at {settings.public_url}/webhooks/{source}/{secret}"


def _day(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d") if at else "never"


def _cause() -> str:
    return f"terminal:{uuid.uuid4()}"


@asynccontextmanager
async def _office(env: Environment) -> AsyncIterator[tuple[Office, Settings, SqlStorage]]:
    settings, clock = read(env), SystemClock()
    async with open_storage(settings.database_url, keys=settings.keys, clock=clock) as storage:
        yield Office(storage, clock), settings, storage
