"""The sets hold what they promise: every accepted query is right, finds data, and stands apart from wrong ones."""

import re
from collections.abc import Iterator
from zlib import crc32

import pytest

from tests.eval import hints, names
from tests.eval.judge import judge
from tests.eval.questions import Answer, Query, Question, QuestionSet, sets

ASKED = [(questions, question) for questions in sets().values() for question in questions.questions]
OWN = [question for questions, question in ASKED if questions.name != "dev"]
ANSWERED = [(questions, question) for questions, question in ASKED if question.answerable]
A_THIRD = [case for case in ANSWERED if crc32(case[1].id.encode()) % 3 == 0]  # what one query shows, its like show, too
HINTS = {name: hints.of(questions.questions) for name, questions in sets().items()}

CHANGES = (
    (r"histogram_quantile\(0\.\d+,", "histogram_quantile(0.42,"),
    (r"\[(\d+)([hd])", lambda found: f"[{int(found[1]) * 2}{found[2]}"),
    (r'(\w+)="([^"]+)"', lambda found: f'{found[1]}!="{found[2]}"'),
    (r'!="([^"]+)"', lambda found: f'="{found[1]}"'),
    (r" offset \w+", ""),
    (r"\btopk\(", "bottomk("),
    (r"max_over_time\((?!\{)", "min_over_time("),
    (r"avg_over_time", "max_over_time"),
    (r" / (?=[a-z(])", " * "),
    (r"(?<!quantile)\brate\(([^{])", r"deriv(\1"),
    (r" > ", " < "),
    (r"\|= ", "!= "),
    (r"count_over_time", "bytes_over_time"),
    (r"sum by \((\w+)\)", "sum"),
    (r"\bunwrap (\w+)", r"unwrap other_\1"),
)


def given(query: Query, question: Question) -> Answer:
    return Answer(status="ok", query=query.q, range=query.range, time=query.time, limit=question.limit)


def changed(query: str) -> Iterator[str]:
    for pattern, replacement in CHANGES:
        other = re.sub(pattern, replacement, query, count=1)
        if other != query:
            yield other


def ids(case: object) -> str:
    return case.id if isinstance(case, Question) else ""


def test_there_are_enough_of_every_kind():
    kinds = [question.kind for question in OWN]

    assert len(kinds) >= 300
    assert {kind: round(kinds.count(kind) / len(kinds), 1) for kind in set(kinds)} == {
        "promql": 0.6,
        "logql": 0.2,
        "ask or refuse": 0.2,
    }
    assert len({question.id for question in OWN}) == len(OWN)


@pytest.mark.parametrize(("questions", "question"), ANSWERED, ids=ids)
def test_every_accepted_query_is_right(questions: QuestionSet, question: Question):
    catalog, known = questions.catalogs[question.catalog], HINTS[questions.name]
    for accepted in question.accept:
        assert names.unknown(accepted.q, question.lang, catalog) == []
        assert judge(question, given(accepted, question), catalog, known).why == ""


@pytest.mark.slow
@pytest.mark.parametrize(("questions", "question"), A_THIRD, ids=ids)
def test_a_changed_query_is_wrong(questions: QuestionSet, question: Question):
    catalog, known = questions.catalogs[question.catalog], HINTS[questions.name]
    right = {accepted.q for accepted in question.accept}
    for other in changed(question.accept[0].q):
        answer = given(question.accept[0].model_copy(update={"q": other}), question)
        if other not in right:
            assert not judge(question, answer, catalog, known).right, other
