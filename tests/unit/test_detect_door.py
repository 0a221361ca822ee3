import io
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.analysis.detector import Detector
from bot.detect_door import serve


def told(*lines: str) -> tuple[list[str], list[str]]:
    out, problems = io.StringIO(), io.StringIO()
    serve(lines, out, problems, Detector())
    return out.getvalue().splitlines(), problems.getvalue().splitlines()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("time,value", "is not “unix_time,value”"),
        ("1,2,3", "is not “unix_time,value”"),
        ("17", "is not “unix_time,value”"),
        ("120,nan", "is no number"),
        ("60,5", "not later"),
        ("1,2", "not later"),
    ],
)
def test_a_line_that_cannot_be_used_keeps_its_place_and_is_explained(line, says):
    scores, problems = told("0,1", "60,1", line, "180,1")
    assert scores == ["0.0000"] * 4
    assert len(problems) == 1
    assert problems[0].startswith("Line 3 ")
    assert says in problems[0]


def test_an_empty_line_is_passed_over():
    assert told("0,1\n", "\n", "60,1\n") == (["0.0000", "0.0000"], [])


def test_an_alarm_is_099_and_more():
    lines = [f"{60 * index},{index % 7}" for index in range(6000)]
    scores, _ = told(*lines, "360000,500")
    assert float(scores[-1]) >= 0.99
    assert max(map(float, scores[:-1])) < 0.99


def test_each_score_comes_before_the_next_line_is_read():
    out = io.StringIO()

    def lines() -> Iterator[str]:
        for index in range(5):
            assert len(out.getvalue().splitlines()) == index
            yield f"{60 * index},1"

    serve(lines(), out, io.StringIO(), Detector())
    assert len(out.getvalue().splitlines()) == 5


def test_the_command_loads_neither_settings_nor_adapters():
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "detect", "--kind", "latency"],
        input="0,1\n60,1\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "0.0000\n0.0000\n"
    loaded = {line.rsplit("|", 1)[-1].strip() for line in ran.stderr.splitlines()}
    assert "bot.detect_door" in loaded
    assert not loaded & {"bot.settings", "bot.main", "pydantic", "numpy", "asyncio", "aiohttp"}
