"""Rules that people taught: listed, shown with what they change, reviewed, withdrawn."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.message import Role
from bot.model.reply import Block, Button, Buttons, Code, Fact, Facts, Reply, Strong, Table, Text, Tone
from bot.model.rule import Rule, RuleKind, RuleState
from bot.ports.tools import Tools

SHOWN = 10  # with buttons of their own


class Rules(BaseModel, frozen=True):
    pass


class OneRule(BaseModel, frozen=True):
    rule: str = Field(min_length=1, max_length=20, title="Rule", description="Its short name, such as R1")


async def answer(_: Rules, tools: Tools) -> Reply:
    found = await tools.desks.rules.every(tools.turn.tenant)
    propose = Button("Propose a rule", "propose_rule", asks=("kind", "said", "means", "why"))
    if not found:
        return Reply("Nobody has taught me a rule yet.", buttons=(propose,), title="Rules")
    open_ = [one for one in found if one.state in (RuleState.PROPOSED, RuleState.ACTIVE)]
    blocks: list[Block] = []
    for one in open_[:SHOWN]:
        blocks += [Text((Strong(one.id), f": {one.says}. {_state(one)}")), Buttons(_buttons(one))]
    if rest := [*open_[SHOWN:], *(one for one in found if one not in open_)]:
        rows = tuple((one.id, one.says, one.state.value, one.by_name) for one in rest)
        blocks.append(Table(("Rule", "What", "State", "Owner"), rows, "The others", most=25))
    active = sum(one.state is RuleState.ACTIVE for one in found)
    waiting = sum(one.state is RuleState.PROPOSED for one in found)
    return Reply(f"{active} hold, {waiting} wait for a review.", tuple(blocks), (propose,), title="Rules")


async def show(ask: OneRule, tools: Tools) -> Reply:
    return card(await tools.desks.rules.find(tools.turn.tenant, ask.rule))


async def approve(ask: OneRule, tools: Tools) -> Reply:
    turn = tools.turn
    made = await tools.desks.rules.approve(turn.actor, ask.rule, admin=turn.person.role is Role.ADMIN)
    return card(made)


async def refuse(ask: OneRule, tools: Tools) -> Reply:
    return card(await tools.desks.rules.refuse(tools.turn.actor, ask.rule))


async def withdraw(ask: OneRule, tools: Tools) -> Reply:
    return card(await tools.desks.rules.withdraw(tools.turn.actor, ask.rule))


def card(rule: Rule) -> Reply:
    """The same to whoever reviews it, in every chat: what it says, whose it is, and what it changes."""
    rows = [
        Fact("State", rule.state.value),
        Fact("Owner", rule.by_name),
        Fact("Ends", figures.clock(rule.expires_at)),
        *([Fact("Why", rule.why)] if rule.why else []),
        *([Fact("Asked", rule.question)] if rule.question else []),
        *([Fact("Reviewed by", rule.settled_by)] if rule.settled_by else []),
    ]
    blocks: list[Block] = [Facts(tuple(rows)), *_changes(rule)]
    tone: Tone = "good" if rule.state is RuleState.ACTIVE else "neutral"
    waits = " Another person has to review it." if rule.state is RuleState.PROPOSED else ""
    says = f"Rule {rule.id}, {rule.state.value}: {rule.says}.{waits}"
    return Reply(says, tuple(blocks), _buttons(rule), title="A rule", tone=tone)


def _changes(rule: Rule) -> list[Block]:
    if rule.golden is None:
        says = {
            RuleKind.RUNBOOK: "It changes no answer: issues that begin from then on carry this page.",
            RuleKind.THRESHOLD: "It changes no answer: this limit holds, and the former one afterwards.",
        }.get(rule.kind, "")
        return [Text((says,))] if says else []
    blocks: list[Block] = [Text((rule.golden.says,))]
    for one in rule.golden.changes:
        blocks.append(Text((Strong(one.question),), listed=True))
        blocks.append(Text(("before: ", Code(one.before or "not understood"))))
        blocks.append(Text(("after: ", Code(one.after or "not understood"))))
    return blocks


def _state(rule: Rule) -> str:
    if rule.state is RuleState.PROPOSED:
        return f"It waits for a review; {rule.by_name} proposed it."
    return f"It holds until {figures.clock(rule.expires_at)}; it is {rule.by_name}'s."


def _buttons(rule: Rule) -> tuple[Button, ...]:
    given = {"rule": rule.id}
    if rule.state is RuleState.PROPOSED:
        approve_ = Button("Approve", "approve_rule", given, style="primary")
        return (approve_, Button("Refuse", "refuse_rule", given), Button("What it changes", "rule", given))
    if rule.state is RuleState.ACTIVE:
        return (Button("Withdraw", "withdraw_rule", given), Button("Rules", "rules"))
    return (Button("Rules", "rules"),)


def _one(question: Question) -> Mapping[str, Any] | None:
    name = question.text.strip(" .").upper()
    return {"rule": name} if name[:1] == "R" and name[1:].isdigit() else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "rules", "What people taught: which words, units, runbooks and limits, by whom and until when.", ("rules",),
        Rules, answer, title="Rules", command="rules", remembered=False,
    ),
    Intent(
        "rule", "One rule, and which questions it changes.", ("rule R1",), OneRule, show, title="A rule",
        command="rule", words=_one, submit="Show", remembered=False,
    ),
    Intent(
        "approve_rule", "Let a rule hold that another person proposed.", ("rule approve R1",), OneRule, approve,
        title="Approve a rule", command="rule approve", words=_one, submit="Approve", needs=Role.OPERATOR,
        remembered=False,
    ),
    Intent(
        "refuse_rule", "Refuse a rule that was proposed.", ("rule refuse R1",), OneRule, refuse,
        title="Refuse a rule", command="rule refuse", words=_one, submit="Refuse", needs=Role.OPERATOR,
        remembered=False,
    ),
    Intent(
        "withdraw_rule", "End a rule before its day.", ("rule withdraw R1",), OneRule, withdraw,
        title="Withdraw a rule", command="rule withdraw", words=_one, submit="Withdraw", needs=Role.OPERATOR,
        remembered=False,
    ),
)  # fmt: skip
