"""What AI may cost a month: shown, and set by administrators."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from bot.intents import spend_words as told
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked, matches
from bot.model import figures
from bot.model.message import Role
from bot.model.reply import Button, Reply, Table, Text
from bot.model.spend import Ahead, Budget
from bot.model.spend_limits import AiBudget, Amounts
from bot.pipeline.ai_budget_words import chance, usd
from bot.ports.tools import Tools

LARGEST = 1e9
_MONEY = r"(?:usd |\$ ?)?(?P<{0}>\d[\d,]*(?:\.\d+)?)(?: ?(?:usd|dollars?|\$))?"
_SAID = (
    r"(?:what(?:'s| is|s) |show (?:me )?)?(?:our |the |my )ai budgets?",
    r"(?:what(?:'s| is|s) |show (?:me )?)?(?:our |the |my )?budgets? (?:of|for) (?:our )?ai(?: spend(?:ing)?)?",
)
_SET = (rf"set (?:the |our )?ai budget to {_MONEY.format('warning')}(?: (?:a|per) month)?",)
_TYPED = re.compile(
    rf"(?:(?P<tool>\D.*?) )??{_MONEY.format('warning')}(?:[ ,/]+(?:critical )?{_MONEY.format('critical')})?",
    re.IGNORECASE,
)
_OFF = re.compile(r"(?:(?P<tool>.+) )?(?:off|none|remove|clear)", re.IGNORECASE)
_HOW = (
    "A warning is told when the month is expected to pass it, and when it does. The critical amount is told as such. "
    "It is looked at once an hour."
)


class ShowAiBudget(BaseModel, frozen=True):
    pass


class SetAiBudget(BaseModel, frozen=True):
    tool: str = Field("", max_length=200, title="Tool", description="Empty: all of them together")
    warning: float | None = Field(
        None, gt=0, le=LARGEST, allow_inf_nan=False, title="Warning, US dollars a month", description="Empty: none"
    )
    critical: float | None = Field(
        None, gt=0, le=LARGEST, allow_inf_nan=False, title="Critical, US dollars a month", description="Empty: none"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "SetAiBudget":
        if self.warning is not None and self.critical is not None and self.critical <= self.warning:
            raise ValueError("the critical amount is above the warning")
        return self


class SwitchAdvice(BaseModel, frozen=True):
    use: Literal["on", "off"] = Field("on", title="Advice on costs")


async def show(_: ShowAiBudget, tools: Tools) -> Reply:
    desk, tenant = tools.desks.spending, tools.turn.tenant
    budget = await desk.budget(tenant)
    change = Button("Change…", "set_ai_budget", _standing(budget), asks=("tool", "warning", "critical"))
    switch = "off" if budget.recommendations else "on"
    buttons = (change, Button("Forecast", "forecast"), Button(f"Advice {switch}", "switch_ai_advice", {"use": switch}))
    if not _rows(budget):
        return Reply(
            "No budget of AI spend is set.", (Text((_HOW,)),),
            (*buttons, Button("Suggest one", "advice", {"about": "budget"})), title="Budgets of AI spend",
        )  # fmt: skip
    ahead = await desk.ahead(tenant, with_record=False)
    stands = _stands(ahead) if isinstance(ahead, Ahead) else (ahead.says,)
    return Reply(
        stands[0],
        (Table(("Of", "Warning", "Critical"), _rows(budget), "US dollars a month"),
         *(Text((line,), listed=True) for line in stands[1:]), Text((_HOW,))),
        buttons,
        title="Budgets of AI spend",
        tone=told.tone(ahead.budgets) if isinstance(ahead, Ahead) else "neutral",
        footer=f"Read {figures.clock(tools.turn.at)}",
    )  # fmt: skip


async def change(ask: SetAiBudget, tools: Tools) -> Reply:
    desk, turn = tools.desks.spending, tools.turn
    ahead = await desk.ahead(turn.tenant, with_record=False)
    known = ahead.parts if isinstance(ahead, Ahead) else {}
    said = " ".join(ask.tool.split())
    tool = next((name for name in known if name.casefold() == said.casefold()), said)
    await desk.set_budget(turn.actor, tool, Amounts(warning=_money(ask.warning), critical=_money(ask.critical)))
    of = f"of {tool}" if tool else "of all tools together"
    if ask.warning is None and ask.critical is None:
        return Reply(f"The AI spend {of} is not held against a budget any more.", buttons=(_ALL,))
    words = [f"a warning at {usd(ask.warning)}"] if ask.warning is not None else []
    words += [f"critical at {usd(ask.critical)}"] if ask.critical is not None else []
    ahead = await desk.ahead(turn.tenant, with_record=False)
    mine = [one for one in ahead.budgets if one.tool.casefold() == tool.casefold()] if isinstance(ahead, Ahead) else []
    stands = f" Now: {told.status(mine[0])}" if mine else ""
    if tool and tool not in known:
        stands = " No charge of a tool with this name is known yet."
    return Reply(
        f"The AI spend {of} has {' and '.join(words)} a month from now on.{stands}",
        buttons=(_ALL, Button("Forecast", "forecast")), tone=told.tone(mine) if mine else "good",
    )  # fmt: skip


async def switch(ask: SwitchAdvice, tools: Tools) -> Reply:
    on = ask.use == "on"
    await tools.desks.spending.recommend(tools.turn.actor, on=on)
    says = "Advice on costs is given from now on." if on else "No advice on costs is given from now on."
    return Reply(says, buttons=(Button("Undo", "switch_ai_advice", {"use": "off" if on else "on"}),))


_ALL = Button("Budgets", "ai_budget")


def _stands(ahead: Ahead) -> tuple[str, ...]:
    return tuple(f"{one.tool or 'AI spend'}: {told.status(one)}{_likely(one)}" for one in ahead.budgets)


def _likely(budget: Budget) -> str:
    limit = budget.against
    sure = chance(limit.crossing.probability)
    return "" if limit.passed else f" {usd(limit.amount)} is passed this month with a probability of {sure}."


def _rows(budget: AiBudget) -> tuple[tuple[str, str, str], ...]:
    every = [("all tools", budget), *budget.tools.items()]
    return tuple(
        (name, _cell(one.warning), _cell(one.critical))
        for name, one in every
        if one.warning is not None or one.critical is not None
    )


def _cell(amount: Decimal | None) -> str:
    return "–" if amount is None else usd(float(amount))


def _standing(budget: AiBudget) -> dict[str, Any]:
    given = {"warning": budget.warning, "critical": budget.critical}
    return {name: float(amount) for name, amount in given.items() if amount is not None}


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def _reads(question: Question) -> Reading | None:
    return Reading("ai_budget", {}, 0.95) if asked(question.text, _SAID) else None


def _sets(question: Question) -> Reading | None:
    found = matches(question.text, _SET)
    return Reading("set_ai_budget", {"warning": _number(found["warning"])}, 0.95) if found else None


def _words(question: Question) -> Mapping[str, Any] | Reading | None:
    """“100”, “100 150”, “Chatbot 40 60”, “Chatbot off”."""
    text = question.text.strip(" ?.!")
    if found := _OFF.fullmatch(text):
        return Reading("set_ai_budget", {"tool": (found["tool"] or "").strip()}, 1.0)
    if (found := _TYPED.fullmatch(text)) is None:
        return None
    given = {name: _number(found[name]) for name in ("warning", "critical") if found[name]}
    return Reading("set_ai_budget", {"tool": (found["tool"] or "").strip(" :"), **given}, 1.0)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _switches(question: Question) -> Mapping[str, Any] | None:
    word = question.text.strip(" ?.!").lower()
    return {"use": word} if word in ("on", "off") else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "ai_budget", "What AI may cost a month, and how that stands.", ("ai budget",),
        ShowAiBudget, show, _reads, command="ai budget", words=_words, remembered=False, by_clock=True,
    ),
    Intent(
        "set_ai_budget", "Set what AI may cost a month: all together, or one tool.",
        ("ai budget 100 150", "ai budget Chatbot 40 60", "ai budget off"), SetAiBudget, change, _sets,
        title="Budget of AI spend", submit="Set it", needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "switch_ai_advice", "Whether advice on costs is given.", ("ai advice off",), SwitchAdvice, switch,
        title="Advice on costs", command="ai advice", words=_switches, submit="Set it", needs=Role.ADMIN,
        remembered=False,
    ),
)  # fmt: skip
