"""What an investigation has found, in words: causes with what speaks for them, next steps by when they help. Pure."""

from collections.abc import Iterator, Mapping

from bot.analysis.diagnosis import LEADS, Hypothesis, confidence
from bot.analysis.hints import symptom
from bot.intents.findings import Found
from bot.model import figures
from bot.model.analysis import CauseKind
from bot.model.reply import Block, Button, Link, Query, Reply, Sources, Strong, Table, Text, Tone
from bot.pipeline.phrases import capped, number
from bot.ports.tools import MetricsSource

MOST_CAUSES, MOST_CLUES, MOST_QUERIES = 3, 3, 3
# What helps later, by the kind of cause; what helps at once the analysis itself says.
LATER: Mapping[CauseKind, tuple[str, str]] = {
    "deploy": (
        "Keep that release back until its cause is understood; compare it with the one before.",
        "Roll out in steps, with a check of latency and errors between them.",
    ),
    "outage": (
        "Give calls to it a short time limit, and a plain answer where it is away.",
        "Decide what works without it, and rehearse that.",
    ),
    "dependency": (
        "Give calls to it a time limit and fewer retries, so that waiting does not spread.",
        "Set an objective for it, and be alerted before those who depend on it.",
    ),
    "saturation": (
        "Add room, or take load away from it.",
        "Plan its capacity by its trend, with an alert before it is full.",
    ),
    "traffic": (
        "Limit what may come in, and scale out.",
        "Scale by load, and rehearse a peak.",
    ),
    "region": ("Send traffic to the other regions while it lasts.", "Make the regions alike in versions and limits."),
    "instance": ("Take that machine out of service.", "Let unwell machines be replaced by themselves."),
    "seen_before": ("Do what helped the last time for good.", "Write down its cause, and what removes it."),
}
UNCLEAR = (
    "Look again when there is more data: `investigate` with a wider time.",
    "Measure what could not be read here.",
)


def reply(found: Found, source: MetricsSource | None, note: str = "") -> Reply:
    return Reply(
        title=f"Investigation of {found.service}",
        summary=_summary(found),
        blocks=(
            *([Text((note,))] if note else []),
            *_words(found),
            *_causes(found),
            *_looked_at(found),
            *_next_steps(found),
            *_known(found),
            *_evidence(found, source),
        ),
        tone=_tone(found),
        buttons=_buttons(found),
        footer="The model did not finish: these are the rules' words." if found.model_failed else "",
        rateable=True,
        by_model=bool(found.words),
    )


def nothing(window: str) -> Reply:
    return Reply(
        f"No issue is open, and no service is slower or fails more often than usual, {window}.",
        tone="good",
        buttons=(Button("Status", "status_overview"), Button("SLO compliance", "slo")),
    )


def left_out(count: int) -> str:
    """Why words of the model are not to be seen."""
    return f"{number(count, 'sentence')} left out: {'it' if count == 1 else 'they'} could not be traced."


def _summary(found: Found) -> str:
    if found.analysis is None or found.context is None:
        told = next((one.says for one in found.looks if one.says and not one.failed), "")
        return told or f"What moved around {found.service} is not known yet."
    felt = symptom(found.context)
    if felt is None and found.analysis.kind == "unclear":
        return f"{found.service}: {found.analysis.cause}"
    head = f"{found.service}: {felt.says}, since {felt.since:%H:%M} UTC." if felt else f"{found.service}:"
    return f"{head} {found.analysis.cause}"


def _words(found: Found) -> Iterator[Block]:
    if found.words:
        yield Text((" ".join(found.words),))
    if found.left_out:
        yield Text((left_out(found.left_out),))


def _causes(found: Found) -> Iterator[Block]:
    likely = [one for one in found.causes if one.share >= LEADS][:MOST_CAUSES]
    if not likely:
        return
    yield Text((Strong("Probable causes"),))
    for one in likely:
        sure = f" ({confidence(one.share, one.signs)}, {one.share:.0%})"
        yield Text((one.lead.cause, sure, f" {_clues(one)}".rstrip()), listed=True)


def _clues(one: Hypothesis) -> str:
    more = [hint.clue.says for hint in sorted(one.hints, key=lambda hint: -hint.weight) if hint is not one.lead]
    return " ".join(dict.fromkeys(more[:MOST_CLUES]))


def _looked_at(found: Found) -> Iterator[Block]:
    rows = tuple((look.title, "could not be read: " + look.says if look.failed else look.says) for look in found.looks)
    shown = tuple((title, capped(says, 280)) for title, says in rows if says)
    if shown:
        yield Table(("Looked at", "Found"), shown, f"{found.service}, {found.window}")
    if found.analysis and found.analysis.order:
        told = "; ".join(one.says.rstrip(".") for one in found.analysis.order[:5])
        yield Text((f"In the order in which they moved: {told}.",))
    if found.analysis and found.analysis.unread:
        yield Text((f"Could not be read: {', '.join(found.analysis.unread)}.",))


def _next_steps(found: Found) -> Iterator[Block]:
    """Row REC-02: each with the time in which it helps."""
    if found.analysis is None:
        return
    soon, later = LATER.get(found.analysis.kind, UNCLEAR)
    yield Text((Strong("Next steps"),))
    for when, what in (("Immediate", found.analysis.next_step), ("Short-term", soon), ("Long-term", later)):
        if what:
            yield Text((Strong(f"{when}: "), what), listed=True)


def _known(found: Found) -> Iterator[Block]:
    for one in found.similar:
        helped = f"; what helped: {capped(one.helped, 160)}" if one.helped else ""
        day = f"{one.resolved_at:%Y-%m-%d}"
        yield Text((f"Seen before, {day}: {one.issue}, for {figures.span(one.lasted)}{helped}.",), listed=True)
    pages = [one.document for one in found.pages]
    if links := tuple(Link(page.title, page.url) for page in pages if page.url.startswith("http")):
        yield Sources(links)
    for page in pages:
        if not page.url.startswith("http"):
            yield Text((f"In the knowledge base: {capped(page.title, 120)}.",), listed=True)


def _evidence(found: Found, source: MetricsSource | None) -> Iterator[Block]:
    """The queries that speak for the first cause, with their range: each can be opened."""
    if source is None or found.analysis is None or found.read is None:
        return
    asked = dict.fromkeys(one.query for one in found.analysis.clues if one.query)
    start, end = found.read.start, found.read.end
    for query in list(asked)[:MOST_QUERIES]:
        yield Query(source.title, "promql", query, start, end, url=source.link(query, start, end))


def _tone(found: Found) -> Tone:
    if found.issue and found.issue.severity.rank >= 3:
        return "bad"
    felt = symptom(found.context) if found.context else None
    return "warning" if felt or found.issue else "neutral"


def _buttons(found: Found) -> tuple[Button, ...]:
    """What acts is a button of its own intent, for whoever has the right."""
    given = {"service": found.service}
    row = [Button("What moved", "why", given), Button("Error logs", "logs", {**given, "level": "errors"})]
    if (issue := found.issue) and issue.open:
        about = {"issue": issue.id}
        if not issue.acknowledged:
            row.insert(0, Button("Acknowledge", "acknowledge", about, style="primary"))
        row += [Button("Silence…", "silence", about), Button("Open issue", "show_issue", about)]
    again = {**given, **({"issue": found.issue.id} if found.issue else {}), "window": found.window}
    row.append(Button("Investigate again", "investigate", again))
    return tuple(row)
