"""What the language model may spend, and has: seen by everybody, changed by administrators, asked for by anybody."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.budget_words import LIMITS, NAMES, allowed, money, spent
from bot.intents import when
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.budget import Level, Scope, Tier
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.plan import ModelUse
from bot.model.reply import Button, Reply, Table, Text
from bot.model.usage import Allowance
from bot.ports.budgets import Budget
from bot.ports.tools import Tools

_SAID = (
    r"(?:show |see )?(?:me )?(?:the |my |our |your )?(?:(?:language )?model|llm|ai)(?:'s|s)? budget",
    r"what (?:may|can) (?:the (?:language )?model|you) spend",
    r"what (?:has the (?:language )?model|have you) spent(?: today)?",
)
_SETTINGS = {"day": "daily_usd", "session": "session_usd", "person": "person_usd", "background": "background_usd"}
_ONE = re.compile(r"(day|session|person|background)\s+\$?\s*(\d+(?:\.\d+)?)")


class ShowBudget(BaseModel, frozen=True):
    pass


def _dollars(title: str) -> Any:
    hint = "US dollars; 0: no limit; empty: as it is"
    return Field(None, ge=0, le=1_000_000, title=title, description=hint, allow_inf_nan=False)


class ChangeBudget(BaseModel, frozen=True):
    day: float | None = _dollars("The whole team, a day")
    session: float | None = _dollars("One conversation, a day")
    person: float | None = _dollars("One person, a day")
    background: float | None = _dollars("In the background, a day")


class RequestBudget(BaseModel, frozen=True):
    why: str = Field("", max_length=300, title="What for", description="Those who may allow more will read it")


async def answer(_: ShowBudget, tools: Tools) -> Reply:
    turn = tools.turn
    budget = await tools.desks.budgets.state(turn.tenant, turn.person.id, turn.place)
    if not budget.model:
        return Reply("No language model is set up: everything is answered by rules, and costs nothing.")
    rows = tuple(_row(level, tools) for level in budget.levels)
    table = Table(("What", "Limit", "Used", "Reserved", "Begins anew", "Refused"), rows)
    return Reply(
        _summary(budget),
        (table, *(Text((line,)) for line in _remarks(budget))),
        _buttons(budget),
        title="Budget of the language model",
        tone="warning" if budget.tier is Tier.RULES else "neutral",
    )


async def change(ask: ChangeBudget, tools: Tools) -> Reply:
    desk, tenant = tools.desks.budgets, tools.turn.tenant
    before = _limits((await desk.state(tenant)).allowance)
    told = ask.model_dump(exclude_none=True)
    given = {_SETTINGS[name]: Decimal(str(value)) for name, value in told.items() if value != before[name]}
    if not given:
        advice = "" if told else "Say it like: budget limit day 5."
        raise Rejected("These are the limits already." if told else "No limit is given.", advice=advice)
    standing = await desk.use(tenant)
    use = ModelUse.model_validate({**standing.model_dump(exclude_none=True), **given})
    budget = await desk.change(tools.turn.actor, use)
    says = "; ".join(f"{name}: {money(value) if value else 'no limit'}" for name, value in _said(given))
    return Reply(f"From now on the language model may spend: {says}.", buttons=_buttons(budget), tone="good")


async def request(ask: RequestBudget, tools: Tools) -> Reply:
    if await tools.desks.budgets.request(tools.turn.actor, ask.why):
        return Reply("Those who may allow more are told. Everything goes on by rules meanwhile.", tone="good")
    return Reply(
        "I know nobody who could allow more.",
        (Text(("An operator names administrators in NIGHTDESK_ADMINS, or an owner in the plan.",)),),
        tone="warning",
    )


def _summary(budget: Budget) -> str:
    day = budget.levels[0]
    asked = [level for level in budget.levels if level.limit.pot.scope is not Scope.BACKGROUND]
    most = money(day.limit.cost) if day.limit.cost else allowed(day)
    used = f"{money(day.counted.cost)} of {most} used today"
    match budget.tier:
        case Tier.RULES if not any(level.used_up for level in asked):
            return f"{used}; what is left is reserved for calls under way, so rules answer for the moment."
        case Tier.RULES:
            over = next(level for level in asked if level.used_up)
            return f"The language model is off: a limit is used up ({NAMES[over.limit.pot.scope].lower()}). {used}."
        case Tier.CHEAPER:
            return f"{used}; a limit is near, so {budget.cheaper} answers."
        case _:
            return f"{used}; {budget.model} answers."


def _row(level: Level, tools: Tools) -> tuple[str, ...]:
    pot, one, turn = level.limit.pot, level.counted, tools.turn
    anew = when.label(pot.until, turn.at, turn.zone)
    held = money(one.held_cost) if one.held_cost else f"{one.held_tokens:,} tokens" if one.held_tokens else "nothing"
    refused = str(one.refused) if one.refused else "never"
    last = f", last {when.label(one.refused_at, turn.at, turn.zone)}" if one.refused_at else ""
    return NAMES[pot.scope], allowed(level), spent(level), held, anew, refused + last


def _remarks(budget: Budget) -> list[str]:
    near = f" From 80 % of a limit on {budget.cheaper} answers." if budget.cheaper else ""
    lines = [f"A call begins while something is left, and its most is reserved until it is over.{near}"]
    if budget.unpriced:
        lines.append(
            f"Nobody has declared what {', '.join(budget.unpriced)} costs (OPENAI_PRICES): only tokens limit it."
        )
    if budget.in_file:
        lines.append("The limits stand in the plan, which is kept in a file on the server (NIGHTDESK_PLAN).")
    return lines


def _buttons(budget: Budget) -> tuple[Button, ...]:
    more = Button("Request more", "request_budget", asks=("why",))
    if budget.in_file:
        return (more,)
    return (Button("Change limits…", "change_budget", _limits(budget.allowance), asks=LIMITS), more)


def _limits(allowance: Allowance) -> dict[str, float]:
    of = {
        "day": allowance.cost,
        "session": allowance.session,
        "person": allowance.person,
        "background": allowance.background,
    }
    return {name: float(value) for name, value in of.items()}


def _said(given: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    titles = {_SETTINGS[name]: str(field.title) for name, field in ChangeBudget.model_fields.items()}
    return [(titles[name].lower(), value) for name, value in given.items()]


def _reads(question: Question) -> Reading | None:
    return Reading("budget", {}, 0.95) if asked(question.text, _SAID) else None


def _limit_words(question: Question) -> Mapping[str, Any] | None:
    """“day 5”, “session 0.5 person 1”."""
    text = question.text.strip(" ?.!").lower()
    found = _ONE.findall(text)
    return {name: float(value) for name, value in found} if found and not _ONE.sub("", text).strip(" ,") else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "budget", "What the language model may spend, and has.", ("budget",), ShowBudget, answer, _reads,
        command="budget", words=lambda question: None if question.text.strip(" ?.!") else {}, remembered=False,
    ),
    Intent(
        "change_budget", "Change what the language model may spend.", ("budget limit day 5",), ChangeBudget, change,
        title="Change limits", command="budget limit", words=_limit_words, submit="Change them",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "request_budget", "Ask for more of the language model.", ("budget more for the migration",), RequestBudget,
        request, title="Request more", command="budget more",
        words=lambda question: {"why": question.text.strip()[:300]}, submit="Ask", remembered=False,
    ),
)  # fmt: skip
