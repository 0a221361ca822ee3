"""Messages and replies as the text that stands in a row."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from bot.model import reply as replies
from bot.model.message import Message, Place
from bot.model.reply import Reply
from storage.columns import storable_tree

_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
_PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def of_message(message: Message) -> str:
    try:
        return _MESSAGE.dump_json(message).decode()
    except PydanticSerializationError:
        return _without_half_characters(asdict(message))


def to_message(body: str) -> Message:
    return _MESSAGE.validate_json(body)


def of_reply(reply: Reply) -> str:
    try:
        return replies.dump(reply).decode()
    except PydanticSerializationError:
        return _without_half_characters(asdict(reply))


def to_reply(body: str) -> Reply:
    return replies.load(body)


def to_place(address: Mapping[str, Any]) -> Place:
    return _PLACE.validate_python(address)


def _without_half_characters(content: dict[str, Any]) -> str:
    """What people's clients sent may hold half of a character, which no UTF-8 can."""
    return to_json(storable_tree(content), bytes_mode="base64").decode()
