"""A question in words that a button or a form carries: it is understood anew, as if it had been typed."""

from pydantic import BaseModel, Field

from bot.intents.intent import Intent
from bot.model.reply import Reply
from bot.ports.tools import Tools


class Ask(BaseModel, frozen=True):
    question: str = Field(min_length=1, max_length=2000, title="Your question", description="In your own words")


async def answer(ask: Ask, _: Tools) -> Reply:
    """Reached only when the engine could not read the question, which it tries first."""
    return Reply(f"I did not understand “{ask.question[:200]}”.", tone="warning")


INTENT = Intent(
    name="ask",
    help="Ask a question.",
    examples=("how is checkout doing?",),
    asks=Ask,
    answer=answer,
    title="Ask Nightdesk",
    command="ask",
    remembered=False,
)
