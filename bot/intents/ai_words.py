"""How questions about the use and the cost of AI are read: which tool, which model, over what, split by what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.intents.intent import Question, Reading
from bot.intents.metric_words import FILLERS, FOLLOW_UP
from bot.model.charge import ASSISTANT
from bot.query import months
from bot.query.names import Names, stands, telling

AI = re.compile(
    r"\b(?:ai|llms?|gpt[\w.-]*|claude[\w.-]*|openai|anthropic|tokens?|prompts?"
    r"|language models?|model usage|model calls)\b"
)
ELSEWHERE = re.compile(  # answered by the forecast and by advice
    r"\b(?:reduc\w+|lower|cut|sav(?:e|ing|ings)|optimi[sz]\w*|budgets?|project(?:ed|ions?)|forecast\w*|predict\w*|will"
    r"|expect\w*|recommend\w*|alerts?|exceed\w*|adjust\w*|suggest\w*|how to|should|setup|set up)\b"
)
COMPARED = re.compile(
    r"\b(?:compare[ds]?|comparing|comparison|versus|vs|against|difference)\b|\b(?:more|less)\b.*\bthan\b"
)
KNOWN = frozenset(
    """ai llm llms gpt claude openai anthropic token tokens language prompt prompts tool tools model models call calls
    request requests usage use uses using used our we i me us month week day today's date summary overview breakdown
    breakdowns split cost costs costing spend spending spent money usd dollar dollars bill current far until till one
    ones nightdesk hey hi hello have has does did been being on of in success rate share shares each much
    many""".split()
)
_BY = re.compile(
    r"\b(?:by|per|for each|split by|each)\s+(?:the\s+|each\s+|every\s+)?(?:ai\s+)?"
    r"(tool|model|operation|person|people|user|endpoint)s?\b"
)
_OURSELVES = re.compile(r"\b(?:(?:the |your )?assistant|yourself|your own)\b|(?<=of )nightdesk\b|(?<=did )nightdesk\b")
_SPOKEN = {"user": "person", "people": "person"}
_ELSES = ("service", "region", "env")  # names of these mean services, not the use of AI


@dataclass(frozen=True, slots=True)
class Said:
    arguments: Mapping[str, str]
    unknown: tuple[str, ...]  # words that are nothing we know
    about_ai: bool  # it says so itself
    about_services: bool


def plain(text: str) -> str:
    return text.lower().replace("\u2019", "'")


def said(question: Question, own_words: frozenset[str] = frozenset()) -> Said:
    text = plain(question.text)
    arguments: dict[str, str] = {}
    rest = text
    if tool := tool_in(text, question.names):
        arguments["tool"] = tool[0]
        rest = rest.replace(tool[1], " ")
    if model := _model_in(rest, question.names):
        arguments["model"] = model
        rest = rest.replace(model.lower(), " ")
    if found := _BY.search(rest):
        arguments["by"] = _SPOKEN.get(found[1], found[1])
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    if span := months.find(rest, question.at, question.zone):
        arguments["window"] = span.range.words.removeprefix("the ")
        rest = span.rest
    unknown = [word for word in telling(rest) if word not in FILLERS | KNOWN | own_words and not AI.fullmatch(word)]
    services = any(label in question.names.find(rest) for label in _ELSES) or bool(question.names.app(rest))
    return Said(arguments, tuple(unknown), bool("tool" in arguments or AI.search(text)), services)


def without(question: Question, phrase: re.Pattern[str]) -> Question:
    return replace(question, text=phrase.sub(" ", plain(question.text)))


def tool_in(text: str, names: Names) -> tuple[str, str] | None:
    """The tool that a lower-case text names, and how it stands there; its last word will do where no other has it."""
    low = re.sub(r"[-_\s]", " ", text)
    spelt = {name: re.sub(r"[-_\s]+", " ", name.lower()) for name in names.ai_tools}
    for name in sorted(spelt, key=lambda one: -len(one)):
        if stands(spelt[name], low):
            at = low.find(spelt[name])
            return name, text[at : at + len(spelt[name])]
    heads: dict[str, list[str]] = {}
    for name, words in spelt.items():
        heads.setdefault(words.rpartition(" ")[2], []).append(name)
    for head, named in heads.items():
        if len(named) == 1 and len(head) > 4 and stands(head, low):
            return named[0], head
    own = _OURSELVES.search(low)
    return (ASSISTANT, text[own.start() : own.end()]) if own else None


def _model_in(text: str, names: Names) -> str:
    known = sorted((one for one in names.ai_models if one), key=lambda one: -len(one))
    return next((one for one in known if stands(one.lower(), text)), "")


def connected(question: Question) -> bool:
    return bool(question.names.ai_tools)


def read(
    question: Question, intent: str, told: Said, sure: float, given: Mapping[str, Any] | None = None
) -> Reading | None:
    """A question about AI, or one that says nothing else where AI usage is told; unknown words name a tool."""
    if told.about_services or (told.unknown and not told.about_ai):
        return None
    if not connected(question) and (not told.about_ai or question.names.metrics):
        return None  # metrics may tell of it
    arguments = {**told.arguments, **(given or {})}
    if not told.unknown:
        return Reading(intent, arguments, sure)
    if "tool" in arguments or len(told.unknown) > 3:
        return None
    return Reading(intent, {**arguments, "tool": " ".join(told.unknown)}, 0.81)


def follow(question: Question, intent: str, own_words: frozenset[str] = frozenset()) -> Reading | None:
    """“and yesterday?”, “by model”, “only the chatbot”: the same again, with what is new."""
    if question.memory.get("intent") != intent:
        return None
    told = said(question, own_words)
    short = FOLLOW_UP.search(plain(question.text)) or len(question.text.split()) <= 4
    if told.unknown or told.about_services or not told.arguments or not short:
        return None
    return Reading(intent, {**question.memory.get("arguments", {}), **told.arguments}, 0.92)


def behind_verb(question: Question, own_words: frozenset[str] = frozenset()) -> dict[str, Any] | None:
    """What follows a command: words that nobody knows name a tool."""
    told = said(question, own_words)
    if told.unknown and "tool" in told.arguments:
        return None
    unknown = {"tool": " ".join(told.unknown)} if told.unknown else {}
    return {**told.arguments, **unknown}
