"""What could not be said anywhere, why, and saying it again."""

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent
from bot.model import figures
from bot.model.message import Role
from bot.model.parcel import ParcelId, Undelivered
from bot.model.reply import Block, Button, Buttons, Reply, Strong, Text
from bot.ports.tools import Tools

SHOWN = 10
MOST = 100


class Undeliverable(BaseModel, frozen=True):
    pass


class Resend(BaseModel, frozen=True):
    parcel: str = Field(min_length=1, max_length=200)


async def answer(_: Undeliverable, tools: Tools) -> Reply:
    found = await tools.desks.office.undelivered(tools.turn.tenant, MOST)
    if not found:
        return Reply("Everything was delivered.", tone="good")
    blocks: list[Block] = []
    for one in found[:SHOWN]:
        blocks += [_line(one), Buttons((Button("Send again", "resend", {"parcel": one.id}),))]
    if len(found) > SHOWN:
        blocks.append(Text((f"{len(found) - SHOWN} earlier ones are not shown.",)))
    count = f"At least {MOST} messages" if len(found) == MOST else f"{len(found)} messages"
    count = "1 message" if len(found) == 1 else count
    return Reply(f"{count} could not be delivered.", tuple(blocks), title="Undelivered", tone="warning")


async def resend(ask: Resend, tools: Tools) -> Reply:
    again = await tools.desks.office.resend(tools.turn.actor, ParcelId(ask.parcel))
    return Reply("It is on its way again." if again else "It is not among the undelivered any more.")


def _line(one: Undelivered) -> Text:
    where = f"{one.place.platform} {one.place.channel}"
    return Text(
        (Strong(where), f", given up {figures.clock(one.given_up_at)}: {one.error[:200]} “{one.summary[:120]}”")
    )


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "undelivered", "What could not be delivered, and sending it again.", ("undelivered",), Undeliverable, answer,
        command="undelivered", needs=Role.ADMIN, remembered=False,
    ),
    Intent("resend", "Send it again.", (), Resend, resend, needs=Role.ADMIN, remembered=False),
)  # fmt: skip
