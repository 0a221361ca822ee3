"""How the Bot Connector says no: a status, a code and a sentence."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - what the connector does, not a fault of ours
    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        sub_code: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.sub_code = sub_code
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.sub_code:
            error["innerHttpError"] = {"statusCode": self.status, "body": {"subCode": self.sub_code}}
            error["subCode"] = self.sub_code
        return {"error": error}


def bad_syntax(message: str) -> Refused:
    return Refused(400, "BadSyntax", message)


def no_conversation() -> Refused:
    return Refused(404, "ConversationNotFound", "Conversation not found.")


def no_activity() -> Refused:
    return Refused(404, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")


def not_in_roster() -> Refused:
    return Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")


def too_big() -> Refused:
    return Refused(413, "MessageSizeTooBig", "Message size too large.")


def too_many(seconds: int) -> Refused:
    return Refused(429, "TooManyRequests", "API calls quota exceeded.", headers={"Retry-After": str(seconds)})
