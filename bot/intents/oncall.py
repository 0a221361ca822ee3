"""Who is on call, now and at a time that is named, and whose turn comes next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from bot.desk.spans import until
from bot.intents import when
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.errors import Missing
from bot.model.reply import Block, Button, Moment, Reply, Strong, Table, Text
from bot.ports.desks import OnDuty
from bot.ports.tools import Tools

_HOUR = r"(?:at )?(?:\d{1,2}(?:[:.]\d{2})? ?(?:am|pm)?|noon|midnight)"
_DAY = r"(?:on )?(?:today|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d{2}-\d{2})"
_WHEN = (
    r"(?P<at>now|right now|currently|tonight|tomorrow night|this weekend|at the weekend|next"
    rf"|{_DAY}(?: {_HOUR})?|{_HOUR})"
)
_ON_CALL = r"(?:on[- ]?call|on duty)"
_SAID = (
    rf"(?:who|whos)(?: is|'s| has)? ?{_ON_CALL}(?: {_WHEN})?(?: (?:for|of) (?:the )?(?P<rota>[\w-]+))?",
    rf"(?:who|whos)(?: is|'s| has)? ?{_ON_CALL} (?:for|of) (?:the )?(?P<rota>[\w-]+)(?: {_WHEN})?",
    rf"who has (?:the )?(?:pager|duty|shift)(?: {_WHEN})?",
    rf"(?:show )?(?:me )?(?:the )?{_ON_CALL}(?: {_WHEN})?",
    rf"who (?:do|can|should) (?:i|we) (?:call|page|ask)(?: {_WHEN})?",
)
_SHIFTS = (
    rf"who(?: is|'s) {_ON_CALL} (?:this|next) (?:week|days)(?: (?:for|of) (?:the )?(?P<rota>[\w-]+))?",
    r"(?:show )?(?:me )?(?:the )?(?:next|coming) shifts(?: (?:for|of) (?:the )?(?P<rota>[\w-]+))?",
    r"(?:show )?(?:me )?(?:the )?(?:on[- ]?call )?(?:rota|roster|schedule)(?: (?:for|of) (?:the )?(?P<rota>[\w-]+))?",
)
LONGEST_LOOK = 60  # days


class WhoIsOnCall(BaseModel, frozen=True):
    rota: str = Field("", max_length=100, title="Rota", description="None: all of them")
    at: str = Field("", max_length=40, title="When", description="Now, tonight, tomorrow 9:00, this weekend")


class Shifts(BaseModel, frozen=True):
    rota: str = Field("", max_length=100, title="Rota", description="None: all of them")
    days: int = Field(14, ge=1, le=LONGEST_LOOK, title="Days")


async def who(ask: WhoIsOnCall, tools: Tools) -> Reply:
    turn = tools.turn
    at = _instant(ask.at, turn.at, turn.zone)
    duty = await tools.desks.duty.on_duty(turn.tenant, at)
    if ask.rota and (named := [one for one in duty if one.rota.lower() == ask.rota.lower()]):
        duty = named
    elif ask.rota:
        known = ", ".join(sorted(one.rota for one in duty))
        raise Missing(f"Nobody is on call for “{ask.rota}”.", advice=f"There are: {known}." if known else "")
    if not duty:
        return Reply("Nobody is on call: the plan names no rota, or nobody has this hour.", tone="warning")
    then = "" if at == turn.at else f" {ask.at}"
    first = ", ".join(f"{one.name} ({one.rota})" for one in duty[:3])
    more = f" and {len(duty) - 3} more" if len(duty) > 3 else ""
    says = f"On call{then}: {first}{more}."
    given = {"rota": ask.rota} if ask.rota else {}
    return Reply(says, tuple(_line(one) for one in duty), (Button("Next shifts", "shifts", given),))


async def shifts(ask: Shifts, tools: Tools) -> Reply:
    turn = tools.turn
    plan = await tools.desks.office.plan(turn.tenant)
    rotas = [name for name in plan.rotas if not ask.rota or name.lower() == ask.rota.lower()]
    if not rotas:
        known = ", ".join(sorted(plan.rotas))
        raise Missing(
            f"There is no rota “{ask.rota}”." if ask.rota else "The plan names no rota.",
            advice=f"There are: {known}." if known else "An administrator can add one to the plan.",
        )
    blocks: list[Block] = []
    for name in rotas:
        found = await tools.desks.duty.shifts(turn.tenant, name, ask.days)
        rows = tuple((when.label(a, turn.at, turn.zone), when.label(b, turn.at, turn.zone), who) for a, b, who in found)
        blocks.append(Table(("From", "Until", "Who"), rows, name) if rows else Text((f"{name}: nobody.",)))
    count = f"{len(rotas)} rotas" if len(rotas) > 1 else rotas[0]
    return Reply(f"Shifts of {count}, the next {ask.days} days.", tuple(blocks), footer=f"Times in {turn.zone}")


def _line(one: OnDuty) -> Text:
    covers = f" instead of {one.covers}" if one.covers else ""
    after = f", then {one.next_name}" if one.next_name else ""
    return Text((Strong(one.rota), f": {one.name}{covers} until ", Moment(one.until), f"{after}."), listed=True)


def _instant(words: str, now: datetime, zone: str) -> datetime:
    """One instant that stands for what the words name."""
    weekday = now.astimezone(ZoneInfo(zone)).weekday()
    match words.strip().lower():
        case "tonight":
            return max(now, when.local_hour(now, zone, 23))
        case "tomorrow night":
            return when.local_hour(now, zone, 23, days=1)
        case "this weekend" | "at the weekend":
            return max(now, when.local_hour(now, zone, 12, days=max(0, 5 - weekday)))
        case "" | "today":
            return now
        case day if " " not in day.removeprefix("on ").removeprefix("next "):
            return until(f"{day.removeprefix('on ')} at noon", now, zone)
        case named:
            return until(named.removeprefix("on "), now, zone)


def _reads_who(question: Question) -> Reading | None:
    found = asked(question.text, _SAID)
    if found is None or asked(question.text, _SHIFTS):
        return None
    return Reading("oncall", _given(found.groupdict()), 0.95)


def _reads_shifts(question: Question) -> Reading | None:
    found = asked(question.text, _SHIFTS)
    return Reading("shifts", _given(found.groupdict()), 0.95) if found else None


def _given(groups: Mapping[str, str | None]) -> dict[str, Any]:
    at = groups.get("at") or ""
    given = {"rota": groups.get("rota"), "at": "" if "now" in at or at in ("currently", "next", "today") else at}
    return {name: value for name, value in given.items() if value}


def _words_who(question: Question) -> Mapping[str, Any] | None:
    found = asked(question.text, (rf"{_WHEN}", rf"(?P<rota>[\w-]+)(?: {_WHEN})?"))
    return _given(found.groupdict()) if found else None


def _words_shifts(question: Question) -> Mapping[str, Any] | None:
    """A rota, a number of days, or both."""
    given: dict[str, Any] = {}
    for word in question.text.strip(" ?.!").split():
        number = word.lower().removesuffix("days").removesuffix("d")
        if number.isdigit():
            given["days"] = min(int(number), LONGEST_LOOK)
        elif word.lower() not in ("days", "of", "for"):
            given["rota"] = word
    return given


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "oncall", "Who is on call, and until when.", ("who is on call?", "who's on call tonight"), WhoIsOnCall, who,
        _reads_who, title="Who is on call", command="oncall", words=_words_who, submit="Show", remembered=False,
    ),
    Intent(
        "shifts", "Whose turn comes next.", ("shifts primary", "who is on call next week?"), Shifts, shifts,
        _reads_shifts, title="Shifts", command="shifts", words=_words_shifts, submit="Show", remembered=False,
    ),
)  # fmt: skip
