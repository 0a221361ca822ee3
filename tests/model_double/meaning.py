"""What a model may say of a question, well and badly, in the shape that it is asked for."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.model_double.server import Answer, Request

NOTHING = {"figure": None, "lines": None, "command": None, "choices": [], "why": ""}


def figure(metric: str, read: str, *, where: Sequence[tuple[str, str]] = (), **more: Any) -> Answer:
    """All that a strict server writes, whether it says something or not."""
    filters = [{"label": label, "test": "is", "values": [value]} for label, value in where]
    usual = {
        "divided_by": None, "rest": False, "quantile": 0.95, "together": "", "by": [], "when": "", "course": "",
        "against": "", "compared": "difference", "limit": None, "counted": False, "rank": "", "first": 5,
        "graph": False,
    }  # fmt: skip
    of = {"metric": metric, "read": read, "filters": filters}
    return {**NOTHING, "kind": "figure", "figure": {"of": of, **usual, **more}}


def command(name: str, **arguments: str) -> Answer:
    given = [{"name": one, "value": value} for one, value in arguments.items()]
    return {**NOTHING, "kind": "command", "command": {"name": name, "arguments": given}}


def asking(*choices: str) -> Answer:
    return {**NOTHING, "kind": "ask", "choices": list(choices)}


def impossible(why: str) -> Answer:
    return {**NOTHING, "kind": "impossible", "why": why}


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """One after the other, and the last for good."""
    waiting = list(answers)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]
