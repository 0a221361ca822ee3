"""The way out of a question that we asked back: nothing happens, and that is said."""

from pydantic import BaseModel

from bot.intents.intent import Intent
from bot.model.reply import Reply
from bot.ports.tools import Tools


class Dismiss(BaseModel, frozen=True):
    pass


async def answer(_: Dismiss, __: Tools) -> Reply:
    return Reply("Nothing was changed.")


INTENT = Intent("dismiss", "Leave it as it is.", (), Dismiss, answer, remembered=False)
