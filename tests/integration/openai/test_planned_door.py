"""`nightdesk translate` as a real process beside a model: what the rules leave is asked of it, and nothing else."""

import asyncio
import json
import os
import sys
from typing import Any

from tests.model_double.meaning import figure, in_turn
from tests.model_double.server import KEY, ModelDouble, serving

METRIC = {"name": "jobs_waiting", "type": "gauge", "labels": {"queue": ["mail", "video"]}}
LEFT, KNOWN = "is the postie overwhelmed?", "jobs waiting per queue"
MEANT = figure("jobs_waiting", "value", where=[("queue", "mail")])
LIE = figure("globex_jobs", "value")


async def translated(double: ModelDouble, *words: str, questions: tuple[str, ...] = (LEFT, KNOWN)) -> list[Any]:
    env = {**os.environ, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "translate", *words,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=env,
    )  # fmt: skip
    asked = [json.dumps({"id": one, "question": one, "catalog": {"metrics": [METRIC]}}) for one in questions]
    out, _ = await process.communicate("\n".join(asked).encode())
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


async def test_what_the_rules_leave_is_asked_of_it():
    async with serving(answer=in_turn(MEANT, LIE)) as double:
        left, known, lied = await translated(double, questions=(LEFT, KNOWN, "is the postman fine?"))
        assert (left["query"], left["by"]) == ('jobs_waiting{queue="mail"}', "model")
        assert (known["query"], known["by"]) == ("sum by (queue) (jobs_waiting)", "rules")
        assert lied["status"] == "clarify"
        assert len(double.requests) == 1 + 3
        assert double.refused == []


async def test_by_rules_alone_it_is_not_asked():
    async with serving(answer=in_turn(MEANT)) as double:
        left, _ = await translated(double, "--rules")
        assert left["status"] == "clarify"
        assert double.requests == []
