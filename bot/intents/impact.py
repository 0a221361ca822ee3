"""What an incident did: what moved in its window against the usual, which first, and how far it reached."""

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.desk import health, moves, sign_words
from bot.desk.evidence import Evidence, gather, worse
from bot.desk.health import Measured
from bot.desk.moves import Window
from bot.intents import about_service, drawing, issue_meant
from bot.intents import signs as told
from bot.intents.about_service import AboutService
from bot.intents.intent import Intent, Question, Reading
from bot.intents.issue_meant import Case
from bot.intents.sentences import issue_in
from bot.model import figures
from bot.model.reply import Block, Button, Fact, Facts, Reply, Strong, Table, Text
from bot.model.series import Series
from bot.pipeline import phrases
from bot.ports.tools import Tools
from bot.query.ranges import Range
from bot.query.vitals import BY_VITAL

OWN_WORDS = frozenset(
    """impact impacted affected affect hit incident incidents outage alert alerts issue during server servers node
    nodes host hosts machine machines blast radius users user customers customer people how far spread which ours
    happened suffer suffered damage by recent latest""".split()
)
_SPLIT = [BY_VITAL["latency"], BY_VITAL["errors"]]
_ASKED = re.compile(r"\b(?:impact(?:ed)?|affected|blast radius|who suffered)\b")
_ABOUT: Sequence[tuple[str, Literal["users", "reach"]]] = (
    (r"\b(?:users?|customers?|people)\b", "users"),
    (r"\b(?:services?|blast radius|regions?)\b.*\b(?:affected|impacted|hit)\b|\bblast radius\b", "reach"),
)


class Impact(AboutService, frozen=True):
    window: str = Field("", max_length=200, title="Over", description="None: the time of the incident")
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the last one")
    about: Literal["machines", "reach", "users"] = "machines"


async def answer(ask: Impact, tools: Tools) -> Reply:
    case = await issue_meant.case(ask, ask.issue, tools)
    await tools.step(f"Reading the impact on {case.name}")
    source, turn, window = tools.source(), tools.turn, case.window
    found = await gather(source, tools.desks.incidents, turn.tenant, case.where, window, _SPLIT, hosts=case.hosts)
    measured = await health.measured(source, case.where, Range(window.start, window.end, ""), strict=False)
    requests = measured.get("", Measured())
    return Reply(
        title=f"Impact on {case.name}",
        summary=_summary(ask, case, found, requests),
        blocks=(
            *_context(case),
            told.table(found.own, f"{case.name}, {_span(case)}"),
            *_course(case, found),
            *_order(found),
            *_changes(case, found),
            *_hosts(found),
            *_reach(case, found),
            _people(requests),
            _small_print(case, found),
        ),
        tone="warning" if worse(found.own) else "neutral",
        buttons=_next_steps(ask, case, tools),
        rateable=True,
    )


def _summary(ask: Impact, case: Case, found: Evidence, requests: Measured) -> str:
    if ask.about == "users":
        return f"How many people were affected is not measurable: nothing I read counts them. {_failures(requests)}"
    services = _services(case, found)
    if ask.about == "reach":
        if not services:
            return f"No other service moved while {case.name} had its trouble, {_span(case)}."
        names = ", ".join(services[:5])
        regions = sorted({one.name for one in worse(found.regions)})
        where = f", in {', '.join(regions)}" if regions else ""
        return f"Besides {case.name}, {phrases.number(len(services), 'service')} moved{where}: {names}."
    if not any(one.measured for one in found.own):
        return f"There is no data on {case.name} {_span(case)}, so its impact is not measurable."
    moved = worse(found.own)
    if not moved:
        return f"{case.name} was as usual {_span(case)}: none of its signs moved.{_machines(found)}"
    with_it = f" With it moved: {', '.join(services[:4])}." if services else ""
    signs = "; ".join(sign_words.phrase(one) for one in moved[:3])
    return f"Yes, {case.name} was affected {_span(case)}: {signs}.{_machines(found)}{with_it}"


def _machines(found: Evidence) -> str:
    if not any(one.measured for one in found.hosts):
        return ""
    moved = "; ".join(sign_words.phrase(one) for one in worse(found.hosts)[:2])
    return f" Of its machines: {moved}." if moved else " Its machines were as usual."


def _span(case: Case) -> str:
    start, end = case.window.start, case.window.end
    until = "until now" if case.now and not case.cut else f"to {phrases.when(end, start)}"
    return f"from {phrases.when(start, end)} {until}"


def _services(case: Case, found: Evidence) -> list[str]:
    names = [one.name for one in worse(found.others)]
    return list(dict.fromkeys(name for name in names if name != case.where.get("service")))


def _context(case: Case) -> tuple[Block, ...]:
    issue = case.issue
    if issue is None:
        return ()
    rows = [
        Fact("Incident", phrases.capped(issue.title, 160)),
        Fact("State", phrases.state(issue)),
        Fact("Lasted" if not issue.open else "Open for", phrases.lasted(issue)),
    ]
    if measured := phrases.measured(issue):
        rows.append(Fact("Measured by the alert", measured))
    if issue.workaround:
        rows.append(Fact("Workaround", phrases.capped(issue.workaround, 160)))
    return (Facts(tuple(rows)),)


def _course(case: Case, found: Evidence) -> tuple[Block, ...]:
    """Of what moved the farthest."""
    moved = worse(found.own)
    if not moved or not moved[0].course:
        return ()
    measure = moved[0].vital.measure
    return (drawing.chart(f"{measure.title} of {case.name}", [Series(measure.title, moved[0].course, measure.unit)]),)


def _order(found: Evidence) -> tuple[Block, ...]:
    line = told.order(found.own)
    return (line,) if line else ()


def _changes(case: Case, found: Evidence) -> tuple[Block, ...]:
    moved = sign_words.in_order(worse(found.own))
    since = sign_words.since(moved[0]) if moved else None
    lines = [told.deploy(at, case.name, since) for at in found.deploys[-3:]]
    lines += [told.outage(one, since) for one in found.outages[:3]]
    return (Text((Strong("Changes around it"),)), *lines) if lines else ()


def _hosts(found: Evidence) -> tuple[Block, ...]:
    return (told.table(found.hosts, "The machines there"),) if any(one.measured for one in found.hosts) else ()


def _reach(case: Case, found: Evidence) -> tuple[Block, ...]:
    """Services with an issue, or with a sign that moved; the worst of each."""
    rows: list[tuple[str, ...]] = []
    for name in _services(case, found)[:10]:
        sign = next(one for one in worse(found.others) if one.name == name)
        rows.append((name, sign_words.phrase(sign), f"{sign_words.since(sign):%H:%M}"))
    regions = [one for one in worse(found.regions) if one.name]
    for name in dict.fromkeys(one.name for one in regions):
        sign = next(one for one in regions if one.name == name)
        rows.append((name, sign_words.phrase(sign), f"{sign_words.since(sign):%H:%M}"))
    blocks: list[Block] = (
        [Table(("Where", "What moved", "Since (UTC)"), tuple(rows), "How far it reached")] if rows else []
    )
    beside = [one for one in found.issues if case.issue is None or one.id != case.issue.id]
    blocks += [told.issue(one, None) for one in beside[:5]]
    return tuple(blocks)


def _people(requests: Measured) -> Text:
    return Text((f"People affected: not measurable, for nothing I read counts them. {_failures(requests)}",))


def _failures(requests: Measured) -> str:
    if math.isnan(requests.requests):
        return "Requests are not measured either."
    failed, whole = figures.plain(round(requests.failed)), figures.plain(round(requests.requests))
    return f"{failed} of {whole} requests failed in that time ({figures.measured(requests.error_rate, 'ratio')})."


def _small_print(case: Case, found: Evidence) -> Text:
    every = [*found.own, *found.hosts]
    parts = [told.basis(every), told.unmeasured(every), told.unread(every, found.unread)]
    if case.cut:
        parts.append(f"It lasted longer; its first {figures.span(issue_meant.LONGEST)} are looked at.")
    return Text((" ".join(part for part in parts if part),))


def _next_steps(ask: Impact, case: Case, tools: Tools) -> tuple[Button, ...]:
    given = {"issue": case.issue.id} if case.issue else ask.model_dump(exclude_defaults=True)
    row = [Button("Blast radius", "impact", {**given, "about": "reach"})] if ask.about != "reach" else []
    if service := case.where.get("service"):
        if window := _words(case.window, tools.turn.at, tools.turn.zone):
            row.append(Button("Why", "why", {"service": service, "window": window}))
        row.append(Button("Health", "health", {"service": service}))
    if case.issue:
        if tools.logs is not None:
            row.append(Button("Logs then", "logs", {"issue": case.issue.id}))
        row.append(Button("Open issue", "show_issue", {"issue": case.issue.id}))
    return tuple(row)


def _words(window: Window, now: datetime, zone: str) -> str:
    """A time that is understood again, an hour before it included; empty for older days, which have no such words."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (window.start - moves.LEAD, window.end))
    days = (now.astimezone(ZoneInfo(zone)).date() - start.date()).days
    if start.date() != end.date() or days > 1:
        return ""
    return f"from {start:%H:%M} to {end:%H:%M}{' yesterday' if days else ''}"


def reads(question: Question) -> Reading | None:
    text = question.text.lower().replace("\u2019", "'")
    if not _ASKED.search(text):
        return about_service.follow(question, "impact", OWN_WORDS)
    return about_service.read(question, "impact", OWN_WORDS | _id_words(text), 0.94, _given(text))


def words(question: Question) -> dict[str, str] | None:
    text = question.text.lower()
    told_ = about_service.said(question, OWN_WORDS | _id_words(text))
    return None if told_.unknown else {**told_.arguments, **_given(question.text)}


def _given(text: str) -> dict[str, str]:
    issue = issue_in(text)
    about = next((kind for pattern, kind in _ABOUT if re.search(pattern, text.lower())), "")
    return {**({"issue": issue} if issue else {}), **({"about": about} if about else {})}


def _id_words(text: str) -> frozenset[str]:
    return frozenset({issue_in(text).lower()} - {""})


INTENT = Intent(
    name="impact",
    help="What the last incident did, or that of this thread: what moved, which first, how far it reached.",
    examples=("impact", "was the server impacted during the last incident?", "what was the blast radius?"),
    asks=Impact,
    answer=answer,
    reads=reads,
    title="Impact of an incident",
    command="impact",
    words=words,
    by_clock=True,
)
