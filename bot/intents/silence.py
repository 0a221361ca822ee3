"""Keep something quiet for a while: first what that would hide, then a button that does it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.spans import until
from bot.intents import when
from bot.intents.acting import which
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import IMPERATIVE, issue_in, matches, request
from bot.model.errors import Rejected
from bot.model.issue import IssueId
from bot.model.matchers import Matcher, read_matchers, split
from bot.model.message import Role
from bot.model.reply import Block, Button, Code, Part, Reply, Table, Text
from bot.model.text import many
from bot.ports.desks import Preview
from bot.ports.tools import Tools

SPANS = (("30 min", "30m"), ("2 h", "2h"), ("Until tomorrow 9:00", "tomorrow"))
SHOWN = 10
_TIME = (
    r"(?:\d|an? |one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|couple|tomorrow|tonight|noon|midnight"
    r"|morning|mon|tue|wed|thu|fri|sat|sun|end of|next)"
)
_SPAN = rf"(?:for (?P<span>{_TIME}[\w :.'-]{{0,40}})|(?P<until>(?:until|till) {_TIME}[\w :.'-]{{0,40}}))"
_SAID = (rf"(?:silence|mute|snooze)(?: IT)?(?: {_SPAN})?",)
_BEHIND = (rf"(?:IT)?(?: ?{_SPAN})?", r"(?:IT ?)?(?P<span>\d+ ?[smhd]\w*)", r"(?:IT ?)?(?P<span>tomorrow)")
_LAST_SPAN = re.compile(
    rf"(?:^|\s)(?:(?:for )?(?P<span>\d+ ?[smhd]\w*(?: ?\d+ ?[smh]\w*)?|tomorrow)|{_SPAN.replace('<span>', '<words>')})$"
)


class Silence(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    matchers: str = Field(
        "", max_length=4000, title="Labels", description='Such as service="checkout"; none: the issue'
    )
    span: str = Field("", max_length=60, title="How long", description="Such as 45m, 2h, tomorrow, until 14:00")
    comment: str = Field("", max_length=500, title="Why", description="Others will read it")


async def answer(ask: Silence, tools: Tools) -> Reply:
    turn = tools.turn
    if not (ask.issue or ask.matchers):
        return await which(tools, "silence", {"span": ask.span} if ask.span else {})
    if not ask.span:
        return _how_long(ask)
    ends_at = until(ask.span, turn.at, turn.zone)
    matchers = await _matchers(ask, tools)
    preview = await tools.desks.silences.preview(turn.tenant, matchers)
    if preview.refused:
        return Reply(preview.refused, (_what(preview.matchers or matchers),), tone="warning")
    given = {"matchers": ", ".join(preview.matchers or matchers), "until": ends_at.isoformat()}
    given |= {"issue": ask.issue} if ask.issue and not ask.matchers else {}
    given |= {"comment": ask.comment} if ask.comment else {}
    label = f"Silence until {when.label(ends_at, turn.at, turn.zone)}"
    return told(preview, ends_at, tools, Button(label, "confirm_silence", given, style="primary"))


def told(preview: Preview, ends_at: datetime, tools: Tools, go: Button) -> Reply:
    """What it would hide; nothing has happened yet."""
    blocks: list[Block] = [_what(preview.matchers)]
    if preview.now:
        blocks.append(Text(("Hidden at this moment:",)))
        blocks += [Text((title,), listed=True) for title in preview.now[:SHOWN]]
        if more := len(preview.now) - SHOWN:
            blocks += [Text((f"{more} more",), listed=True)] if more > 0 else []
    if preview.past:
        rows = tuple((title, float(count)) for title, count in preview.past[:SHOWN])
        blocks.append(Table(("Alert", "Times"), rows, "It would have hidden in the last seven days"))
    if preview.critical:
        says = "1 of them is critical" if preview.critical == 1 else f"{preview.critical} of them are critical"
        blocks.append(Text((f"{says}: a second person will be asked to agree.",)))
    past = sum(count for _, count in preview.past)
    at = when.label(ends_at, tools.turn.at, tools.turn.zone)
    return Reply(
        f"Until {at} ({when.beside(ends_at, tools.turn.zone)}) this hides {_alerts(len(preview.now))} now; "
        f"in the last seven days it would have hidden {_alerts(past)}.",
        tuple(blocks),
        (go, Button("Cancel", "dismiss")),
        tone="warning" if preview.critical else "neutral",
        footer=f"Nothing is silenced yet. It will stand at {preview.where}.",
    )


def parsed(text: str) -> tuple[str, ...]:
    """Matchers as typed, each checked."""
    lines = split(text)
    try:
        read_matchers(lines)
    except ValueError as problem:
        raise Rejected(f"I cannot read these labels: {problem}.") from None
    return lines


def of_service(name: str) -> str:
    return str(Matcher("service", "=", name))


def reads(question: Question) -> Reading | None:
    if found := matches(question.text, _SAID):
        return Reading("silence", _given(found, issue_in(question.text)), IMPERATIVE)
    # “mute checkout for 2h” is the verb by another name.
    verb, _, behind = (question.text if request(question.text) else "").strip().partition(" ")
    given = words(replace(question, text=behind)) if verb.lower() in ("mute", "snooze") else None
    return Reading("silence", given, IMPERATIVE) if given and given.get("span") else None


def words(question: Question) -> Mapping[str, Any] | None:
    """Behind the verb: an issue, labels or a service, and for how long."""
    issue = issue_in(question.text)
    if found := matches(question.text, _BEHIND):
        return _given(found, issue)
    text, span = split_span(question.text)
    if any(sign in text for sign in "={"):
        return {"matchers": text, **({"span": span} if span else {})}
    bare = request(text) or ""
    known = bare in (name.lower() for name in question.names.values.get("service", ()))
    if re.fullmatch(r"[\w.-]+", bare) and (span or known):
        return {"matchers": of_service(text.strip()), **({"span": span} if span else {})}
    return None


def split_span(text: str) -> tuple[str, str]:
    """The words before a span at the end, and the span: `checkout for 2h` as `checkout` and `2h`."""
    found = _LAST_SPAN.search(text.rstrip(". "))
    if found is None:
        return text.strip(), ""
    return text[: found.start()].strip(), found["span"] or found["words"] or found["until"]


def _given(found: re.Match[str], issue: str) -> dict[str, Any]:
    groups = found.groupdict()
    span = groups.get("span") or groups.get("until") or ""
    return {**({"issue": issue} if issue else {}), **({"span": span.strip()} if span else {})}


def _how_long(ask: Silence) -> Reply:
    given = ask.model_dump(exclude_defaults=True)
    row = (Button(label, "silence", {**given, "span": span}) for label, span in SPANS)
    own = Button("Other…", "silence", given, asks=("span", "comment"))
    return Reply("For how long? The next step shows what it would hide.", buttons=(*row, own))


async def _matchers(ask: Silence, tools: Tools) -> Sequence[str]:
    if ask.matchers:
        return parsed(ask.matchers)
    return await tools.desks.silences.matchers(tools.turn.tenant, IssueId(ask.issue))


def _what(matchers: Sequence[str]) -> Text:
    parts: list[Part] = ["Alerts with "]
    for number, matcher in enumerate(matchers):
        parts += [*([" and "] if number else []), Code(matcher)]
    return Text(tuple(parts) if matchers else ("All alerts",))


def _alerts(count: int) -> str:
    return many(count, "alert") if count else "no alert"


INTENT = Intent(
    name="silence",
    help="Keep an issue, or alerts with some labels, quiet for a while.",
    examples=("silence it for two hours", 'silence service="checkout" for 2h'),
    asks=Silence,
    answer=answer,
    reads=reads,
    title="Silence",
    command="silence",
    words=words,
    submit="Show what it hides",
    needs=Role.OPERATOR,
    remembered=False,
    overheard=True,
)
