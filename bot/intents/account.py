"""What people ask of an account: its state, its bills, its plan. None of it is connected, which is said plainly;
beside it stand what is known here, what the knowledge base has, and a person."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.desk import usage_sums, usage_words
from bot.intents import human, kb
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.charge import together
from bot.model.errors import Problem
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Reply, Strong, Text
from bot.ports.incidents import Wanted
from bot.ports.knowledge import Search
from bot.ports.tools import Tools

LONGEST = 1000
_ACCOUNT = (
    r"(?:check |show (?:me )?|what(?: is|'s) )?(?:the )?(?:status of )?(?:my|our|the) (?:account|subscription)"
    r"(?: status)?",
    r"account status",
)
_PLAN = (
    r"(?:what|which) (?:new )?(?:features?|limits?) (?:are (?:available |there )?(?:in|on|with)|does) (?:my|our|the)"
    r" plan(?: have| include)?",
    r"what(?: is|'s) (?:new )?(?:in|included in) (?:my|our) plan",
    r"(?:what|which) plan (?:am i|are we) on",
)
_BILLED = re.compile(
    r"\b(?:i was|i've been|i have been|we were|we've been|we have been|got) (?:\w+ )?(?:charged|billed)\b"
    r"|\b(?:charged|billed) (?:me |us )?(?:twice|double|too much|wrongly)\b"
    r"|\b(?:double|wrong|duplicate) (?:charge|invoice|bill)\b"
    r"|\b(?:want|need|get) (?:a |my |our )?(?:refund|money back)\b"
)
_ALERTS = (
    r"how (?:do|can|could|should) (?:i|we) (?:set ?up|create|make|add|configure|get) (?:an? |the )?"
    r"(?:billing|budget|cost|spend(?:ing)?) (?:alerts?|limits?|warnings?)",
    r"(?:set ?up|create|add) (?:an? )?(?:billing|budget|cost) (?:alerts?|limits?)",
)
_NEXT = (
    ("How can I optimize my API usage?", "how can I optimize my API usage?"),
    ("What new features are in my plan?", "what new features are available in my plan?"),
    ("How do I set up billing alerts?", "how do I set up billing alerts?"),
)
_UNKNOWN = {
    "status": "No account system is connected, so I know neither your plan nor its limits, storage or campaigns.",
    "plan": "No account system is connected, so I do not know what your plan holds.",
    "bill": "I am sorry about the trouble. No billing system is connected, so I cannot see what was charged; "
    "a person can look at it.",
    "alerts": "I can watch what AI costs: with a budget I tell you when the month is projected beyond it. "
    "Other bills are not connected.",
}  # fmt: skip


class Account(BaseModel, frozen=True):
    about: Literal["status", "plan", "bill", "alerts"] = Field("status", title="About")
    words: str = Field("", max_length=LONGEST, description="As it was asked")


async def answer(ask: Account, tools: Tools) -> Reply:
    page = await known_page(ask.words or ask.about, tools)
    if ask.about == "bill":
        return Reply(_UNKNOWN["bill"], page, (_human(ask, "billing"), _look_up(ask)), tone="warning")
    if ask.about == "alerts":
        steps = (
            Button("Set a budget…", "set_ai_budget", asks=("tool", "warning", "critical")),
            Button("How budgets stand", "ai_budget"),
        )
        return Reply(_UNKNOWN["alerts"], page, (*steps, _look_up(ask)))
    if ask.about == "plan":
        row = (Button("What I can do", "help"), _look_up(ask), _human(ask, "general"))
        return Reply(_UNKNOWN["plan"], page, row, tone="warning")
    facts = await _known_here(tools)
    follow = Buttons(tuple(Button(label, "ask", {"question": said}) for label, said in _NEXT))
    links = (Button("Datasources", "datasources"), Button("AI usage", "usage", {"window": "this month"}))
    heading = Text((Strong("What is known here"),))
    blocks: tuple[Block, ...] = (heading, facts, *page, follow)
    return Reply(_UNKNOWN["status"], blocks, (*links, _human(ask, "general")), title="Your account", tone="warning")


async def _known_here(tools: Tools) -> Facts:
    rows = await asyncio.gather(_sources(tools), _issues(tools), _usage(tools))
    return Facts(tuple(rows))


async def _sources(tools: Tools) -> Fact:
    try:
        found = await tools.desks.sources.every(tools.turn.tenant)
    except Problem as problem:
        return Fact("Datasources", problem.says)
    down = [one.name for one in found if one.state == "down"]
    told = f"{len(found)} connected" if found else "none connected"
    return Fact("Datasources", f"{told}, down: {', '.join(down)}" if down else told, "bad" if down else "neutral")


async def _issues(tools: Tools) -> Fact:
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(open=True, limit=200))
    return Fact("Open issues", "200 or more" if len(found) >= 200 else str(len(found)))


async def _usage(tools: Tools) -> Fact:
    ledger, now = tools.used(), tools.turn.at
    if await ledger.known() is None:
        return Fact("AI usage, last 30 days", "not connected")
    whole = together(await ledger.sums(now - 30 * usage_sums.DAY, now))
    return Fact("AI usage, last 30 days", f"{usage_words.many(whole.calls, 'call')}, {usage_words.spent(whole)}")


async def known_page(query: str, tools: Tools) -> tuple[Block, ...]:
    """The page of the knowledge base that answers it, where one does."""
    try:
        found = await tools.desks.knowledge.search(tools.turn.tenant, Search(query, limit=1))
    except Problem:
        return ()
    page = kb.strongest(found)
    return (Text((page.summary,)), *page.blocks, Buttons(page.buttons)) if page else ()


def _look_up(ask: Account) -> Button:
    return Button("Search the knowledge base", "kb", {"query": ask.words or ask.about})


def _human(ask: Account, category: str) -> Button:
    if category == "billing":
        given = {"reason": ask.words, "category": category}
        return Button("Ask a person to look at it", "human", given, style="primary")
    return human.BUTTON


def reads(question: Question) -> Reading | None:
    text = question.text.strip()[:LONGEST]
    for about, phrases in (("status", _ACCOUNT), ("plan", _PLAN), ("alerts", _ALERTS)):
        if asked(text, phrases):
            return Reading("account", {"about": about, "words": text}, 0.95)
    plain = text.lower().replace("\u2019", "'")
    return Reading("account", {"about": "bill", "words": text}, 0.94) if _BILLED.search(plain) else None


def words(question: Question) -> Mapping[str, Any] | Reading | None:
    text = question.text.strip(" ?.!").lower()
    about = {"status": "status", "plan": "plan", "bill": "bill", "billing": "bill", "alerts": "alerts"}.get(text)
    return {"about": about, "words": text} if about else None


INTENT = Intent(
    name="account",
    help="Your account, plan and bills: what is connected of them, and who can help.",
    examples=("check my account status", "I was charged twice this month", "how do I set up billing alerts?"),
    asks=Account,
    answer=answer,
    reads=reads,
    title="Your account",
    command="account",
    words=words,
    remembered=False,
)
