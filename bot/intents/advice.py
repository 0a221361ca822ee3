"""How AI would cost less, computed from the calls of the last month: each with its figures, the largest first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.analysis.savings import SMALL_SUM, usd
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.errors import Missing
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Reply, Strong, Table, Text
from bot.model.spend import Advice, Advised, Proposal
from bot.model.text import many
from bot.ports.tools import Tools

SHOWN = 5
HORIZONS = ("immediate", "short-term", "long-term")
_SPEND = r"(?:ai |our |my |the )*(?:costs?|spend(?:ing)?|bills?)"
_SAID = (
    rf"how (?:can|could|do|should) (?:i|we) (?:reduce|cut|lower|save on|save money on|bring down|optimi[sz]e) {_SPEND}",
    r"how (?:can|could|do|should) (?:i|we) save (?:money|costs)(?: on (?:our )?ai)?",
    r"how (?:can|could|do|should) (?:i|we) optimi[sz]e (?:my |our |the )?(?:api|ai) (?:usage|use)",
    rf"(?:reduce|cut|lower) {_SPEND}",
    r"(?:show (?:me )?)?(?:the |our |any )?(?:ai |cost )?(?:recommendations?|savings?|saving tips?)",
    rf"(?:any|what|which) (?:recommendations|advice|tips|savings) (?:are there )?(?:for|on|about) {_SPEND}",
    r"where (?:do|can) (?:we|i) (?:waste|save) (?:money|costs)(?: on ai)?",
)
_MODELS = (
    r"(?:are|do) we (?:optimi[sz](?:e|ing)|making the best of) (?:our |the )?(?:ai )?model (?:usage|use|mix|costs?)",
    r"(?:are|do) we (?:use|using) (?:the )?right models?",
    r"(?:how (?:is|good is) |is )(?:our |the )?model (?:usage|use|mix)(?: optimi[sz]ed)?",
)
_BUDGETS = (
    r"(?:suggest|propose|recommend) (?:(?:a|an|some|any|our|the) )?(?:ai )?budgets?(?: adjustments?| changes?)?",
    r"(?:what|which) (?:ai )?budget (?:should we (?:set|have)|do you (?:suggest|recommend))",
    r"what should (?:our |the )?(?:ai )?budget be",
)


class GiveAdvice(BaseModel, frozen=True):
    about: Literal["all", "models", "budget"] = Field("all", title="About")
    tool: str = Field("", max_length=200, title="Tool", description="Empty: all of them")


class ExplainAdvice(BaseModel, frozen=True):
    advice: str = Field(min_length=1, max_length=1000, title="Which")


async def answer(ask: GiveAdvice, tools: Tools) -> Reply:
    await tools.step("Looking at the calls of the last month")
    found = await tools.desks.spending.advised(tools.turn.tenant)
    if ask.about == "budget":
        return _budgets(found)
    mine = [one for one in found.advice if not ask.tool or one.tool.casefold() == ask.tool.casefold()]
    return _models(mine, found) if ask.about == "models" else _all(mine, found, ask.tool)


async def explain(ask: ExplainAdvice, tools: Tools) -> Reply:
    found = await tools.desks.spending.advised(tools.turn.tenant)
    one = next((one for one in found.advice if one.name == ask.advice), None)
    if one is None:
        raise Missing("The calls of the last month do not show that any more.", advice="Say `advice` for what they do.")
    rows = [Fact("Saves", effect(one)), Fact("When", one.horizon), Fact("Effort", one.effort)]
    rows += [Fact("Calls", f"{one.calls:,}")]
    if one.now or one.then:
        rows += [Fact("Cost now", usd(one.now)), Fact("Cost then", usd(one.then))]
    return Reply(
        f"{one.tool}: {one.title}. That would save {effect(one)}.",
        (
            Facts(tuple(rows)),
            *(Text((line,), listed=True) for line in one.evidence),
            Text((Strong("Assumed: "), one.assumes)),
            Text((Strong("How to check: "), one.check)),
        ),
        (Button("All advice", "advice"),),
        title="Where that comes from",
        footer=_basis(found),
    )


def _all(mine: Sequence[Advice], found: Advised, tool: str) -> Reply:
    of = f" of {tool}" if tool else ""
    buttons = (Button("Models", "advice", {"about": "models"}), Button("Budgets", "advice", {"about": "budget"}),
               Button("Forecast", "forecast"))  # fmt: skip
    if not found.calls:
        return Reply("No call of the last 30 days is known, so there is nothing to advise on.", tone="warning")
    if not mine:
        return Reply(
            f"The calls{of} of the last 30 days show nothing that would save {usd(SMALL_SUM)} a month or more.",
            (Text((_LOOKED_FOR,)),), buttons, title="Advice on costs", footer=_basis(found),
        )  # fmt: skip
    first, counted = mine[0], many(len(mine), "way")
    return Reply(
        f"{counted} to spend less on AI. The largest: {first.tool}, {_lower(first.title)}, saves {effect(first)}.",
        (*_listed(mine[:SHOWN]), *_more(mine), Text((_APART,))),
        buttons,
        title="Advice on costs",
        footer=_basis(found),
        rateable=True,
    )


def _models(mine: Sequence[Advice], found: Advised) -> Reply:
    routing = [one for one in mine if one.kind in ("model", "caching")]
    dear = [one for one in routing if one.kind == "model"]
    rows = tuple((pace.tool, name or "not told", calls) for pace in found.paces for name, calls in pace.models)
    mix = Table(("Tool", "Model", "Calls, 7 days"), rows, "Which tool asks which model", most=15)
    if not found.calls:
        return Reply("No call of the last 30 days is known, so there is nothing to judge.", tone="warning")
    if dear:
        calls, saved = sum(one.calls for one in dear), sum((one.saves for one in dear), Decimal(0))
        says = f"Not yet: {calls:,} short calls went to dear models. Smaller ones would have saved {usd(saved)}."
    else:
        says = "As far as the calls show: no short calls go to a model that has a much cheaper one beside it."
    return Reply(
        says, (*_listed(routing[:SHOWN]), *([mix] if rows else [])),
        (Button("All advice", "advice"), Button("Forecast", "forecast")),
        title="Model usage", tone="warning" if dear else "good", footer=_basis(found), rateable=True,
    )  # fmt: skip


def _budgets(found: Advised) -> Reply:
    if not found.proposals:
        return Reply(
            "The budgets suit what is expected, or too few days are known to propose one.",
            buttons=(Button("Budgets", "ai_budget"), Button("Forecast", "forecast")), title="Budgets of AI spend",
        )  # fmt: skip
    blocks: list[Block] = []
    for one in found.proposals:
        given = {"tool": one.tool, "warning": one.warning, "critical": one.critical}
        blocks += [
            Text((Strong(_proposed(one)), f" {one.reason}"), listed=True),
            Buttons((Button("Apply…", "set_ai_budget", given, asks=("warning", "critical")),)),
        ]
    first = found.proposals[0]
    return Reply(
        _proposed(first), tuple(blocks), (Button("Forecast", "forecast"),),
        title="Budgets of AI spend", footer="Where the ranges of the forecast end: 80 % and 95 %", rateable=True,
    )  # fmt: skip


def _proposed(one: Proposal) -> str:
    of = one.tool or "all tools together"
    return f"For {of}: a warning at $ {one.warning:,}, critical at $ {one.critical:,} a month."


def _listed(advice: Sequence[Advice]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for one in advice:
        what = f" {one.tool}: saves {effect(one)}; {one.horizon}, {one.effort} effort. {' '.join(one.evidence)}"
        blocks += [
            Text((Strong(f"{one.title}."), what), listed=True),
            Buttons((Button("Explain", "explain_advice", {"advice": one.name}),)),
        ]
    return tuple(blocks)


def _more(mine: Sequence[Advice]) -> tuple[Block, ...]:
    rows = tuple((one.tool, one.title, effect(one)) for one in mine[SHOWN:])
    return (Table(("Tool", "What", "Saves"), rows, "And", folded=True),) if rows else ()


def effect(one: Advice) -> str:
    return f"{'at most ' if one.at_most else ''}{usd(one.saves)} a month"


def _basis(found: Advised) -> str:
    more = f"; {found.left_out:,} older ones were not looked at" if found.left_out else ""
    read = f", read {figures.clock(found.until)}"
    return f"From {found.calls:,} calls since {figures.clock(found.since)}, {usd(found.cost)} in all{more}{read}"


def _lower(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"


_LOOKED_FOR = (
    "Looked for: short calls to dear models, questions asked again within a day, prompts that a maker could cache, "
    "bursts that could be batches, prompts that grew, and failures that were paid for."
)
_APART = "Two of them may be about the same calls: their effects do not add up."


def _reads(question: Question) -> Reading | None:
    for about, phrases in (("all", _SAID), ("models", _MODELS), ("budget", _BUDGETS)):
        if asked(question.text, phrases):
            return Reading("advice", {} if about == "all" else {"about": about}, 0.95)
    return None


def _words(question: Question) -> Mapping[str, Any] | None:
    """“models”, “budget”, or the name of a tool."""
    text = question.text.strip(" ?.!")
    small = text.lower().removeprefix("on ").removeprefix("about ")
    if small in ("models", "model", "budget", "budgets"):
        return {"about": "models" if small.startswith("model") else "budget"}
    if small in ("costs", "cost", "spend", "spending"):
        return {}
    return {"tool": text} if len(text.split()) <= 4 else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "advice", "How AI would cost less, from the calls of the last month; which budgets would suit.",
        ("advice", "how can I reduce AI costs?", "are we optimizing our model usage?", "suggest budget adjustments"),
        GiveAdvice, answer, _reads, title="Advice on costs", command="advice", words=_words, submit="Show",
        by_clock=True,
    ),
    Intent(
        "explain_advice", "Where a piece of advice comes from.", (), ExplainAdvice, explain, remembered=False,
    ),
)  # fmt: skip
