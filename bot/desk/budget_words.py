"""What people are told of what models may spend. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from bot.model import figures
from bot.model.budget import Level, Scope
from bot.model.reply import Button, Fact, Facts, Moment, Reply, Text

NAMES = {
    Scope.DAY: "The whole team, a day",
    Scope.BACKGROUND: "Work in the background, a day",
    Scope.PERSON: "You, a day",
    Scope.SESSION: "This conversation, a day",
}
_OFF: Mapping[Scope, str] = {
    Scope.DAY: "The language model is off until tomorrow: what this team may spend in a day is used up.",
    Scope.BACKGROUND: "The language model is off until tomorrow: what it may spend in the background is used up.",
    Scope.PERSON: "The language model is off for you until tomorrow: what one person may spend in a day is used up.",
    Scope.SESSION: "The language model is off in this conversation until tomorrow: what one may cost is used up.",
}
_RULES = "Everything in “help” goes on by rules, as ever."


def money(cost: Decimal) -> str:
    """Small sums are not nothing."""
    if not cost or cost >= Decimal("0.1"):
        return f"$ {cost:,.2f}"
    return f"$ {cost:.6f}".rstrip("0") if cost >= Decimal("0.000001") else "less than $ 0.000001"


def allowed(level: Level) -> str:
    most = level.limit
    told = [money(most.cost) if most.cost else "", f"{most.tokens:,} tokens" if most.tokens else ""]
    return ", ".join(filter(None, told)) or "no limit"


def spent(level: Level) -> str:
    one = level.counted
    unknown = f"; what {one.unpriced:,} of them cost is not known" if one.unpriced else ""
    return f"{money(one.cost)} and {one.tokens:,} tokens in {_calls(one.calls)}{unknown}"


def for_person(level: Level) -> Reply:
    """In the thread where they asked."""
    scope, until = level.limit.pot.scope, level.limit.pot.until
    ends = ("It is on again ", Moment(until), ", and in a new thread." if scope is Scope.SESSION else ".")
    return Reply(
        _OFF[scope],
        blocks=(
            Facts((Fact("Limit", allowed(level)), Fact("Used", spent(level)))),
            Text((*ends, " ", _RULES)),
        ),
        buttons=(Button("Request more", "request_budget"), Button("Budget", "budget")),
        tone="warning",
        footer="Told once.",
    )


def for_owner(level: Level) -> Reply:
    what = "what it may use in a day" if level.limit.pot.scope is Scope.DAY else "what it may use in the background"
    one = level.counted
    unpriced = f" What {one.unpriced:,} of the calls cost is not known." if one.unpriced else ""
    cost = figures.measured(float(one.cost), "usd")
    return Reply(
        f"The language model is off until tomorrow: {what} is used up.",
        blocks=(
            Text((f"Used today: {cost} and {one.tokens:,} tokens in {one.calls:,} calls.{unpriced}",)),
            Text((f"Allowed in a day: {allowed(level)}. Everything goes on by rules meanwhile.",)),
        ),
        buttons=(Button("Budget", "budget"),),
        tone="warning",
        footer="Told once a day.",
    )


def wish(name: str, why: str) -> Reply:
    """To those who may allow more."""
    reason = (Text(("They say: ", why)),) if why else ()
    return Reply(
        f"{name} asks for more of the language model.",
        blocks=(*reason, Text(("The budget says what is allowed and what is used.",))),
        buttons=(Button("Budget", "budget"), Button("Change limits…", "change_budget", asks=LIMITS)),
        footer="Told once a day for each person.",
    )


def _calls(count: int) -> str:
    return f"{count:,} call" if count == 1 else f"{count:,} calls"


LIMITS = ("day", "session", "person", "background")
