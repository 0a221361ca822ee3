"""The plan: read and replaced as a whole, by administrators."""

from hashlib import sha256

from aiohttp import hdrs, web

from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.plan import Plan
from handlers.api.asked import Nothing
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "Plan"


async def show(call: Call) -> Given:
    return _said(await call.desks.office.plan(call.tenant))


async def replace(call: Call, asked: Plan) -> Given:
    """With If-Match only in the place of the plan that was read, so that nobody's change is lost."""
    expected = call.request.headers.get(hdrs.IF_MATCH, "")
    standing = await call.desks.office.plan(call.tenant) if expected else None
    if standing is not None and expected != tag_of(standing):
        raise Rejected("The plan was changed by somebody else.", code="changed", advice="Read it again.")
    return _said(await call.desks.office.new_plan(call.actor, asked, instead_of=standing))


def tag_of(plan: Plan) -> str:
    return f'"{sha256(plan.model_dump_json().encode()).hexdigest()[:32]}"'


def _said(plan: Plan) -> web.Response:
    headers = {hdrs.ETAG: tag_of(plan)}
    return web.Response(
        body=plan.model_dump_json().encode(), content_type="application/json", charset="utf-8", headers=headers
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/plan", says="Routes, rotas, policies and all else that a team decides.", tag=TAG,
        asks=Nothing, gives=Plan, act=simple(show), needs=Role.ADMIN,
    ),
    Route(
        method="PUT", path="/api/plan", says="Replace the plan; refused where it is kept in a file.", tag=TAG,
        asks=Plan, gives=Plan, act=replace, needs=Role.ADMIN,
    ),
)  # fmt: skip
