"""What is kept whole, as the text that stands in a row."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from bot.model import reply as replies
from bot.model.analysis import Analysis
from bot.model.document import Document
from bot.model.issue import Happening, Issue
from bot.model.log_event import LogEvent
from bot.model.log_event import Standing as ServiceStanding
from bot.model.mail import MailDraft
from bot.model.message import Message, Place
from bot.model.plan import Plan
from bot.model.profile import Profile
from bot.model.reply import Reply
from bot.model.rule import Rule
from bot.model.silence import Silence
from bot.model.ticket import Ticket
from bot.model.watch import Standing as WatchStanding
from bot.model.watch import Watch
from bot.ports.incidents import Cover, Storm
from storage.columns import storable_tree

T = TypeVar("T")


class Body(Generic[T]):
    """A dataclass of the model to its text and back."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def dump(self, value: T) -> str:
        try:
            return self._adapter.dump_json(value).decode()
        except PydanticSerializationError:
            return _without_half_characters(asdict(value))  # type: ignore[call-overload]

    def load(self, body: str) -> T:
        return self._adapter.validate_json(body)


message = Body(Message)
issue = Body(Issue)
happening = Body(Happening)
silence = Body(Silence)
cover = Body(Cover)
ticket = Body(Ticket)
mail = Body(MailDraft)
analysis = Body(Analysis)
storm = Body(Storm)
profile = Body(Profile)
event = Body(LogEvent)
service_standing = Body(ServiceStanding)
document = Body(Document)
watch = Body(Watch)
rule = Body(Rule)
watch_standing = Body(WatchStanding)
_PLACE: TypeAdapter[Place] = TypeAdapter(Place)


def of_plan(plan: Plan) -> str:
    return plan.model_dump_json()


def to_plan(body: str) -> Plan:
    return Plan.model_validate_json(body)


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
