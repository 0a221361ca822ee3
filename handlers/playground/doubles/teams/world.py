"""Who and what is in the double's tenant, and everything that was said there."""

import copy
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid5

from bot.ports.services import Clock

Kind: TypeAlias = Literal["channel", "groupChat", "personal"]
Activity: TypeAlias = dict[str, Any]
THREAD = ";messageid="
BOT_NAME = "Nightdesk"
KEPT_VERSIONS = 200  # of one message
_SPACE = UUID("6b1f6f0e-5a53-4b0b-9d0e-7c6a2f4f9a10")


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str
    object_id: str
    tenant: str
    zone: str = "Etc/UTC"

    def account(self) -> dict[str, Any]:
        """As the roster calls list them."""
        given, _, surname = self.name.partition(" ")
        return {
            "id": self.id,
            "objectId": self.object_id,
            "aadObjectId": self.object_id,
            "name": self.name,
            "givenName": given,
            "surname": surname,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": self.tenant,
            "userRole": "user",
        }


@dataclass(slots=True)
class Conversation:
    id: str
    name: str
    kind: Kind
    members: list[str]
    team: str = ""
    installed: bool = True
    deleted: bool = False
    activities: dict[str, Activity] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def split(conversation_id: str) -> tuple[str, str]:
    """The channel or chat, and the thread's first message where there is one."""
    base, _, root = conversation_id.partition(THREAD)
    return base, root


def thread_id(conversation: Conversation, root: str) -> str:
    return f"{conversation.id}{THREAD}{root}" if conversation.kind == "channel" and root else conversation.id


class World:
    def __init__(self, clock: Clock, *, tenant: str, app_id: str, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._last_id = 0
        self.tenant = tenant
        self.bot = {"id": f"28:{app_id}", "name": BOT_NAME}
        names = ("Anna Berger", "Ben Ortner", "Mei Tanaka")  # as in the other chat, with the same addresses
        self.people = {person.id: person for person in map(self._person, names)}
        self.me = next(iter(self.people))
        self.typing: dict[str, str] = {}  # conversation to who types there
        self.suggested: dict[str, list[dict[str, Any]]] = {}
        self._versions: dict[str, deque[Activity]] = {}
        everyone = list(self.people)
        general = f"19:{self._hex('General')}@thread.tacv2"
        incidents = f"19:{self._hex('Incidents')}@thread.tacv2"
        group = f"19:{self._hex('On call')}@thread.v2"
        # A team's id is the id of its General channel.
        self.team = {"id": general, "name": "Nightwatch", "aadGroupId": self._guid("Nightwatch")}
        self.conversations: dict[str, Conversation] = {
            general: Conversation(general, "General", "channel", everyone, team=general),
            incidents: Conversation(incidents, "Incidents", "channel", everyone, team=general),
            group: Conversation(group, "On call", "groupChat", everyone),
        }
        self.personal(self.me)

    def personal(self, user: str) -> Conversation:
        """The one-to-one chat of a person with the bot; made when it is first needed."""
        chat = f"a:{self._hex('chat ' + user)}"
        if chat not in self.conversations:
            self.conversations[chat] = Conversation(chat, BOT_NAME, "personal", [user])
        return self.conversations[chat]

    def person(self, name: str) -> Person | None:
        """By any of the ids Teams accepts in a mention."""
        return next((one for one in self.people.values() if name in (one.id, one.object_id, one.email)), None)

    def find(self, conversation_id: str) -> Conversation | None:
        return self.conversations.get(split(conversation_id)[0])

    def next_id(self) -> str:
        """Milliseconds of the clock, as Teams does it, and never the same twice."""
        self._last_id = max(self._last_id + 1, int(self._clock.now().timestamp() * 1000))
        return str(self._last_id)

    def stamp(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def keep(self, conversation: Conversation, activity: Activity, root: str = "") -> Activity:
        """Stores it under a new id; without a root it starts a thread of its own where there are threads."""
        activity["id"] = self.next_id()
        activity["conversation"] = conversation.id
        activity["timestamp"] = self.stamp()
        activity["root"] = (root or activity["id"]) if conversation.kind == "channel" else None
        activity.setdefault("edited", False)
        activity.setdefault("streaming", False)
        conversation.activities[activity["id"]] = activity
        self.changed(activity)
        return activity

    def changed(self, activity: Activity) -> None:
        """As it is now, for `versions`."""
        kept = self._versions.setdefault(activity["id"], deque(maxlen=KEPT_VERSIONS))
        kept.append(copy.deepcopy(activity))

    def versions(self, activity: str) -> list[Activity]:
        """A message as it was posted, and after each change; the newest last."""
        return copy.deepcopy(list(self._versions.get(activity, ())))

    def state(self) -> dict[str, Any]:
        return {
            "tenant": self.tenant,
            "me": self.me,
            "bot": self.bot,
            "team": self.team,
            "users": {
                one.id: {"id": one.id, "name": one.name, "email": one.email, "aadObjectId": one.object_id}
                for one in self.people.values()
            },
            "conversations": [self.entry(one) for one in self.conversations.values()],
            "activities": {one.id: list(one.activities.values()) for one in self.conversations.values()},
            "typing": dict(self.typing),
            "suggested": dict(self.suggested),
        }

    def entry(self, conversation: Conversation) -> dict[str, Any]:
        """As the page sees it."""
        entry: dict[str, Any] = {
            "id": conversation.id,
            "name": conversation.name,
            "kind": conversation.kind,
            "members": conversation.members,
            "installed": conversation.installed,
            "deleted": conversation.deleted,
        }
        if conversation.team:
            entry["team"] = self.team
        return entry

    def _person(self, name: str) -> Person:
        email = f"{name.lower().replace(' ', '.')}@example.com"
        zone = "Asia/Tokyo" if name == "Mei Tanaka" else "Etc/UTC"
        return Person(f"29:{self._hex(name)}", name, email, self._guid(name), self.tenant, zone)

    def _guid(self, name: str) -> str:
        return str(uuid5(_SPACE, f"{self._seed}/{self.tenant}/{name}"))

    def _hex(self, name: str) -> str:
        return self._guid(name).replace("-", "")
