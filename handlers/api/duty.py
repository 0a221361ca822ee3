"""Who is on call, and who stands in for whom."""

from uuid import NAMESPACE_URL, uuid5

from bot.model.message import Role
from bot.ports.incidents import Cover
from handlers.api import shapes
from handlers.api.asked import Covering, Nothing, WantedDuty, WantedShifts
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "On call"


async def on_duty(call: Call, asked: WantedDuty) -> Given:
    at = asked.at or call.now
    found = await call.desks.duty.on_duty(call.tenant, at)
    return shapes.Duties(at=at, on_duty=[shapes.OnDuty.model_validate(one) for one in found])


async def shifts(call: Call, asked: WantedShifts) -> Given:
    found = await call.desks.duty.shifts(call.tenant, call.id, asked.days)
    return shapes.Shifts(
        rota=call.id, shifts=[shapes.Shift(starts_at=start, ends_at=end, name=name) for start, end, name in found]
    )


async def cover(call: Call, asked: Covering) -> Given:
    made = Cover(
        str(uuid5(NAMESPACE_URL, f"{call.tenant}:{call.actor.cause}")),  # the same request makes the same one
        asked.rota,
        asked.person,
        asked.starts_at or call.now,
        asked.ends_at,
        asked.instead_of,
        call.actor.by.person,
    )
    await call.desks.duty.cover(call.actor, made)
    return shapes.Cover(
        id=made.id,
        rota=made.rota,
        person=made.person,
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        instead_of=made.instead_of,
    )


async def uncover(call: Call) -> Given:
    gone = await call.desks.duty.uncover(call.actor, call.id)
    return shapes.Changed(
        changed=gone, says="The rota stands again as it was." if gone else "There is no such cover, or no longer."
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/oncall", says="Who is on call.", tag=TAG,
        asks=WantedDuty, gives=shapes.Duties, act=on_duty,
    ),
    Route(
        method="GET", path="/api/oncall/{id}/shifts", says="The coming shifts of a rota.", tag=TAG,
        asks=WantedShifts, gives=shapes.Shifts, act=shifts,
    ),
    Route(
        method="POST", path="/api/oncall/covers", says="Let somebody stand in.", tag=TAG,
        asks=Covering, gives=shapes.Cover, act=cover, needs=Role.OPERATOR,
    ),
    Route(
        method="DELETE", path="/api/oncall/covers/{id}", says="Take it back.", tag=TAG,
        asks=Nothing, gives=shapes.Changed, act=simple(uncover), needs=Role.OPERATOR,
    ),
)  # fmt: skip
