"""A set of questions put to the translator and judged, and the figures that come of it."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.model.errors import Rejected
from tests.eval import hints, names
from tests.eval.hints import Hints
from tests.eval.judge import Verdict, judge
from tests.eval.questions import Answer, Catalog, Question, QuestionSet
from tests.eval.translator import COMMAND, Told, ask


@dataclass(frozen=True)
class Scored:
    question: Question
    told: Told
    verdict: Verdict
    unknown: Sequence[str]  # names in the query that the catalogue does not have

    @property
    def status(self) -> str:
        return self.told.answer.status if self.told.answer else "none"


@dataclass(frozen=True)
class Score:
    name: str
    rows: Sequence[Scored]

    @property
    def accuracy(self) -> float:
        return share(row.verdict.right for row in self.rows)

    @property
    def answered_wrongly(self) -> float:
        """Of the questions that must be asked back or refused, how many came with a query."""
        return share(row.status == "ok" for row in self.rows if not row.question.answerable)

    @property
    def asked_needlessly(self) -> float:
        return share(row.status not in ("ok", "none") for row in self.rows if row.question.answerable)

    @property
    def unknown(self) -> int:
        return sum(bool(row.unknown) for row in self.rows)

    def by(self, key: Callable[[Question], Iterable[str]]) -> dict[str, list[bool]]:
        found: dict[str, list[bool]] = defaultdict(list)
        for row in self.rows:
            for name in key(row.question):
                found[name].append(row.verdict.right)
        return dict(found)

    @cached_property
    def milliseconds(self) -> tuple[float, float, float]:
        """Median, 95th percentile and most, without the first, which waits for the process to start."""
        times = sorted(row.told.seconds * 1000 for row in self.rows[1:]) or [0.0]
        return statistics.median(times), times[int(len(times) * 0.95)], times[-1]


def share(given: Iterable[bool]) -> float:
    values = list(given)
    return sum(values) / len(values) if values else 0.0


def score(questions: QuestionSet, command: Sequence[str] = COMMAND) -> Score:
    known = hints.of(questions.questions)
    told = ask(questions.questions, questions.catalogs, command)
    return Score(
        questions.name,
        [_scored(question, each, questions, known) for question, each in zip(questions.questions, told, strict=True)],
    )


def _scored(question: Question, told: Told, questions: QuestionSet, known: Hints) -> Scored:
    catalog = questions.catalogs[question.catalog]
    verdict = judge(question, told.answer, catalog, known)
    return Scored(question, told, verdict, _unknown(told.answer, question, catalog))


def _unknown(answer: Answer | None, question: Question, catalog: Catalog) -> Sequence[str]:
    if answer is None or not answer.query:
        return ()
    try:
        return names.unknown(answer.query, answer.lang or question.lang, catalog)
    except Rejected:
        return ["not a query"]
