"""Questions about the lines of one service over some time: how they are read, and made exact."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from bot.desk import issue_scope
from bot.desk.log_streams import Found, Wanted, find
from bot.intents import about_service, applications, issue_meant
from bot.intents.about_service import AboutService, Said
from bot.intents.intent import Question, Reading
from bot.intents.metric_words import FOLLOW_UP
from bot.intents.sentences import issue_in
from bot.model.errors import Rejected
from bot.ports.tools import LogsSource, Tools
from bot.query import log_levels, ranges
from bot.query.log_levels import Level
from bot.query.words.log_vocabulary import SEARCHED

LONGEST_SOUGHT = 200
LAST = "last"  # the incident that is meant where none is named
CARRIED = ("service", "region", "env", "window", "issue")
OWN_WORDS = frozenset(
    """log logs line lines entry entries message messages event events error errors err exception exceptions failure
    failures warning warnings warn critical crit fatal panic info debug level levels severity and worse latest newest
    recent happened occurred raised logged written count counts number containing then there else prod's
    pod pods details detail""".split()
)
_EVERYTHING = re.compile(r"\b(?:all (?:services|apps|applications)|everything|everywhere|overall)\b")
_QUOTED = re.compile(
    r"(?:\b(?:containing|contains?|with|mentioning|matching|saying)\s+)?[\"\u201c`]([^\"\u201d`]{1,200})[\"\u201d`]"
)
_HOLDING = re.compile(
    r"\b(?:containing|contains?|with|mentioning|mentions?|matching|saying|that says?)\s+"
    r"(?:the (?:words?|text)\s+)?(.{1,200}?)"
    r"(?=\s+(?:in|of|for|from|on|at|by|per|during|since|over|between|around|last|past|yesterday|today|this)\b|[?.!]*\s*$)",
    re.IGNORECASE,
)
_OF_ONE = re.compile(
    r"\b(?:of|for|about|with)\s+(?:the\s+)?(?:order|trace|request|session|user|customer|cart|invoice|job)"
    r"(?:[ _-]?id)?\s*[:#]?\s*([\w-]*\d[\w-]*)",
    re.IGNORECASE,
)
_DURING = re.compile(
    r"\b(?:during|in|of|from|around|at the time of) (?:the|this|that|our) (?:last |latest |recent )?"
    r"(?:incident|issue|outage|alert)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\b(?:top \d+|which)\b|\b(?:by|per|for each|in each)\s+(?!levels?\b|severity\b)[a-z_]+")
_NAMED = re.compile(
    r"\b(?:of|in|for|from|by|on)\s+(?:the\s+)?(?:(?:pod|host|instance|container|node)\s+)?([\w./:-]*\w)"
)
_POD = re.compile(r"\b(?:pod|host|instance|container|node)\s+([\w./:]+-[\w./:-]*\w)")


class AboutLogs(AboutService, frozen=True):
    usual: ClassVar[str] = "last 1 h"

    window: str = Field("", max_length=200, title="Over", description="Such as 24h, yesterday, around 14:05")
    level: str = Field("", max_length=80, title="Level", description="Such as errors, warnings, critical")
    containing: str = Field("", max_length=200, title="Containing", description="In any case; in quotes, exactly so")
    issue: str = Field(
        "", max_length=200, title="Issue", description="Its id, or `last`: of its service, while it stood"
    )

    @property
    def levels(self) -> tuple[Level, ...]:
        return log_levels.said(self.level.lower())


@dataclass(frozen=True, slots=True)
class Subject:
    found: Found
    range: ranges.Range
    now: bool  # the time reaches to this moment
    source: LogsSource

    @property
    def name(self) -> str:
        return self.found.name


async def exactly(ask: AboutLogs, tools: Tools) -> Subject:
    """With the environment people mean unless they say otherwise; it is named in the answer."""
    source = tools.log_source()
    if not ask.service and not ask.issue and (here := await applications.here(tools)):
        ask = ask.model_copy(update={"service": here})
    wanted, range_ = Wanted(ask.service, ask.region, ask.env), None
    if ask.issue and not (ask.service and ask.window):
        wanted, range_ = await _of_issue(ask, wanted, tools)
    if ask.window or range_ is None:
        range_ = _named_time(ask, tools)
    wanted = replace(wanted, app=await applications.of(wanted.service, tools))
    found = await find(source, wanted, range_.start, range_.end)
    return Subject(found, range_, range_.end >= tools.turn.at, source)


async def _of_issue(ask: AboutLogs, wanted: Wanted, tools: Tools) -> tuple[Wanted, ranges.Range]:
    """Its service where none is named, and its time."""
    issue = await issue_meant.meant("" if ask.issue == LAST else ask.issue, ask.service, tools)
    span = issue_meant.span(issue, tools.turn.at)
    if not ask.service:
        place = {**issue_scope.where(issue), **{name: one for name in ("region", "env") if (one := getattr(ask, name))}}
        wanted = Wanted(place.get("service", ""), place.get("region", ""), place.get("env", ""))
    return wanted, ranges.Range(span.start, span.end, f"while {issue.id} stood")


def _named_time(ask: AboutLogs, tools: Tools) -> ranges.Range:
    told = ranges.find((ask.window or ask.usual).lower(), tools.turn.at, tools.turn.zone)
    if told is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, or since 14:00.")
    return told.range


def said(question: Question, own_words: frozenset[str] = OWN_WORDS) -> Said:
    """With `level` and `containing` among what was told."""
    text, arguments = _holding(question.text)
    if found := _DURING.search(text):
        arguments["issue"] = question.issue or LAST
        text = f"{text[: found.start()]} {text[found.end() :]}"
    text = re.sub(r"\blevel[:=]\s*", "level ", text.replace("\u2019", "'"), flags=re.IGNORECASE)
    text, region = _begun(text, question)
    if issue := issue_in(text):
        arguments["issue"] = issue
        text = re.sub(re.escape(issue), " ", text, flags=re.IGNORECASE)
    if pod := _POD.search(text):
        arguments["service"] = pod[1]
        text = f"{text[: pod.start()]} {text[pod.end() :]}"
    told = about_service.said(replace(question, text=text), own_words)
    if levels := log_levels.said(text.lower()):
        arguments["level"] = " ".join(levels)
    unknown = told.unknown
    if unknown and "containing" not in arguments and set(unknown) <= SEARCHED:
        arguments["containing"], unknown = " ".join(unknown), ()
    return Said({**told.arguments, **region, **arguments}, unknown)


def named(question: Question, told: Said) -> Said:
    """A single unknown word where a name stands is a name that only the logs may know."""
    if len(told.unknown) != 1 or "service" in told.arguments:
        return told
    (word,) = told.unknown
    if word in _NAMED.findall(question.text.lower()):
        return Said({**told.arguments, "service": word})
    return told


def carried(question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a follow-up leaves unsaid is what the thread has been about."""
    before = question.memory.get("arguments", {})
    names_a_place = given.keys() & {"service", "region", "env", "issue"}
    if names_a_place or not before or _EVERYTHING.search(question.text.lower()):
        return dict(given)
    return {**{name: before[name] for name in CARRIED if before.get(name)}, **given}


def _stretch(text: str, words: Sequence[str]) -> str:
    """From the first of the words to the last, as it was written."""
    lower = text.lower()
    start, end = lower.find(words[0]), lower.rfind(words[-1])
    return text[start : end + len(words[-1])][:LONGEST_SOUGHT]


def _holding(text: str) -> tuple[str, dict[str, str]]:
    if found := _QUOTED.search(text):
        return f"{text[: found.start()]} {text[found.end() :]}", {"containing": f'"{found[1]}"'}
    found = _OF_ONE.search(text) or _HOLDING.search(text)
    if found is None or set(found[1].lower().split()) <= OWN_WORDS:
        return text, {}
    return f"{text[: found.start()]} {text[found.end() :]}", {"containing": found[1].strip(" ?.!,;:'")}


def _begun(text: str, question: Question) -> tuple[str, dict[str, str]]:
    """“us-east” is every region whose name begins so."""
    known = question.names.values.get("region", ())
    for word in set(re.findall(r"[\w-]+", text.lower())):
        if word not in known and sum(value.lower().startswith(f"{word}-") for value in known) > 1:
            return re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", " ", text, flags=re.IGNORECASE), {"region": word}
    return text, {}


def reading(question: Question, intent: str, own_words: frozenset[str], *, asked: bool) -> Reading | None:
    """None where it is split by what is no level, or holds words that only a translation may understand."""
    told = named(question, said(question, own_words))
    if not asked:
        return follow(question, intent, told)
    if told.unknown or _SPLIT.search(question.text.lower()):
        return None
    return Reading(intent, carried(question, told.arguments), 0.93)


def follow(question: Question, intent: str, told: Said) -> Reading | None:
    """“and yesterday?”, “only eu”, “and only errors”: the same again, with what is new."""
    text = question.text.lower()
    if question.memory.get("intent") != intent or told.unknown or not told.arguments:
        return None
    if not FOLLOW_UP.search(text) and len(text.split()) > 4:
        return None
    return Reading(intent, {**question.memory.get("arguments", {}), **told.arguments}, 0.92)


def behind_verb(question: Question, own_words: frozenset[str]) -> dict[str, Any] | None:
    """A name that is not known yet, else a word to look for."""
    told = said(question, own_words)
    if not told.unknown:
        return carried(question, told.arguments)
    if "service" not in told.arguments and len(told.unknown) == 1:
        return {**told.arguments, "service": told.unknown[0]}
    if "service" in told.arguments and "containing" not in told.arguments:
        return {**told.arguments, "containing": _stretch(question.text, told.unknown)}
    return None
