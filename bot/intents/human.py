"""A person instead of me: the conversation becomes a ticket in a queue that people work on."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents import forms
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import matches
from bot.model.errors import Rejected
from bot.model.message import PlaceKind
from bot.model.reply import Button, Reply
from bot.model.ticket import Priority
from bot.ports.tools import Tools

ASKS = ("reason", "category", "priority")
BUTTON = Button("Talk to a human", "human", asks=ASKS)
_SOMEBODY = r"(?:a |an |the |some )?(?:human|person|real person|someone|somebody|agent|operator|support|colleague)"
_SAID = (
    rf"(?:i |we )?(?:need|want|would like)(?: to)?(?: (?:talk|speak|chat)(?: to| with))? {_SOMEBODY}",
    rf"(?:let me |i want to |i would like to |i'd like to )?(?:talk|speak|chat) (?:to|with) {_SOMEBODY}",
    rf"(?:get|give|find) me {_SOMEBODY}",
    rf"(?:connect|transfer|hand) me (?:over )?to {_SOMEBODY}",
    r"hand (?:me |this |it )?over to a (?:human|person)",
    r"(?:a )?human",
)
_REVIEW = re.compile(r"\brequir(?:es|ing) (?:a )?human review\b|\bneeds? (?:a )?(?:human|person) to (?:look|review)\b")
_BILLING = re.compile(r"\b(?:billing|billed|invoices?|charged?|charges|refund|payments?)\b")


class Human(BaseModel, frozen=True):
    reason: str = Field("", max_length=2000, title="What is it about?", description="In your own words")
    category: str = Field("general", max_length=60, title="Category", description="Such as general, billing, access")
    priority: Literal["low", "normal", "high", "urgent"] = Field("normal", title="Priority")


async def answer(ask: Human, tools: Tools) -> Reply:
    turn = tools.turn
    if turn.place.kind is PlaceKind.TERMINAL:
        raise Rejected("A human can answer in a chat only.", advice="Ask again in Slack or Teams.")
    standing = await tools.desks.tickets.at(turn.tenant, turn.place)
    if standing:
        return Reply(f"This conversation is with people already: {standing.id}.", buttons=_look(standing.id))
    if not ask.reason.strip():
        asked = forms.form(INTENT, ask.model_dump(exclude_defaults=True), ASKS)
        return Reply("Tell me in a few words what it is about, and I ask a colleague to take over.", (asked,))
    position = await tools.desks.tickets.open(
        turn.actor,
        subject=ask.reason.strip().splitlines()[0][:200],
        body=ask.reason,
        priority=Priority(ask.priority),
        category=_category(ask),
        place=turn.place,
    )
    ticket = position.ticket
    await tools.desks.sessions.escalated(turn.tenant, turn.place)
    return Reply(
        f"I have asked {ticket.department.replace('_', ' ')} to take over: {ticket.id}.", buttons=_look(ticket.id)
    )


def _look(ticket: str) -> tuple[Button, ...]:
    return (Button("Where it stands", "ticket", {"ticket": ticket}),)


def reads(question: Question) -> Reading | None:
    if matches(question.text, _SAID):
        return Reading("human", {}, 0.95)
    return Reading("human", {"reason": question.text.strip()}, 0.9) if _REVIEW.search(question.text.lower()) else None


def words(question: Question) -> Mapping[str, Any] | None:
    """Everything behind the verb is the reason, as it was written."""
    text = question.text.strip()
    return {"reason": text} if text.lower().strip(" .!") not in ("", "please", "now") else {}


def _category(ask: Human) -> str:
    """What is about a bill goes to whoever looks after bills, unless somebody says otherwise."""
    named = ask.category.strip().lower() or "general"
    return "billing" if named == "general" and _BILLING.search(ask.reason.lower()) else named


INTENT = Intent(
    name="human",
    help="Hand this conversation to a person.",
    examples=("I need a human",),
    asks=Human,
    answer=answer,
    reads=reads,
    title="Talk to a human",
    command="human",
    words=words,
    submit="Ask for a human",
    remembered=False,
)
