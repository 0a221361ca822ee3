"""Why is it slow, why does it fail: what moved, in which order, and what coincides with it. Never “caused by”."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.desk import sign_words
from bot.desk.evidence import Evidence, gather, score
from bot.desk.moves import Sign, Window, signs
from bot.intents import about_service, applications, diagnosing, drawing
from bot.intents import signs as told
from bot.intents.about_service import AboutService, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.issue import Issue
from bot.model.reply import Block, Button, Reply, Strong, Text, Tone
from bot.model.series import Series
from bot.ports.tools import Tools
from bot.query.vitals import BY_VITAL

OWN_WORDS = frozenset(
    """why slow slower slowly sluggish laggy slowness happening cause causes causing caused going reason root behind
    wrong problem problems issue issues error errors failing fail fails failure failures 5xx high latency response
    rate seems seem investigate investigation diagnose diagnosis explain performance spike spikes spiking up broken
    bad degraded so very there""".split()
)
_ASKED = re.compile(
    r"^\W*why\b|\bwhy (?:is|are|was|were|does|do|did)\b"
    r"|\b(?:what(?:'s| is| was)|whats) (?:causing|behind|going on with)\b"
    r"|\b(?:investigate|diagnose)\b|\broot cause\b|\bslow\b.*\bgoing on\b|\b(?:is|seems|feels) (?:very |so )?slow\b"
)
_TROUBLE = re.compile(
    r"\b(?:slow\w*|sluggish|laggy|latency|errors?|fail\w*|5xx|down|broken|bad|high|degraded|performance|spik\w+)\b"
)
_ERRORS = re.compile(r"\b(?:errors?|fail(?:s|ing|ures?|ed)?|5xx|broken)\b")
MANY = 3  # services that move together are one thing
BESIDE = 4  # moves of other services that are told


class Why(AboutService, frozen=True):
    window: str = Field("last 2 hours", max_length=200, title="Over")
    tool: str = Field("", max_length=200, title="AI tool")
    about: Literal["latency", "errors"] = "latency"

    @property
    def name(self) -> str:
        return self.service or self.tool

    @property
    def main(self) -> str:
        """The sign that is asked about."""
        return f"tool_{self.about}" if self.tool else self.about


async def answer(ask: Why, tools: Tools) -> Reply:
    await diagnosing.admit(tools)
    if not ask.name:
        ask = ask.model_copy(update={"service": await applications.here(tools)})
    subject = await about_service.exactly(ask, tools)
    window = Window(subject.range.start, subject.range.end)
    if not ask.name:
        worst = await _worst(ask, subject, window)
        if worst is None:
            return _nothing(ask, subject)
        ask = ask.model_copy(update={"service": worst})
        subject = replace(subject, where={**subject.where, "service": worst})
    await tools.step(f"Reading what moved around {ask.name}")
    found = await gather(
        subject.source,
        tools.desks.incidents,
        tools.turn.tenant,
        subject.where,
        window,
        [] if ask.tool else [BY_VITAL[ask.about]],
    )
    if not any(one.measured for one in found.own):
        return Reply(f"There is no data on {subject.name}, {subject.range.words}.", tone="warning")
    main = next((one for one in found.own if one.vital.measure.name == ask.main and one.measured), None)
    since = main.move.since if main and main.moved and main.move else None
    return Reply(
        title=f"What moved around {ask.name}",
        summary=_summary(ask, subject, main, found),
        blocks=(
            *_evidence(ask, since, found),
            told.table(found.own, f"{subject.name}, {subject.range.words}"),
            *_course(main, subject),
            *_order(found.own),
            Text(
                (
                    " ".join(
                        part
                        for part in (
                            told.basis(found.own),
                            told.unmeasured(found.own),
                            told.unread(found.own, found.unread),
                        )
                        if part
                    ),
                )
            ),
        ),
        tone=_tone(main),
        buttons=_next_steps(ask, found, tools),
        rateable=True,
    )


async def _worst(ask: Why, subject: Subject, window: Window) -> str | None:
    """Asked of nobody in particular, it is the service whose sign is farthest from its usual."""
    found = await signs(subject.source, subject.where, window, [BY_VITAL[ask.about]], "service")
    far = [one for one in found if one.moved and one.move and one.move.score > 0 and one.name]
    return max(far, key=lambda one: one.move.score if one.move else 0.0).name if far else None


def _summary(ask: Why, subject: Subject, main: Sign | None, found: Evidence) -> str:
    is_ = "is" if subject.now else "was"
    if main is None or main.move is None:
        return f"{subject.name} has no {ask.about} to judge, {subject.range.words}."
    if not main.moved or main.move.score < 0:
        moved = [one for one in sign_words.in_order(found.own) if one is not main]
        more = (
            f" What moved: {'; '.join(sign_words.phrase(one) for one in moved[:2])}."
            if moved
            else " Nothing else moved."
        )
        unit = main.vital.measure.unit
        seen, usual = (figures.measured(value, unit) for value in (main.move.seen, main.move.usual.value))
        what = "does not fail more often" if ask.about == "errors" else f"{is_} not slower"
        return f"{subject.name} {what} than usual, {subject.range.words}: at most {seen}, usually {usual}.{more}"
    since = main.move.since
    best = _coincides(ask, since, found)
    with_it = f" It coincides with {best}." if best else " Nothing that I can read coincides with it."
    what = f"fail{'s' if subject.now else 'ed'} more often" if ask.about == "errors" else f"{is_} slow"
    return f"{subject.name} {what} since {since:%H:%M} UTC: {sign_words.phrase(main)}.{with_it}"


def _coincides(ask: Why, since: datetime, found: Evidence) -> str:
    """The strongest evidence: a change of its own, something outside, what ran full, then what moved beside it."""
    if deployed := found.deployed_before(since):
        return f"a deploy of {ask.name} at {deployed:%H:%M} UTC"
    if away := found.away_with(since):
        return f"{away.name}, which did not answer from {away.start:%H:%M} UTC on"
    own = [one for one in found.own if one.moved and (one.full or one.vital.aspect == "dependency")]
    if own:
        return sign_words.phrase(max(own, key=lambda one: (one.full, score(one))))
    near = found.beside(since)
    names = {one.name for one in near}
    if len(names) >= MANY:
        where = f", here only in {found.only_region}" if found.only_region else ""
        return f"the same in {len(names)} other services{where}"
    return f"{near[0].name}: {sign_words.phrase(near[0])}" if near else ""


def _evidence(ask: Why, since: datetime | None, found: Evidence) -> tuple[Block, ...]:
    lines: list[Block] = []
    if where := found.only_region:
        lines.append(Text((f"Only in {where}: the other {len(found.regions) - 1} regions are as usual.",), listed=True))
    lines += [told.deploy(at, ask.name, since) for at in found.deploys[-3:]]
    lines += [told.outage(one, since) for one in found.outages[:3]]
    lines += [told.issue(one, since) for one in _near(found.issues, ask.name)[:3]]
    for one in found.own:
        if one.full:
            limit = figures.measured(one.vital.full_from or 0.0, one.vital.measure.unit)
            lines.append(Text((f"Full: {sign_words.phrase(one)}; {limit} is where it gets tight.",), listed=True))
    for one in sorted((o for o in found.others if o.moved and o.move), key=lambda o: -(o.move.score if o.move else 0))[
        :4
    ]:
        assert one.move is not None
        lines.append(Text((f"{one.name}: {sign_words.phrase(one)}, since {one.move.since:%H:%M} UTC.",), listed=True))
    again = next((text for one in found.own if (text := told.recurs(one))), "")
    if again:
        lines.append(Text((again,), listed=True))
    if not lines:
        return ()
    return (Text((Strong("What coincides" if since else "What else there is"),)), *lines)


def _near(issues: Sequence[Issue], service: str) -> list[Issue]:
    """Its own first, then those that are open."""
    return sorted(issues, key=lambda one: (service not in one.services, not one.open, one.opened_at))


def _course(main: Sign | None, subject: Subject) -> tuple[Block, ...]:
    if main is None or main.usual is None:
        return ()
    title, unit = main.vital.measure.title, main.vital.measure.unit
    lines = [Series(title, main.course, unit)]
    return (drawing.chart(f"{title} of {subject.name}, {subject.range.words}", lines),)


def _order(own: Sequence[Sign]) -> tuple[Block, ...]:
    line = told.order(own)
    return (line,) if line else ()


def _tone(main: Sign | None) -> Tone:
    if main is None or main.move is None or not main.moved or main.move.score < 0:
        return "neutral"
    usual = main.move.usual.value
    return "bad" if usual <= 0 or main.move.seen / usual >= 3 else "warning"  # row THV-03


def _next_steps(ask: Why, found: Evidence, tools: Tools) -> tuple[Button, ...]:
    given = {key: value for key in about_service.ALSO_TOOLS if (value := getattr(ask, key))}
    other = "errors" if ask.about == "latency" else "latency"
    row = [Button(f"And its {other}?", "why", {**given, "window": ask.window, "about": other})]
    if ask.service:
        row.append(Button("Investigate", "investigate", {**_given(ask), "window": ask.window}))
        row.append(Button("Health", "health", given))
        row.append(Button("By region", "ask_metric", {**given, "metric": ask.about, "by": "region"}))
        if tools.logs is not None:
            row.append(Button("Error logs", "logs", {**given, "window": ask.window, "level": "errors"}))
    first = [one for one in _near(found.issues, ask.name) if ask.name in one.services][:1]
    return (*row, *(Button("Open issue", "show_issue", {"issue": one.id}) for one in first))


def _given(ask: Why) -> dict[str, str]:
    return {key: value for key in about_service.SCOPE if (value := getattr(ask, key))}


def _nothing(ask: Why, subject: Subject) -> Reply:
    what = "fails more often" if ask.about == "errors" else "is slower"
    return Reply(
        f"No service {what} than usual, {subject.range.words}.",
        tone="good",
        buttons=(Button("Status", "status_overview"), Button("SLO compliance", "slo")),
    )


def reads(question: Question) -> Reading | None:
    text = question.text.lower().replace("\u2019", "'")
    if not _ASKED.search(text):
        return about_service.follow(question, "why", OWN_WORDS, about_service.ALSO_TOOLS)
    reading = about_service.read(question, "why", OWN_WORDS, 0.94, _about(text), about_service.ALSO_TOOLS)
    return None if reading.asks_back and not _TROUBLE.search(text) else reading  # “why was I called?” is another matter


def words(question: Question) -> dict[str, str] | None:
    given = about_service.said(question, OWN_WORDS, about_service.ALSO_TOOLS)
    return None if given.unknown else {**given.arguments, **_about(question.text.lower())}


def _about(text: str) -> dict[str, str]:
    return {"about": "errors"} if _ERRORS.search(text) and "slow" not in text else {}


INTENT = Intent(
    name="why",
    help="Why a service is slow or fails: what moved, in which order, and what coincides.",
    examples=("why is checkout slow?", "why errors payments", "what's causing the high error rate?"),
    asks=Why,
    answer=answer,
    reads=reads,
    title="Why is it slow",
    command="why",
    words=words,
)
