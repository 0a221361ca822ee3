"""Whether an answer counts."""

import re
from dataclasses import dataclass

from bot.model.errors import Rejected
from tests.eval.hints import Hints
from tests.eval.questions import Answer, Catalog, Question
from tests.eval.trial import trial


@dataclass(frozen=True)
class Verdict:
    right: bool
    why: str = ""  # it is wrong


RIGHT = Verdict(True)


def judge(question: Question, answer: Answer | None, catalog: Catalog, hints: Hints) -> Verdict:
    if answer is None:
        return Verdict(False, "no answer")
    if question.forbid and re.search(question.forbid, answer.query):
        return Verdict(False, "the query has what it must not")
    if answer.status not in question.expect:
        return Verdict(False, f"{answer.status} instead of {' or '.join(question.expect)}")
    if not question.answerable:
        return _message(question, answer)
    if answer.lang not in ("", question.lang):
        return Verdict(False, f"{answer.lang} instead of {question.lang}")
    if question.limit is not None and answer.limit != question.limit:
        return Verdict(False, f"limit {answer.limit} instead of {question.limit}")
    try:
        tried = trial(question, catalog, hints)
        reasons = []
        for accepted in question.accept:
            reasons.append(tried.difference(accepted, answer.given))
            if reasons[-1] == "":
                return RIGHT
    except (Rejected, ValueError) as problem:  # a query, or a time, that is none
        return Verdict(False, f"cannot be read: {problem}")
    return Verdict(False, reasons[0])


def _message(question: Question, answer: Answer) -> Verdict:
    said = f"{answer.message} {answer.options or ''}"
    missing = [wanted for wanted in question.mention if not re.search(wanted, said, re.IGNORECASE)]
    return Verdict(False, f"the message does not mention {missing[0]}") if missing else RIGHT
