"""How often what a question is about stands among the candidates that a model is told of."""

import json
from collections.abc import Iterator, Sequence

from bot.query import translate
from bot.query.candidates import candidates
from bot.query.promql.known import asked_for
from bot.query.promql.read import read, selectors
from bot.query.words.choosing import Prepared
from bot.translate_door import catalog_of
from tests.eval.questions import Catalog, Question, QuestionSet


def shown(questions: QuestionSet) -> Iterator[tuple[Question, bool]]:
    """Each question that a query over metrics answers, and whether all metrics of one such query are shown."""
    grounds = {name: _ground(catalog) for name, catalog in questions.catalogs.items()}
    for question in questions.questions:
        if question.answerable and question.lang == "promql":
            yield question, _stands(question, grounds[question.catalog])


def _ground(catalog: Catalog) -> Prepared:
    return translate.prepare(catalog_of(json.dumps(catalog)))


def _stands(question: Question, ground: Prepared) -> bool:
    near = candidates(question.q, question.now, question.tz, ground)
    names = {name for metric in near.metrics for name in (metric.name, *_series(metric.name))}
    return any(names.issuperset(_metrics(one.q)) for one in question.accept)


def _metrics(query: str) -> Sequence[str]:
    return [asked_for(selector) for selector in selectors(read(query))]


def _series(name: str) -> Sequence[str]:
    return [f"{name}{end}" for end in ("_bucket", "_sum", "_count")]
