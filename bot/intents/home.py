"""What is open, what is mine, who is on call: the page of one's own, and the card that says the same."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel

from bot.intents import home_events, suggestions
from bot.intents.intent import Intent
from bot.model import figures
from bot.model.errors import Problem
from bot.model.issue import Issue
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Moment, Reply, Strong, Text
from bot.model.severity import worst
from bot.ports.desks import OnDuty
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

SHOWN = 8  # the worst ones; the others are counted
MOST = 200
QUICK = (
    Button("Cost summary", "cost"),
    Button("System health", "status_overview"),
    Button("Open anomalies", "anomalies"),
    Button("Usage trends", "usage_trends"),
    Button("Recommendations", "advice"),
)


class Home(BaseModel, frozen=True):
    pass


async def answer(_: Home, tools: Tools) -> Reply:
    return await page(tools)


async def page(tools: Tools) -> Reply:
    turn = tools.turn
    found, duty, asked, events = await asyncio.gather(
        tools.desks.incidents.find(turn.tenant, Wanted(open=True, limit=MOST)),
        _on_duty(tools),
        suggestions.buttons(tools),
        home_events.blocks(tools),
    )
    ordered = sorted(found, key=lambda one: (-one.severity.rank, one.opened_at))
    mine = [one for one in ordered if one.owner and one.owner.person == turn.person.id]
    rest = [one for one in ordered if one not in mine]
    blocks: list[Block] = []
    if mine:
        blocks += [Text((Strong("Yours"),)), *_listed(mine[:SHOWN], tools)]
    if rest:
        blocks += [Text((Strong("Open"),)), *_listed(rest[: SHOWN - min(len(mine), SHOWN - 2)], tools)]
    blocks.append(Text((Strong("On call"),)))
    blocks.append(_duty(duty))
    blocks += events
    if asked:
        blocks += [Text((Strong("Worth asking"),)), Buttons(asked)]
    blocks += [Text((Strong("Quick actions"),)), Buttons(QUICK)]
    tone = worst(*(one.severity for one in ordered)).tone if ordered else "good"
    return Reply(
        title="Nightdesk",
        summary=_summary(ordered, mine, duty),
        blocks=tuple(blocks),
        buttons=(
            Button("Refresh", "home"),
            Button("All issues", "issues"),
            Button("Status", "status_overview"),
            Button("Silences", "silences"),
            Button("Your sessions", "history"),
            Button("Help", "help"),
        ),
        tone=tone,
        footer=f"Read {figures.clock(turn.at)}",
    )


async def _on_duty(tools: Tools) -> Sequence[OnDuty] | Problem:
    """The rest of the page stands also where this cannot be told."""
    try:
        return await tools.desks.duty.on_duty(tools.turn.tenant, tools.turn.at)
    except Problem as problem:
        return problem


def _summary(found: Sequence[Issue], mine: Sequence[Issue], duty: Sequence[OnDuty] | Problem) -> str:
    many = f"{MOST} or more issues are" if len(found) >= MOST else f"{len(found)} issues are"
    says = "No issue is open." if not found else "1 issue is open" if len(found) == 1 else f"{many} open"
    if found:
        says += f", {len(mine) or 'none'} of them yours." if len(found) > 1 else ", and it is yours." if mine else "."
    if isinstance(duty, Problem) or not duty:
        return says
    return f"{says} On call: {', '.join(f'{one.name} ({one.rota})' for one in duty[:3])}."


def _listed(issues: Sequence[Issue], tools: Tools) -> list[Block]:
    blocks: list[Block] = []
    for one in issues:
        who = f"{one.owner.name} has it" if one.owner else "nobody has it"
        age = figures.span(max(tools.turn.at - one.opened_at, timedelta(0)))
        blocks.append(
            Text((Strong(one.severity.capitalize()), f": {one.title[:120]}, for {age}, {one.status}, {who}."))
        )
        about = {"issue": one.id}
        first = (
            Button("Resolve", "resolve", about, confirm=f"Resolve {one.id} for everyone?")
            if one.acknowledged
            else Button("Acknowledge", "acknowledge", about, style="primary")
        )
        blocks.append(Buttons((first, Button("Details", "show_issue", about))))
    return blocks


def _duty(duty: Sequence[OnDuty] | Problem) -> Block:
    if isinstance(duty, Problem):
        return Text((duty.says,))
    if not duty:
        return Text(("Nobody: the plan names no rota.",))
    if len(duty) == 1:
        one = duty[0]
        after = f", then {one.next_name}" if one.next_name else ""
        return Text((f"{one.rota}: {one.name} until ", Moment(one.until), f"{after}."))
    return Facts(tuple(Fact(one.rota, f"{one.name} until {figures.clock(one.until)}") for one in duty))


INTENT = Intent(
    name="home",
    help="What is open, what is yours, who is on call.",
    examples=("home",),
    asks=Home,
    answer=answer,
    title="Nightdesk",
    command="home",
    remembered=False,
)
