"""How a question about a metric is read: every word must be a measure, a name, a time or a filler, or we ask back."""

import re
from collections.abc import Mapping
from typing import Any

from bot.intents.intent import Question, Reading
from bot.model.reply import Button, Reply
from bot.query import application, ranges
from bot.query.measures import MEASURES, SCOPE, Measure
from bot.query.names import Names, telling

_FILLERS = """
    a about also and any are at be been can could current currently did do does doing for from get give going had has
    have high how i in is it its just let like look looking looks low many me metric more much my now of on only our
    out over please right same see show tell than that the then there these they this to us use used using was we were
    what whats what's when which who why will with would you your value level levels number rate chart graph plot trend
    per by split each every across all everything service services tool tools model region regions env environment
    average mean usual normal compared against still too instead week day hour today's last past so far total ok okay
    thanks usage top most worst best highest lowest biggest app apps application applications
"""
FILLERS = frozenset(_FILLERS.split())
_WHICH = re.compile(r"\b(?:which|top \d+|top|what)\s+([a-z]+?)s?\b")
_BY = re.compile(r"\b(?:by|per|for each|split by|across)\s+(?:each\s+|every\s+|all\s+)?([a-z_]+?)s?\b")
LABELS = frozenset(label for measure in MEASURES for label in measure.labels)
SPOKEN = {"host": "instance", "application": "service", "app": "service", "environment": "env", "zone": "region"}
FOLLOW_UP = re.compile(r"^\s*(?:and|what about|how about|only|just|same for|now|same|by|per)\b|^\W*\w+\W*\?$")


def reads(question: Question) -> Reading | None:
    text = question.text.lower()
    found = ranges.find(text, question.at, question.zone)
    rest = found.rest if found else text
    scope = question.names.find(rest)
    app = question.names.named_app(rest)
    rest = _without(rest, [*scope.values(), *([app] if app else [])])
    by, rest = _split_by(rest)
    measure, rest = _measure(rest, question.names)
    before = question.memory.get("arguments", {}) if question.memory.get("intent") == "ask_metric" else {}
    if measure is None and not (before and (scope or app or by or found) and _continues(question.text, rest)):
        return _unknown_only(question, rest) if scope else None
    scope, unknown = _correct(scope, _unused(rest), question.names)
    arguments: dict[str, Any] = {**(_carried(before, measure) if before else {}), **scope}
    if app or "service" in scope:
        arguments.pop("service" if app else "app", None)
    arguments |= {"app": app} if app else {}
    arguments |= {"metric": measure} if measure else {}
    arguments |= {"by": by} if by else {}
    arguments |= (
        {"window": found.range.words if found.range.words[:3] != "the" else found.range.words[4:]} if found else {}
    )
    arguments |= {"everything": True} if application.everything(text) else {}
    if unknown:
        return Reading("ask_metric", arguments, 0.5, _ask_back(unknown, arguments, question.names))
    return Reading("ask_metric", arguments, 0.9 if measure else 0.8)


def _carried(before: Mapping[str, Any], measure: str | None) -> dict[str, Any]:
    """What a follow-up leaves unsaid: everything, or with a new metric the scope and the time."""
    return (
        dict(before)
        if measure is None
        else {k: v for k, v in before.items() if k in (*SCOPE, "window", "everything", "app")}
    )


def _continues(text: str, rest: str) -> bool:
    return bool(FOLLOW_UP.search(text.lower())) or not _unused(rest)


def _measure(text: str, names: Names) -> tuple[str | None, str]:
    if name := names.metric(text):
        return name, _without(text, [name])
    known = sorted(((word, measure) for measure in MEASURES for word in measure.words), key=lambda pair: -len(pair[0]))
    for word, measure in known:
        if re.search(rf"\b{re.escape(word)}\b", text):
            return measure.name, _without(text, _said(measure))
    return None, text


def _said(measure: Measure) -> list[str]:
    return [measure.title.lower(), *measure.words, *(word for phrase in measure.words for word in phrase.split())]


def _split_by(text: str) -> tuple[str, str]:
    """“by region”, “which service”, “top 5 services”: only what is a label of some measure."""
    for match in (*_BY.finditer(text), *_WHICH.finditer(text)):
        label = SPOKEN.get(match[1], match[1])
        if label in LABELS:
            return label, f"{text[: match.start()]} {text[match.end() :]}"
    return "", text


def _without(text: str, phrases: list[str]) -> str:
    for phrase in sorted(phrases, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(phrase.lower())}(?![\w-])", " ", text)
    return text


def _unused(text: str) -> list[str]:
    return [word for word in telling(text) if word not in FILLERS or len(word) == 1]


def _correct(scope: Mapping[str, str], unused: list[str], names: Names) -> tuple[dict[str, str], list[str]]:
    """Typos of known names are read as those names; what is left over is unknown."""
    corrected, unknown = dict(scope), []
    for word in unused:
        meant = names.meant(word)
        if meant and meant[0] not in corrected:
            corrected[meant[0]] = meant[1]
        elif not meant:
            unknown.append(word)
    return corrected, unknown


def _unknown_only(question: Question, rest: str) -> Reading | None:
    """“How is checkout?” names a thing and no measure: its latency is the best single sign."""
    if _unused(rest):
        return None
    scope = question.names.find(question.text)
    measure = "cost" if "tool" in scope or "model" in scope else "latency"
    return Reading("ask_metric", {"metric": measure, **scope}, 0.7)


def _ask_back(unknown: list[str], arguments: Mapping[str, Any], names: Names) -> Reply:
    word = unknown[0]
    near = names.near(word) or list(names.values.get("service", ()))[:4]
    buttons = []
    for name in near:
        label = next((label for label, values in names.values.items() if name in values), None)
        wanted = {**arguments, label: name} if label else {"metric": name}
        buttons.append(Button(name, "ask_metric", {"metric": "latency", **wanted}))
    return Reply(
        f"I do not know “{word[:80]}”."
        + (" Did you mean one of these?" if buttons else " Ask for help to see what I read."),
        tone="warning",
        buttons=tuple(buttons),
    )
