import io
import json
import subprocess
import sys
from typing import Any

import pytest

from bot.__main__ import main
from bot.forecast_door import serve
from tests.unit.analysis.test_spend import REAL_APRIL, close, weekly
from tests.unit.analysis.test_spend_record import JANUARY, TODAY

LINES = [f"{day},{cost}" for day, cost in weekly(JANUARY, TODAY).items()]


def told(*lines: str, running: bool = False, budget: float | None = None) -> dict[str, Any]:
    out, problems = io.StringIO(), io.StringIO()
    assert serve(lines, out, problems, running, budget) == 0, problems.getvalue()
    assert problems.getvalue() == ""
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_one_object_with_the_total_and_two_ranges():
    found = told(*LINES)
    assert close(found["month_total"], REAL_APRIL)
    assert found["p95"]["low"] <= found["p80"]["low"] <= found["month_total"]
    assert found["month_total"] <= found["p80"]["high"] <= found["p95"]["high"]
    assert (found["month"], found["known_until"], found["next_month"]["month"]) == ("2026-04", "2026-04-10", "2026-05")
    assert found["track_record"]["forecasts"] == 10
    assert found["notes"] == []
    assert found["budget"] is None


@pytest.mark.parametrize(
    "lines",
    [
        ["date,value", *LINES],
        ["\ufeffDate, Value", "", *LINES, "\n"],
        LINES[::-1],
        [line.replace(",", " , ") for line in LINES],
        [line.replace(",", "T00:00:00Z,") for line in LINES],
        [f'"{line.replace(",", chr(34) + "," + chr(34))}"' for line in LINES],
    ],
    ids=["header", "header of a spreadsheet", "backwards", "spaces", "times", "quotes"],
)
def test_lines_as_tools_write_them_mean_the_same(lines):
    assert told(*lines) == told(*LINES)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "There is no day with a value."),
        (["2026-04-01,"], "There is no day with a value."),
        (["2026-04-01;3"], "Line 1 is not “date,value”: '2026-04-01;3'."),
        (["2026-04-01,3", "", "yesterday,3"], "Line 3: 'yesterday' is no date like 2026-03-01."),
        (["2026-04-31,3"], "Line 1: '2026-04-31' is no date like 2026-03-01."),
        (["2026-04-01,3 USD"], "Line 1: '3 USD' is no amount like 12.50."),
        (["2026-04-01,inf"], "Line 1: 'inf' is no amount like 12.50."),
        (["2026-04-01,1e99"], "Line 1: '1e99' is no amount like 12.50."),
        (["0001-01-01,3"], "Line 1: 0001-01-01 is not of the years 1970 to 2199."),
        (["2026-04-01,3,4"], "Line 1: '3,4' is no amount like 12.50."),
        (["2026-04-01,3", "2026-04-01,4"], "Line 2: 2026-04-01 is there twice."),
        (["date,value"], "There is no day with a value."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_no_figure(lines, says):
    out, problems = io.StringIO(), io.StringIO()
    assert serve(lines, out, problems, False, None) == 2
    assert out.getvalue() == ""
    assert problems.getvalue().startswith(says)


@pytest.mark.parametrize("nothing", ["", "NaN", "null", "-"])
def test_a_day_without_a_value_is_no_zero(nothing):
    lines = [line if not line.startswith("2026-04-07") else f"2026-04-07,{nothing}" for line in LINES]
    found = told(*lines)
    assert close(found["month_total"], REAL_APRIL)
    assert found["estimated_days"] == ["2026-04-07"]
    assert found["notes"] == ["1 day of the month without a value: estimated, and in the total."]


@pytest.mark.parametrize(
    ("days", "says"),
    [(1, "Only 1 day is known: this is little more than a guess."), (9, "Only 9 days are known, so the average")],
)
def test_a_short_history_says_so(days, says):
    found = told(*LINES[-days:])
    assert found["notes"][0].startswith(says)
    assert found["p80"]["high"] > 1.1 * found["month_total"]


def test_a_credit_is_in_the_spend_and_no_forecast_of_more():
    plain, credited = told(*LINES), told(*LINES[:-3], "2026-04-08,-39", *LINES[-2:])
    assert credited["spent"] == pytest.approx(plain["spent"] - 50)
    assert close(credited["month_total"], plain["month_total"] - 50)


def test_a_budget_has_a_day_and_a_probability():
    found = told(*LINES, budget=155.0)["budget"]
    assert found["amount"] == 155.0
    assert found["passed_on"] == "2026-04-20"
    assert 0.9 < found["probability"] <= 1
    assert found["earliest"] <= found["passed_on"] <= found["latest"]


@pytest.mark.parametrize("budget", ["nan", "0", "-3", "inf"])
def test_a_budget_is_an_amount(budget, capsys):
    with pytest.raises(SystemExit):
        main(["forecast", "--budget", budget])
    assert "say an amount above zero, like 250" in capsys.readouterr().err


def test_the_command_reads_standard_input():
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "forecast", "--budget", "155"],
        input="\n".join(LINES),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == told(*LINES, budget=155.0)
