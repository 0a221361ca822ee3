"""The translator as a real process: one question a line in, one answer a line out."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tests.eval.questions import ROOT, Answer, Catalog, Question

WITH_MODEL = (sys.executable, "-m", "bot", "translate")
COMMAND = (*WITH_MODEL, "--rules")
PATIENCE = 60.0  # seconds for one answer; a process that thinks longer is ended


@dataclass(frozen=True)
class Told:
    answer: Answer | None
    seconds: float
    line: str


def ask(
    questions: Sequence[Question], catalogs: Mapping[str, Catalog], command: Sequence[str] = COMMAND
) -> Iterator[Told]:
    """Answers in turn; a process that ends has lost its question, and the next one gets a new process."""
    process: subprocess.Popen[str] | None = None
    answered = 0
    try:
        for question in questions:
            process = process or _started(command)
            request = json.dumps(_request(question, catalogs[question.catalog]))
            began = time.perf_counter()
            line = _told(process, request)
            yield Told(_answer(line), time.perf_counter() - began, line.strip())
            answered += bool(line)
            if not line:
                _end(process)
                process = None
            if not answered:
                raise RuntimeError(f"“{' '.join(command)}” answers nothing.")
    finally:
        if process:
            _end(process)


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")


def _told(process: subprocess.Popen[str], request: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        process.stdin.write(request + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except BrokenPipeError:
        return ""
    finally:
        watch.cancel()


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdout, process.stdin):
        with contextlib.suppress(BrokenPipeError):  # what was written for it and never read
            if pipe is not None:
                pipe.close()


def _request(question: Question, catalog: Catalog) -> dict[str, Any]:
    return {
        "id": question.id,
        "question": question.q,
        "now": question.now.isoformat(),
        "tz": question.tz,
        "tenant": question.tenant,
        "context": question.context,
        "catalog": catalog,
    }


def _answer(line: str) -> Answer | None:
    try:
        return Answer.model_validate_json(line)
    except ValidationError:
        return None
