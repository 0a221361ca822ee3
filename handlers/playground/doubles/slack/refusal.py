"""How Slack says no."""

from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A call that Slack answers with `ok: false`; `more` is added to the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class Impossible(ValueError):  # noqa: N818 - an answer, not a fault
    """Something that a person cannot do on the page; the text is the sentence they read."""


def bad_arguments(*messages: str) -> Refused:
    return Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})
