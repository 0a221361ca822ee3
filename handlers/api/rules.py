"""Rules that people taught: read with what they change, and reviewed."""

from bot.model.message import Role
from bot.model.rule import Rule
from handlers.api import rule_shapes as shapes
from handlers.api.asked import Nothing
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "Rules"


async def every(call: Call) -> Given:
    return shapes.Rules(rules=[_rule(one) for one in await call.desks.rules.every(call.tenant)])


async def one(call: Call) -> Given:
    return _rule(await call.desks.rules.find(call.tenant, call.id))


async def withdraw(call: Call) -> Given:
    return _rule(await call.desks.rules.withdraw(call.actor, call.id))


def _rule(rule: Rule) -> shapes.Rule:
    return shapes.Rule.model_validate(rule)


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/rules", says="What people taught, the latest first.", tag=TAG,
        asks=Nothing, gives=shapes.Rules, act=simple(every),
    ),
    Route(
        method="GET", path="/api/rules/{id}", says="One rule, and which questions it changes.", tag=TAG,
        asks=Nothing, gives=shapes.Rule, act=simple(one),
    ),
    Route(
        method="DELETE", path="/api/rules/{id}", says="End a rule before its day.", tag=TAG,
        asks=Nothing, gives=shapes.Rule, act=simple(withdraw), needs=Role.OPERATOR,
    ),
)  # fmt: skip
