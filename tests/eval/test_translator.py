"""The way to the translator, with small programs in its place."""

import sys
from datetime import UTC, datetime

import pytest

from tests.eval.judge import Verdict
from tests.eval.questions import Question
from tests.eval.scoring import Score, Scored
from tests.eval.translator import Told, ask
from tests.eval.with_model import report, told

QUESTIONS = [
    Question(id=f"q{n}", q="up?", lang="promql", catalog="c", now=datetime(2026, 3, 18, tzinfo=UTC), expect=("ok",))
    for n in range(3)
]
ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    {odd}
    print(json.dumps({{"id": asked["id"], "status": "ok", "query": asked["catalog"]["name"]}}), flush=True)
"""


def answers(odd: str) -> list[Told]:
    command = (sys.executable, "-c", ECHO.format(odd=odd))
    return list(ask(QUESTIONS, {"c": {"name": "that"}}, command))


def test_each_question_gets_its_answer():
    told = answers("pass")

    assert [each.answer.query for each in told if each.answer] == ["that"] * 3
    assert all(0 < each.seconds < 30 for each in told)


@pytest.mark.parametrize("odd", ["sys.exit(1)", "print('not JSON', flush=True); continue"])
def test_what_fails_costs_one_question(odd):
    told = answers(f"if asked['id'] == 'q1': {odd}")

    assert [each.answer is None for each in told] == [False, True, False]


def test_a_command_that_never_answers_is_no_score():
    with pytest.raises(RuntimeError, match="answers nothing"):
        answers("sys.exit(1)")


def test_figures_are_shares_of_the_right_questions():
    ask_back = QUESTIONS[0].model_copy(update={"expect": ("clarify",)})
    ok = answers("pass")[0]
    rows = [
        Scored(QUESTIONS[0], ok, Verdict(True), ()),
        Scored(QUESTIONS[1], Told(None, 1, ""), Verdict(False, "no answer"), ()),
        Scored(ask_back, ok, Verdict(False, "ok instead of clarify"), ("that",)),
    ]
    score = Score("set", rows)

    assert score.accuracy == pytest.approx(1 / 3)
    assert score.answered_wrongly == 1
    assert score.asked_needlessly == 0
    assert score.unknown == 1


def test_what_a_model_answered_is_judged_apart():
    by = [Told(None, 0.1, line) for line in ('{"by": "model"}', '{"by": "model"}', '{"by": "rules"}')]
    rows = [Scored(QUESTIONS[n], by[n], Verdict(right), ()) for n, right in enumerate((True, False, True))]
    first, own, *_ = told(Score("set", rows), Score("set", rows[1:]))

    assert first == "set with a model: 66.7% of 3; by rules alone 50.0%"
    assert own.split() == ["answered", "by", "the", "model", "2", "of", "which", "right", "1", "(50.0%)"]


def test_without_a_model_there_is_no_figure_of_one(capsys, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    report({}, {})

    assert "not measured, for none is set up" in capsys.readouterr().out
