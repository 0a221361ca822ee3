"""What the connector answers when it does not do what was asked, by code and never by text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.model.errors import Problem, Rejected, Unavailable
from bot.ports.services import Clock

WHAT = "Microsoft Teams"
TOO_BIG = "MessageSizeTooBig"
STREAM_ENDED = "ContentStreamNotAllowed"
DID_NOTHING = (412, 429)
MAY_HELP_LATER = (408, 412, 429, 500, 502, 503, 504)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saying:
    says: str
    advice: str = ""


_BY_CODE = {
    "MessageWritesBlocked": Saying("This person has blocked or removed the bot.", "They can install it again."),
    "ConversationBlockedByUser": Saying("This person has blocked or removed the bot.", "They can install it again."),
    "BotNotInConversationRoster": Saying(
        "The bot is not a member of this conversation.", "Add the Nightdesk app to the team or the chat again."
    ),
    "BotDisabledByAdmin": Saying(
        "An administrator has switched the app off for this tenant.", "Ask the Teams administrator."
    ),
    "BotNotRegistered": Saying(
        "Teams does not know this bot.", "Look at TEAMS_APP_ID and at the bot's registration in Azure."
    ),
    "ConversationNotFound": Saying(
        "This conversation no longer exists.", "Choose another place for what is told here, or add the app there again."
    ),
    "ActivityNotFoundInConversation": Saying("This message no longer exists."),
    TOO_BIG: Saying("The message is too big for Teams."),
    STREAM_ENDED: Saying("This live message has ended."),
}
_BY_STATUS = {
    401: Saying("Teams does not accept the bot's token.", "Look at TEAMS_APP_ID and the bot's registration in Azure."),
    403: Saying("The bot may not write here.", "Add the app to the team or the chat."),
    404: Saying("This conversation or message no longer exists."),
    413: _BY_CODE[TOO_BIG],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from the connector."""

    status: int
    body: Mapping[str, Any]
    retry_after: timedelta | None = None

    @property
    def code(self) -> str:
        """The more exact of the two codes that Teams gives."""
        error = self.body.get("error")
        given = error if isinstance(error, Mapping) else self.body
        inner = given.get("innerHttpError")
        sub = given.get("subCode") or (inner.get("code") if isinstance(inner, Mapping) else None)
        return str((sub if sub in _BY_CODE else None) or given.get("code") or "")


def problem(answer: Answer) -> Problem:
    if answer.status in MAY_HELP_LATER:
        return Unavailable(WHAT, retry_after=answer.retry_after, definite=answer.status in DID_NOTHING)
    code = answer.code or (TOO_BIG if answer.status == 413 else str(answer.status))
    saying = _BY_CODE.get(code) or _BY_STATUS.get(answer.status) or Saying(f"Teams refused the message ({code}).")
    return Rejected(saying.says, code=code, advice=saying.advice)


def read_body(raw: bytes) -> Mapping[str, Any]:
    """Empty where it is no JSON object: gateways in between answer with pages."""
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}


def read_retry_after(header: str | None, clock: Clock) -> timedelta | None:
    """Seconds or a date."""
    if not header:
        return None
    try:
        wait = timedelta(seconds=float(header))
    except (ValueError, OverflowError):
        try:
            wait = parsedate_to_datetime(header) - clock.now()
        except (ValueError, TypeError):
            return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
