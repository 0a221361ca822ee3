"""One person on both chats: a code is shown in the one and said in the other."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import Intent, Question
from bot.model.errors import Rejected
from bot.model.message import PlaceKind
from bot.model.reply import Code, Reply, Text
from bot.ports.tools import Tools

_CODE_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


class Link(BaseModel, frozen=True):
    code: str = Field("", max_length=40, title="Code", description="From the other chat; empty: show one here")


async def answer(ask: Link, tools: Tools) -> Reply:
    turn = tools.turn
    if turn.account is None or turn.place.platform not in ("slack", "teams"):
        raise Rejected("Accounts are joined in the chats.", advice="Say `link` to me in Slack or in Teams.")
    if turn.place.kind is not PlaceKind.PERSONAL:
        # Whoever reads the code could take over this person's rights.
        raise Rejected("That is between you and me.", advice="Say `link` in a direct message to me.")
    if ask.code:
        name = await tools.desks.office.link(turn.actor, turn.account, ask.code.strip())
        return Reply(f"Done: this account is {name or 'the same person'} from now on, on both chats.", tone="good")
    code = await tools.desks.office.link_code(turn.tenant, turn.account)
    other = "Teams" if turn.place.platform == "slack" else "Slack"
    return Reply(
        f"Say this to me in a direct message in {other}: link {code}",
        (Text(("The code ", Code(code), " is good for ten minutes and for one use. Show it to nobody.")),),
    )


def words(question: Question) -> Mapping[str, Any] | None:
    code = question.text.strip().upper()
    return {"code": code} if len(code) <= 40 and set(code) <= _CODE_SIGNS and "-" in code else None


INTENT = Intent(
    name="link",
    help="Be one person on both chats.",
    examples=("link",),
    asks=Link,
    answer=answer,
    title="Join your accounts",
    command="link",
    words=words,
    submit="Join",
    remembered=False,
)
