import io
import json
import os
from pathlib import Path

import pytest

from bot.translate_door import Door, serve
from tests.unit.query.words.catalogs import APPS

CATALOG = {"metrics": [{"name": "jobs_total", "type": "counter", "labels": {"app": list(APPS)}}]}
SHARED = Path(os.environ.get("NIGHTDESK_SHARED") or Path(__file__).parents[3] / "shared")
DEV = SHARED / "data" / "nlq-dev.jsonl"


def line(**more: object) -> str:
    return json.dumps({"id": "q1", "now": "2026-03-18T14:37:00Z", "tz": "UTC", "catalog": CATALOG, **more})


def test_one_answer_a_line_and_the_next_goes_on():
    out = io.StringIO()
    serve(["nonsense", "", line(), line(question="jobs per minute"), line(question="jobs", tz="Mars/One")], out)
    answers = [json.loads(text) for text in out.getvalue().splitlines()]
    assert [answer["status"] for answer in answers] == ["error", "error", "ok", "error"]
    assert answers[1]["id"] == "q1"
    assert "question" in answers[1]["message"]


def test_an_answer_carries_its_query_and_how_it_was_read():
    answer = Door().answer(line(question="plot jobs of cart-service, last 2 hours"))
    assert answer["query"] == 'sum (rate(jobs_total{app="cart-service"}[5m]))'
    assert answer["range"] == {"last": "2h"}
    assert 0 < answer["confidence"] <= 1
    assert "jobs_total" in answer["reading"]


@pytest.mark.parametrize(
    "context",
    ["jobs per app today", {"previous": "jobs per app today"}, {"history": [{"question": "jobs per app today"}]}],
)
def test_the_question_before_may_come_along(context: object):
    answer = Door().answer(line(question="and yesterday?", context=context))
    assert answer["query"] == "sum by (app) (increase(jobs_total[1d] offset 14h37m))"


def test_another_catalogue_is_another_ground():
    door = Door()
    assert door.answer(line(question="jobs"))["status"] == "ok"
    other = {"metrics": [{"name": "mails_total", "type": "counter"}]}
    assert door.answer(line(question="jobs", catalog=other))["status"] == "clarify"


def test_the_dev_set_is_answered_in_kind():
    if not DEV.is_file() and not os.environ.get("CI"):
        pytest.skip("the question set is not here")
    catalogs = json.loads((DEV.parent / "nlq-dev-catalogs.json").read_text(encoding="utf-8"))
    door, wrong = Door(), []
    questions = [json.loads(text) for text in DEV.read_text(encoding="utf-8").splitlines()]
    for question in questions:
        answer = door.answer(
            json.dumps({"question": question["q"], "now": question["now"], "catalog": catalogs[question["catalog"]]})
        )
        kind = question["expect"] if isinstance(question["expect"], list) else [question["expect"]]
        if answer["status"] not in kind or answer.get("lang", question["lang"]) != question["lang"]:
            wrong.append(question["id"])
    assert len(wrong) <= len(questions) * 0.05, wrong
