"""What administrators ask: the trail, what could not be delivered, and keys."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Sequence

from aiohttp import hdrs, web

from bot.model import spreadsheet
from bot.model.message import Role
from bot.model.parcel import ParcelId
from bot.ports.storage import Trail
from handlers.api import shapes
from handlers.api.asked import MakingKey, Nothing, WantedEntries, WantedUndelivered
from handlers.api.people import names, person
from handlers.api.refusals import Unfit
from handlers.api.route import API, AnyRoute, Call, Given, Route, simple

TAG = "Office"
CSV = "text/csv"
COLUMNS = ("at", "who", "act", "object", "place", "details")


async def trail(call: Call, asked: WantedEntries) -> Given:
    actor = await person(call, asked.actor, "actor")
    wanted = Trail(asked.act, asked.object, actor, asked.since, asked.until, asked.limit)
    found = await call.desks.office.trail(call.tenant, wanted)
    known = await names(call, (one.actor for one in found))
    entries = [
        shapes.Entry(
            act=one.act,
            object=one.object,
            at=one.at,
            actor=one.actor,
            who=known.get(one.actor, "") or str(one.details.get("name") or one.actor or "Nightdesk"),
            place=one.place,
            details=one.details,
        )
        for one in found
    ]
    as_file = asked.format == "csv" if asked.format else CSV in call.request.headers.get(hdrs.ACCEPT, "")
    return await _sheet(call, entries) if as_file else shapes.Entries(entries=entries)


async def undelivered(call: Call, asked: WantedUndelivered) -> Given:
    found = await call.desks.office.undelivered(call.tenant, asked.limit)
    return shapes.AllUndelivered(undelivered=[shapes.Undelivered.model_validate(one) for one in found])


async def resend(call: Call) -> Given:
    again = await call.desks.office.resend(call.actor, ParcelId(call.id))
    return shapes.Changed(
        changed=again, says="It is on its way again." if again else "It is not among the undelivered any more."
    )


async def keys(call: Call) -> Given:
    found = await call.desks.office.keys(call.tenant)
    return shapes.Keys(keys=[shapes.Key.model_validate(one) for one in found])


async def revoke(call: Call) -> Given:
    gone = await call.desks.office.revoke_key(call.actor, call.id)
    return shapes.Changed(
        changed=gone, says="It lets nobody in any more." if gone else "There is no such key, or it was revoked already."
    )


def _making(sources: Collection[str]) -> Callable[[Call, MakingKey], Awaitable[Given]]:
    async def make(call: Call, asked: MakingKey) -> Given:
        if asked.source not in (*sources, API):
            raise Unfit({"source": f"one of {', '.join((*sources, API))}"})
        if asked.role and asked.source != API:
            raise Unfit({"role": "only an API key has one"})
        role = (asked.role or Role.VIEWER) if asked.source == API else ""
        key, secret = await call.desks.office.new_key(call.actor, asked.source, asked.name, role)
        return shapes.NewKey(key=shapes.Key.model_validate(key), secret=secret)

    return make


async def _sheet(call: Call, entries: Sequence[shapes.Entry]) -> web.Response:
    rows = [
        (
            one.at.isoformat(), one.who, one.act, one.object, one.place,
            json.dumps(dict(one.details), ensure_ascii=False, sort_keys=True, default=str),
        )
        for one in entries
    ]  # fmt: skip
    body = await asyncio.to_thread(spreadsheet.write, COLUMNS, rows)
    name = f"audit-{call.now:%Y%m%d-%H%M}.csv"
    headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=CSV, charset="utf-8", headers=headers)


def routes(sources: Collection[str]) -> tuple[AnyRoute, ...]:
    """`sources`: what a key may be made for, besides the API itself."""
    return (
        Route(
            method="GET", path="/api/audit", says="Who did what, and what was decided.", tag=TAG,
            asks=WantedEntries, gives=shapes.Entries, act=trail, needs=Role.ADMIN, media=(CSV,),
        ),
        Route(
            method="GET", path="/api/undelivered", says="What could not be said anywhere, and why.", tag=TAG,
            asks=WantedUndelivered, gives=shapes.AllUndelivered, act=undelivered, needs=Role.ADMIN,
        ),
        Route(
            method="POST", path="/api/undelivered/{id}/resend", says="Say it again.", tag=TAG,
            asks=Nothing, gives=shapes.Changed, act=simple(resend), needs=Role.ADMIN,
        ),
        Route(
            method="GET", path="/api/keys", says="Every key, the revoked ones too; never the secret.", tag=TAG,
            asks=Nothing, gives=shapes.Keys, act=simple(keys), needs=Role.ADMIN,
        ),
        Route(
            method="POST", path="/api/keys", says="Make a key; its secret is shown this once.", tag=TAG,
            asks=MakingKey, gives=shapes.NewKey, act=_making(sources), needs=Role.ADMIN, status=201,
        ),
        Route(
            method="DELETE", path="/api/keys/{id}", says="Revoke a key.", tag=TAG,
            asks=Nothing, gives=shapes.Changed, act=simple(revoke), needs=Role.ADMIN,
        ),
    )  # fmt: skip
