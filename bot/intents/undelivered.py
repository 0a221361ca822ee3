"""What could not be said anywhere, why, and saying it again."""

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent
from bot.model import figures
from bot.model.message import Role
from bot.model.parcel import ParcelId, Undelivered
from bot.model.reply import Block, Button, Buttons, Reply, Strong, Text
from bot.model.text import many
from bot.ports.tools import Tools

SHOWN = 10
MOST = 100


class Undeliverable(BaseModel, frozen=True):
    pass


class Resend(BaseModel, frozen=True):
    parcel: str = Field(min_length=1, max_length=200)


class ResendAll(BaseModel, frozen=True):
    pass


async def answer(_: Undeliverable, tools: Tools) -> Reply:
    found = await tools.desks.office.undelivered(tools.turn.tenant, MOST)
    if not found:
        return Reply("Everything was delivered.", tone="good")
    blocks: list[Block] = []
    for one in found[:SHOWN]:
        blocks += [_line(one), Buttons((Button("Send again", "resend", {"parcel": one.id}),))]
    if len(found) > SHOWN:
        blocks.append(Text((f"{len(found) - SHOWN} earlier ones are not shown.",)))
    count = f"At least {MOST} messages" if len(found) == MOST else _messages(len(found))
    every = (Button("Send all again", "resend_all"),) if len(found) > 1 else ()
    return Reply(f"{count} could not be delivered.", tuple(blocks), every, title="Undelivered", tone="warning")


async def resend(ask: Resend, tools: Tools) -> Reply:
    again = await tools.desks.office.resend(tools.turn.actor, ParcelId(ask.parcel))
    return Reply("It is on its way again." if again else "It is not among the undelivered any more.")


async def resend_all(_: ResendAll, tools: Tools) -> Reply:
    """As when a channel is back that was gone over night."""
    office, turn = tools.desks.office, tools.turn
    found = await office.undelivered(turn.tenant, MOST)
    again = sum([await office.resend(turn.actor, one.id) for one in reversed(found)])
    if not again:
        return Reply("Everything was delivered.", tone="good")
    more = " There are more: press it again." if len(found) == MOST else ""
    return Reply(f"{_messages(again)} {'is' if again == 1 else 'are'} on the way again.{more}")


def _messages(count: int) -> str:
    return many(count, "message")


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
    Intent(
        "resend_all", "Send everything again that was not delivered.", (), ResendAll, resend_all,
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
