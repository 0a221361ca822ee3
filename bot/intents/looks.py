"""What an investigation may look at: intents that only read, with the arguments that each takes. Nothing acts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from bot.intents import anomalies, ask_metric, events, health, impact, issues, kb, logs, slo, why
from bot.intents.findings import Finding, lines_of
from bot.intents.intent import AnyIntent
from bot.model.errors import Problem
from bot.model.message import Role
from bot.model.reply import Reply
from bot.ports.tools import Tools, unheard

MOST_THEIRS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """`takes`: what a model may give, and what the intent calls it. `ours`: nobody else's words are in its answer.

    What is looked for in lines is not among it: a figure that somebody only searched for would come back as a fact.
    """

    intent: AnyIntent
    takes: Mapping[str, str]
    ours: bool = True
    first: int = 0  # of its lines that are ours all the same


_OF = {"service": "service", "region": "region", "window": "window"}
LOOKS: Mapping[str, Look] = {
    "health": Look(health.INTENT, _OF),
    "why": Look(why.INTENT, _OF, ours=False, first=1),  # below it, issues are named as others named them
    "metric": Look(ask_metric.INTENT, {**_OF, "text": "metric"}),
    "events": Look(events.INTENT, {**_OF, "level": "level"}, ours=False, first=1),
    "logs": Look(logs.INTENT, {**_OF, "level": "level"}, ours=False),
    "impact": Look(impact.INTENT, _OF),
    "slo": Look(slo.INTENT, _OF),
    "issues": Look(issues.INTENT, {"service": "service"}, ours=False),
    "anomalies": Look(anomalies.INTENT, {}, ours=False),
    "kb": Look(kb.INTENT, {"text": "query"}, ours=False),
}
assert all(one.intent.needs is Role.VIEWER for one in LOOKS.values())


async def look(name: str, given: Mapping[str, str], known: Collection[str], tools: Tools) -> Finding:
    """`known`: names of services that exist. Whatever goes wrong is a finding, too."""
    one = LOOKS[name]
    arguments = {ours: given[theirs] for theirs, ours in one.takes.items() if given.get(theirs)}
    service = arguments.get("service", "")
    if service and service not in known:
        return Finding(name, "There is no service of that name.", failed=True)
    title = f"{one.intent.command or name} {service}".strip()
    try:
        ask = one.intent.asks.model_validate(arguments)
        reply = await one.intent.answer(ask, replace(tools, words=unheard))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        return Finding(title, f"{'.'.join(map(str, first['loc']))}: {first['msg']}.", failed=True)
    except Problem as problem:
        return Finding(title, problem.says, failed=True)
    return found(title, reply, one) if reply else Finding(title, "There is nothing to say.", failed=True)


def found(title: str, reply: Reply, one: Look) -> Finding:
    lines = lines_of(reply)
    if one.ours:
        return Finding(title, reply.summary, lines)
    shown = reply.summary if one.first else ""
    return Finding(title, shown, lines[: one.first], lines[one.first :][:MOST_THEIRS])
