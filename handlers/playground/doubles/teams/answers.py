"""What a person sees after the bot answered an invoke. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from handlers.playground.doubles.teams.courier import Answer

UNREACHABLE = "Unable to reach app. Please try again."
WENT_WRONG = "Something went wrong. Please try again."
CARD = "application/vnd.microsoft.card.adaptive"
TOAST = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
_SIGN_IN = ("application/vnd.microsoft.activity.loginRequest", "application/vnd.microsoft.error.preconditionFailed")


@dataclass(frozen=True, slots=True)
class Shown:
    kind: Literal["none", "card", "toast", "error", "dialog", "message"]
    text: str = ""
    card: Mapping[str, Any] | None = None
    title: str = ""
    url: str = ""
    width: Any = None
    height: Any = None


def read_card_answer(answer: Answer) -> Shown:
    """To adaptiveCard/action: a card for the one who pressed, a toast, or an error."""
    if answer.status != 200:
        return _failed(answer)
    body = answer.body if isinstance(answer.body, dict) else {}
    kind, value = body.get("type"), body.get("value")
    if kind == CARD and isinstance(value, dict):
        return Shown("card", card=value)
    if kind == TOAST and isinstance(value, str):
        return Shown("toast", value)
    if kind == ERROR and isinstance(value, dict):
        return Shown("error", str(value.get("message") or WENT_WRONG))
    if kind in _SIGN_IN:
        return Shown("error", "The app asks to sign in, which this simulation does not offer.")
    return Shown("error", WENT_WRONG)


def read_task_answer(answer: Answer, *, may_be_empty: bool = False) -> Shown:
    """To task/fetch and task/submit: go on with a dialog, say something, or (after a submit) nothing more."""
    if answer.status != 200:
        return _failed(answer)
    task = answer.body.get("task") if isinstance(answer.body, dict) else None
    if not task:
        return Shown("none") if may_be_empty and not task else Shown("error", WENT_WRONG)
    kind, value = task.get("type"), task.get("value")
    if kind == "message" and isinstance(value, str):
        return Shown("message", value)
    if kind == "continue" and isinstance(value, dict):
        card = value.get("card") or {}
        content = card.get("content") if card.get("contentType") == CARD else None
        if isinstance(content, dict) or value.get("url"):
            title = str(value.get("title") or "")
            return Shown(
                "dialog",
                card=content,
                title=title,
                url=str(value.get("url") or ""),
                width=value.get("width"),
                height=value.get("height"),
            )
    return Shown("error", WENT_WRONG)


def read_plain_answer(answer: Answer) -> Shown:
    """Where 2xx is all that is expected."""
    return Shown("none") if 200 <= answer.status < 300 else _failed(answer)


def _failed(answer: Answer) -> Shown:
    return Shown("error", UNREACHABLE if answer.status >= 502 else WENT_WRONG)
