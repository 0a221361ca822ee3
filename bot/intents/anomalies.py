"""What the watches found: open by how bad it is, resolved lately, or how often of what kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents import status_overview
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.issue import Issue
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Reply, Strong, Table, Text, Tone
from bot.model.severity import Severity
from bot.model.text import many
from bot.pipeline import phrases, watch_words
from bot.pipeline.phrases import capped
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools

LATELY, LONG = timedelta(days=7), timedelta(days=30)
MOST, SHOWN = 500, 6
_GROUPS = (
    ("🔴 HIGH", (Severity.CRITICAL, Severity.HIGH)),
    ("🟡 MEDIUM", (Severity.MEDIUM,)),
    ("🟢 LOW", (Severity.LOW,)),
)
_OPEN = (
    r"(?:(?:are|is) there |show |list |see )?(?:me )?(?:any |all |the )*(?:open |current |new )?anomal(?:y|ies)"
    r"(?: right now)?",
    r"(?:is |are )?(?:there )?(?:anything|something) (?:unusual|strange|anomalous|odd|weird)(?: right now| going on)?",
    r"what(?: is|'s) (?:unusual|strange|anomalous|odd|weird)(?: right now)?",
)
_WORTH_KNOWING = (
    r"(?:are|is) there (?:any(?:thing)? )?(?:performance |open |new )*(?:problems?|issues?|anomal(?:y|ies))? ?"
    r"(?:that )?(?:i|we) (?:should|need to|must) know(?: about| of)?",
)
_WHICH = {"open": "open", "resolved": "resolved", "closed": "resolved", "trends": "trends", "patterns": "trends"}


class Anomalies(BaseModel, frozen=True):
    which: Literal["open", "resolved", "trends"] = "open"
    or_status: bool = Field(False, description="Where none is open, how everything is")


async def answer(ask: Anomalies, tools: Tools) -> Reply:
    at = tools.turn.at
    if ask.which == "trends":
        return _trends(await _found(tools, None, at - LONG), at)
    if ask.which == "resolved":
        return _resolved(await _found(tools, False, at - LATELY), at)
    found = await _found(tools, True, None)
    if found:
        return _open(found, at)
    return await _how_it_is(tools) if ask.or_status and tools.metrics is not None else await _nothing(tools)


async def _how_it_is(tools: Tools) -> Reply:
    """Nothing that a watch found is open; services may be in trouble all the same."""
    quiet, status = await _nothing(tools), await status_overview.answer(status_overview.StatusOverview(), tools)
    return replace(status, blocks=(Text((quiet.summary,)), *status.blocks))


async def _found(tools: Tools, open_: bool | None, since: datetime | None) -> Sequence[Issue]:
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(open=open_, since=since, limit=MOST))
    return watch_words.told_by_watches(found)


async def _nothing(tools: Tools) -> Reply:
    """Quiet, or nobody looks: the two are not the same."""
    watched = [one for one in await tools.desks.watches.every(tools.turn.tenant) if not one.watch.paused]
    if not watched:
        return Reply("Nothing is watched yet.", buttons=(Button("Propose watches", "propose_watches"),))
    unknown = sum(one.standing.state in ("learning", "away") for one in watched)
    unsure = f" Of {unknown} of {len(watched)} watches nothing is known at the moment." if unknown else ""
    return Reply(f"No anomaly is open.{unsure}", tone="warning" if unknown else "good", buttons=_others("open"))


def _open(found: Sequence[Issue], at: datetime) -> Reply:
    ordered = sorted(found, key=lambda one: (-one.severity.rank, one.opened_at))
    blocks: list[Block] = []
    counts = []
    for name, severities in _GROUPS:
        mine = [one for one in ordered if one.severity in severities]
        counts.append(f"{len(mine)} {name.split()[-1]}")
        if shown := [one for one in mine if one in ordered[:SHOWN]]:
            blocks.append(Text((Strong(f"{name}: {len(mine)}"),)))
            blocks += [block for one in shown for block in _entry(one, at)]
    if len(ordered) > SHOWN:
        blocks.append(Text((f"{len(ordered) - SHOWN} more: see all open issues.",)))
    many = "1 anomaly is open" if len(found) == 1 else f"{len(found)} anomalies are open"
    tone: Tone = "bad" if ordered[0].severity.rank >= Severity.HIGH.rank else "warning"
    return Reply(f"{many}: {', '.join(counts)}.", tuple(blocks), _others("open"), title="Anomalies", tone=tone)


def _entry(issue: Issue, at: datetime) -> tuple[Block, ...]:
    about = {"issue": issue.id}
    row = [Button("Investigate", "why", _why(issue))] if issue.service else []
    if not issue.acknowledged:
        row.append(Button("Acknowledge", "acknowledge", about))
    row += [Button("Escalate", "escalate", about), Button("Details", "show_issue", about)]
    return (Text((Strong(capped(issue.title, 100)), f" ({issue.id})")), Facts(_facts(issue, at)), Buttons(tuple(row)))


def _facts(issue: Issue, at: datetime) -> tuple[Fact, ...]:
    told = issue.description
    cause = watch_words.part(told, watch_words.COINCIDES)
    rows = (
        ("Severity", issue.severity.capitalize()),
        ("Where", watch_words.part(told, watch_words.WHERE) or issue.service or "–"),
        ("Now", issue.measured or "no data"),
        ("Normal", issue.normal or "unknown"),
        ("Started", f"{figures.clock(issue.opened_at)}, {figures.span(at - issue.opened_at)} ago"),
        ("Likely cause", f"Coincides with {cause}" if cause else "Nothing that I can read coincides with it."),
        ("Impact", watch_words.part(told, watch_words.IMPACT) or "not measured"),
        ("Suggested", watch_words.part(told, watch_words.NEXT) or "Look at its course."),
        ("Status", phrases.state(issue)),
    )
    return tuple(Fact(label, capped(value, 300)) for label, value in rows)


def _why(issue: Issue) -> dict[str, str]:
    fails = issue.labels.get("kind") == "error ratio"
    return {"service": issue.service, "about": "errors" if fails else "latency"}


def _resolved(found: Sequence[Issue], at: datetime) -> Reply:
    ordered = sorted(found, key=lambda one: one.resolved_at or one.updated_at, reverse=True)
    rows = tuple(
        (figures.clock(one.opened_at), one.severity.capitalize(), capped(one.title, 80), phrases.lasted(one), one.id)
        for one in ordered
    )
    many = "1 anomaly was" if len(rows) == 1 else f"{len(rows)} anomalies were"
    table = (Table(("Opened", "Severity", "What", "Lasted", "Id"), rows, most=25),) if rows else ()
    return Reply(
        f"{many} resolved in the last 7 days." if rows else "No anomaly was resolved in the last 7 days.",
        table, _others("resolved"), title="Resolved anomalies", footer=f"Read {figures.clock(at)}",
    )  # fmt: skip


def _trends(found: Sequence[Issue], at: datetime) -> Reply:
    groups: defaultdict[tuple[str, str], list[Issue]] = defaultdict(list)
    for one in found:
        groups[one.labels.get("kind", "several kinds"), one.service or "–"].append(one)
    rows = []
    for (kind, service), issues in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        lasted = median(((one.resolved_at or at) - one.opened_at).total_seconds() for one in issues)
        week = sum(at - one.opened_at <= LATELY for one in issues)
        still = sum(one.open for one in issues)
        rows.append((kind, service, len(issues), week, still, figures.span(timedelta(seconds=round(lasted)))))
    counted = many(len(found), "anomaly", "anomalies")
    columns = ("Kind", "Service", "30 days", "7 days", "Open", "Median length")
    table = (Table(columns, tuple(rows), "By kind and service", most=25),) if rows else ()
    most = f" Most of them: {rows[0][0]} of {rows[0][1]}." if rows else ""
    return Reply(
        f"{counted} in the last 30 days.{most}" if rows else "No anomaly in the last 30 days.",
        table, _others("trends"), title="Anomalies by kind and service", footer=f"Read {figures.clock(at)}",
    )  # fmt: skip


def _others(which: str) -> tuple[Button, ...]:
    labels = (("open", "Open"), ("resolved", "Resolved lately"), ("trends", "Trends"))
    row = tuple(Button(label, "anomalies", {"which": name}) for name, label in labels if name != which)
    return (*row, Button("Watches", "watches"))


def reads(question: Question) -> Reading | None:
    if asked(question.text, _OPEN):
        return Reading("anomalies", {}, 0.95)
    return Reading("anomalies", {"or_status": True}, 0.95) if asked(question.text, _WORTH_KNOWING) else None


def words(question: Question) -> Mapping[str, Any] | None:
    which = _WHICH.get(question.text.strip(" ?.!").lower())
    return {"which": which} if which else None


INTENT = Intent(
    name="anomalies",
    help="What is unusual now, what was lately, and how often of what kind.",
    examples=("anomalies", "anomalies resolved", "anomalies trends"),
    asks=Anomalies,
    answer=answer,
    reads=reads,
    title="Anomalies",
    command="anomalies",
    words=words,
    submit="Show",
    remembered=False,
    by_clock=True,
)
