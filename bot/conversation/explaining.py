"""How a question was understood, made plain: by which words, with what, and what would come of it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from bot.conversation import commands
from bot.conversation.understanding import puzzled, understand
from bot.intents.catalog import BY_NAME, TOPICS
from bot.intents.intent import Question, Reading
from bot.logs import HIDDEN
from bot.model.errors import Problem
from bot.model.rule import Rule, RuleKind
from bot.model.source import SECRETS
from bot.model.understood import By, Understood, Urgency
from bot.query import corrected
from bot.query.words.outcome import Outcome, Planned

MOST_WORDS = 40  # of a question whose words are tried one by one
_MARKS = " ?.!,:;“”\"'"
_HIGH = re.compile(
    r"\b(?:urgent(?:ly)?|asap|immediately|right now|critical|emergency|outage|(?:is|are|went|gone|go(?:es)?) down|"
    r"down again|broken|cannot|can't|nobody can|all customers|sev ?1|p1)\b",
    re.IGNORECASE,
)
_LOW = re.compile(r"\b(?:when you have time|no (?:rush|hurry)|some ?time|just curious|whenever)\b", re.IGNORECASE)
_ABOUT = ("service", "app", "application", "of", "tool", "datasource")


@dataclass(frozen=True, slots=True)
class Met:
    """What a question met on its way."""

    asked: str
    question: Question  # as it was read
    rules: Sequence[Rule]
    outcome: Outcome | None  # what its translation came to, where it was translated
    model: tuple[bool, str]


def understood(reading: Reading | None, met: Met) -> Understood:
    question = met.question
    names = _names(question)
    told = Understood(
        met.asked, question.text, urgency(met.asked), names=names, taught=_taught(met, reading), model=met.model[0],
        model_says=met.model[1], about=next((names[one] for one in _ABOUT if names.get(one)), None),
    )  # fmt: skip
    if reading is None:
        return told
    intent = BY_NAME[reading.intent]
    given = {name: HIDDEN if name in SECRETS else value for name, value in reading.arguments.items()}
    is_command = _is_command(reading, question)
    by: By = "command" if is_command else "sources" if reading.intent == "ask_query" else "rule"
    return replace(
        told, intent=intent.name, help=intent.help, needs=intent.needs, by=by, arguments=given,
        words=(intent.command,) if is_command and intent.command else _deciding(reading, question),
        confidence=reading.confidence, sure=not puzzled(reading), query=_query(reading, question),
        corrected=dict(met.outcome.corrected) if isinstance(met.outcome, Planned) else {}, taken=reading.taken,
        asks_back=reading.asks_back, category=category(intent.name),
        about=next((str(given[one]) for one in _ABOUT if given.get(one)), told.about),
    )  # fmt: skip


def category(intent: str) -> str | None:
    """The topic that it stands under in `help`."""
    found = next((topic for topic, listed in TOPICS.items() if intent in [one.name for one in listed]), None)
    return found.lower().replace(" ", "_") if found else None


def urgency(text: str) -> Urgency:
    return "high" if _HIGH.search(text) else "low" if _LOW.search(text) else "normal"


def _is_command(reading: Reading, question: Question) -> bool:
    if reading.intent == "help" and "about" in reading.arguments:
        return False
    typed = commands.read(question)
    return typed is not None and typed.intent == reading.intent and reading.confidence >= 1.0


def _deciding(reading: Reading, question: Question) -> tuple[str, ...]:
    """The words without any one of which the rules would read it otherwise, or less surely."""
    words = question.text.split()
    if len(words) > MOST_WORDS or reading.intent == "ask_query":
        return ()
    alone = replace(question, ground=None, about=None)
    without = [understand(replace(alone, text=" ".join([*words[:at], *words[at + 1 :]]))) for at in range(len(words))]
    kept = [word.strip(_MARKS) for word, one in zip(words, without, strict=True) if _another(one, reading)]
    return tuple(filter(None, kept))


def _another(one: Reading | None, reading: Reading) -> bool:
    if one is None or one.intent != reading.intent or one.confidence < reading.confidence:
        return True
    said = {name: value for name, value in reading.arguments.items() if name not in reading.taken}
    return dict(one.arguments) != said


def _names(question: Question) -> Mapping[str, str]:
    found = question.names.find(question.text)
    if metric := question.names.metric(question.text):
        found["metric"] = metric
    if app := question.names.named_app(question.text):
        found["application"] = app
    return found


def _taught(met: Met, reading: Reading | None) -> tuple[str, ...]:
    changed = [
        one for one in met.rules
        if one.kind is RuleKind.ALIAS and met.asked != met.question.text
        and corrected.text(met.asked, [one]) != met.asked
    ]  # fmt: skip
    query = str(reading.arguments.get("query", "")) if reading and reading.intent == "ask_query" else ""
    if query and reading:
        bare = {name: value for name, value in reading.arguments.items() if name != "unit"}
        changed += [
            one for one in met.rules if one.kind is RuleKind.UNIT and "unit" in corrected.arguments(bare, [one])
        ]
    return tuple(f"{one.id}: {one.says}" for one in changed)


def _query(reading: Reading, question: Question) -> str:
    """As it would be run; empty where that is written only while it is answered."""
    intent = BY_NAME[reading.intent]
    if isinstance(given := reading.arguments.get("query"), str):
        return given
    if intent.written is None or reading.asks_back or question.about is not None:
        return ""
    try:
        return intent.written(intent.asks.model_validate(dict(reading.arguments)), question.names)
    except (ValidationError, Problem):
        return ""


def model_asked(reading: Reading | None, *, there: bool, allowed: bool, grounded: bool, page: bool) -> tuple[bool, str]:
    """Whether a language model would read it, and why or why not."""
    if not puzzled(reading):
        return False, "no: the rules are sure"
    if page:
        return False, "no: a page that is written down answers it"
    if not there:
        return False, "no: there is none"
    if not allowed:
        return False, "no: the plan does not use it for questions"
    if reading is not None and reading.asks_back and not reading.open:
        return False, "no: what is missing only you can say"
    if not grounded:
        return False, "no: nothing is known of what the sources hold"
    return True, "yes, within its budget: the rules leave it open"
