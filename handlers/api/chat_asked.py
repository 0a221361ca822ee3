"""What programs may ask in conversations, as the three families of routes spell it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from bot.model.harmless import clean
from bot.model.session import SessionKind
from handlers.api.asked import Ask, Camel, Line, Words

LONGEST = 4000
Message = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=LONGEST)]
Category = Literal["accuracy", "helpfulness", "speed"]
Facts = Annotated[Mapping[Line, Any], Field(max_length=20)]


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


Spoken = Annotated[Message, AfterValidator(_said)]


class Asking(Camel):
    message: Spoken
    conversation_id: Line = Field("", description="Without one, a conversation begins.")
    include_context: bool = Field(True, description="False: what was said before does not count.")


class Subscription(Camel):
    plan: Line = ""
    status: Line = ""
    features: tuple[Line, ...] = Field(default=(), max_length=50)


class UserProfile(Camel):
    """Shown to nobody as who somebody is: that stands in the token."""

    name: Line = ""
    role: Line = ""
    subscription: Subscription = Subscription()


class AccountStatus(Camel):
    health: Line = ""


class PlatformContext(Camel):
    active_features: tuple[Line, ...] = Field(default=(), max_length=50)
    recent_alerts: tuple[Any, ...] = Field(default=(), max_length=50)
    account_status: AccountStatus = AccountStatus()


class PageContext(Camel):
    """`userId` and `tenantId` are known from the key; given here, they have to be the same."""

    user_id: Line = ""
    tenant_id: Line = ""
    current_page: Line = ""
    user_profile: UserProfile = UserProfile()
    platform_context: PlatformContext = PlatformContext()

    @property
    def facts(self) -> dict[str, str]:
        told = {"current_page": self.current_page, "user_role": self.user_profile.role}
        return {name: value for name, value in told.items() if value}


class Talking(Camel):
    message: Spoken
    context: PageContext = PageContext()
    conversation_id: Line = Field("", description="A name of your own, or one that was given; it goes on from there.")
    timestamp: AwareDatetime | None = None


class Analysing(Camel):
    message: Spoken
    context: PageContext = PageContext()


class Judging(Camel):
    conversation_id: Line = Field(min_length=1)
    message_id: Line = Field(min_length=1)
    feedback: Literal["positive", "negative"]
    comment: Words = ""
    rating: int | None = Field(None, ge=1, le=5)
    categories: tuple[Category, ...] = ()
    timestamp: AwareDatetime | None = None


class SessionAsking(Ask):
    message: Spoken
    session_id: Line | None = Field(None, description="Null: a session begins.")
    context: Facts = Field(default_factory=dict)


class Beginning(Ask):
    session_type: SessionKind | None = None
    context: Facts = Field(default_factory=dict)


class WantedSessions(Ask):
    limit: int = Field(20, ge=1, le=100)


class SessionJudging(Ask):
    session_id: Line = Field("", description="As in the address.")
    rating: int = Field(ge=1, le=5)
    feedback: Words = ""


class HandingOver(Ask):
    session_id: Line = Field("", description="As in the address.")
    reason: Annotated[Words, Field(min_length=1)]


class Opening(Camel):
    token: str = Field("", max_length=4096, description="The key or token, where no header can be sent.")
    conversation_id: Line = Field("", description="It goes on from there; without one, a conversation begins.")


class ChatMessage(Camel):
    """What comes in over the socket."""

    type: Literal["chat_message"]
    message_id: Line = Field("", description="The same one again is the same message.")
    conversation_id: Line = ""
    message: Spoken
    context: PageContext = PageContext()
    timestamp: AwareDatetime | None = None


class Subscribing(Camel):
    type: Literal["subscribe", "unsubscribe"]
    topic: Literal["issues"]


class Pinging(Camel):
    type: Literal["ping"]


def plain(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts of a session are words: what is no word, number or truth is not taken."""
    return {name: str(value) for name, value in facts.items() if isinstance(value, str | int | float)}
