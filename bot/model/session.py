"""A conversation as one session: what kind it is, what it is about, and when it is over."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from bot.model.message import Place, PlaceKind
from bot.model.tenant import TenantId

PROGRAMS = "api"  # the platform of sessions that are held over HTTP
MOST_MESSAGES = 100  # of people and of us, in one session
WARNED_FROM = 90
MOST_READ = 50  # of the newest messages are handed on as they are; the older ones are summed up
IDLE = timedelta(days=7)
MOST_FACTS, LONGEST_FACT = 20, 200
SPOKEN_OF = (
    "environment", "region", "service", "department", "user_role", "issue_type", "current_page", "current_action",
)  # fmt: skip

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET = re.compile(r"(?:^|_)(?:token|secret|password|passwd|pwd|key|credential|credentials|authorization)(?:_|$)")


class SessionKind(StrEnum):
    CUSTOMER_SUPPORT = "customer_support"
    ADMIN_ASSISTANT = "admin_assistant"
    NETWORK_DIAGNOSTICS = "network_diagnostics"
    ANALYTICS = "analytics"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


USUAL = SessionKind.ADMIN_ASSISTANT


class SessionStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"  # by whoever began it
    EXPIRED = "expired"  # nobody said anything for long, or it was full
    DELETED = "deleted"


def kind_of(word: str) -> SessionKind | None:
    """As it is typed: `analytics`, `network diagnostics`, `support`."""
    said = re.sub(r"[\s-]+", "_", word.strip().lower())
    return _SHORT.get(said) or next((one for one in SessionKind if one == said), None)


_SHORT: Mapping[str, SessionKind] = {
    "support": SessionKind.CUSTOMER_SUPPORT,
    "customer": SessionKind.CUSTOMER_SUPPORT,
    "admin": SessionKind.ADMIN_ASSISTANT,
    "assistant": SessionKind.ADMIN_ASSISTANT,
    "network": SessionKind.NETWORK_DIAGNOSTICS,
    "diagnostics": SessionKind.NETWORK_DIAGNOSTICS,
}


def key_of(name: str) -> str | None:
    """`userRole` and `user_role` are one key; None: it cannot be one."""
    key = _HUMP.sub("_", name.strip()).replace("-", "_").lower()
    return key if _KEY.fullmatch(key) else None


def is_secret(key: str) -> bool:
    return _SECRET.search(key) is not None


def place_of(tenant: TenantId, name: str) -> Place:
    """Where a session over HTTP is held: of one tenant, whichever key speaks for it."""
    return Place(PROGRAMS, tenant, name, kind=PlaceKind.PERSONAL)
