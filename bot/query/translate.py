"""The seats in order: a template of the team, an answer remembered, the rules, and a model where one is configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.query.catalog import Catalog
from bot.query.logql.build import logql
from bot.query.plan import Language, Lines, Plan
from bot.query.promql.build import promql
from bot.query.words import against, followups, pairs, rules
from bot.query.words.choosing import Prepared
from bot.query.words.index import Index
from bot.query.words.outcome import Clarify, Outcome, Planned, Unsupported


@dataclass(frozen=True)
class Question:
    """`context`: `previous`, the question before in this thread; `facts`, labels and values the thread is about."""

    text: str
    now: datetime
    zone: str = "UTC"
    language: Language | None = None
    previous: tuple[str, ...] = ()
    facts: Mapping[str, str] | None = None


class Seat(Protocol):
    """Whoever may know the answer; None leaves the question to the next."""

    def answer(self, question: Question, ground: Prepared) -> Outcome | None: ...


def prepare(catalog: Catalog) -> Prepared:
    index = Index(catalog)
    index.ready()
    return Prepared(index, pairs.mined(index), against.bounded(index))


def translate(
    question: Question,
    ground: Prepared,
    *,
    templates: Seat | None = None,
    remembered: Seat | None = None,
    model: Seat | None = None,
) -> Outcome:
    for seat in (templates, remembered):
        if seat is not None and (found := seat.answer(question, ground)) is not None:
            return found
    found = _by_rules(question, ground)
    if model is not None and isinstance(found, Clarify | Unsupported):
        return model.answer(question, ground) or found
    return found


def _by_rules(question: Question, ground: Prepared) -> Outcome:
    text = followups.corrected(question.text, question.now, question.zone, ground)
    if question.previous or question.facts:
        text = followups.completed(text, question.previous, question.facts or {}, question.now, question.zone, ground)
    return rules.understand(text, question.now, question.zone, ground, question.language)


def lists_lines(plan: Plan) -> bool:
    """Whether it comes to lines; otherwise to numbers."""
    return isinstance(plan.expr, Lines)


def written(planned: Planned) -> str:
    plan = planned.plan
    return promql(plan.expr) if plan.language == "promql" else logql(plan.expr)


__all__ = ["Clarify", "Outcome", "Planned", "Question", "Seat", "prepare", "translate", "written"]
