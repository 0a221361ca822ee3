"""The workspace that the double holds: people, channels, messages, and the small rules of keeping them."""

import copy
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus
from handlers.playground.doubles.slack.ledger import Ledger
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.timers import Timers
from handlers.playground.doubles.slack.validate import elements

Json: TypeAlias = dict[str, Any]
CHAT = "slack"
ME = "U0ANNA"
SLACKBOT = "USLACKBOT"
_LETTERS = string.ascii_uppercase + string.digits


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: str  # "channel" or "im"
    members: list[str]
    topic: str = ""
    archived: bool = False

    def state(self, bot: str) -> Json:
        """As the page sees it; `installed`: the bot is a member."""
        seen = {"id": self.id, "name": self.name, "kind": self.kind, "members": list(self.members)}
        return {**seen, "installed": bot in self.members, "archived": self.archived}


@dataclass(slots=True)
class Bot:
    user: str = "U0NIGHTDESK"
    id: str = "B0NIGHTDESK"
    app: str = "A0NIGHTDESK"
    name: str = "Nightdesk"


@dataclass(slots=True)
class Session:
    status: str
    title: str = ""


@dataclass(slots=True)
class Workspace:
    """Changes go through `put`, `change` and `remove`, so that the page and the bot hear of each."""

    clock: Clock
    bus: Bus
    timers: Timers
    team: Json
    seed: int = 1
    agent_view: bool = True
    bot: Bot = field(default_factory=Bot)
    users: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[Json]] = field(default_factory=dict)
    unfurls: dict[tuple[str, str], Json] = field(default_factory=dict)
    listener: Callable[[str, Channel, Json], None] | None = None  # ("posted" | "changed" | "deleted", where, message)
    base_url: str = ""
    _last: int = 0
    _ledger: Ledger = field(init=False)
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.messages)
        # The hour counts, too: a bot that remembers an earlier run must not take our new events for old ones.
        self._random.seed(f"{self.seed} {self.clock.now().timestamp()}")
        for user, name, email, zone in _PEOPLE:
            self.users[user] = person(user, name, email, self.team["id"], zone)
        robot = self.bot
        self.users[robot.user] = {**person(robot.user, robot.name, "", self.team["id"]), "is_bot": True}
        self.users[robot.user]["profile"] |= {"bot_id": robot.id, "api_app_id": robot.app}
        self.users[SLACKBOT] = person(SLACKBOT, "Slackbot", "", self.team["id"])
        everyone = [*(user for user, *_ in _PEOPLE), robot.user]
        for channel, name, topic in _CHANNELS:
            self.add(Channel(channel, name, "channel", list(everyone), topic))
        self.add(Channel("D0ANNA", robot.name, "im", [ME, robot.user]))

    # -- names and times

    def ts(self) -> str:
        """Now, as Slack writes it; every one is later than the one before."""
        self._last = max(self._last + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def now(self) -> float:
        return self.clock.now().timestamp()

    def mint(self, prefix: str, length: int = 10) -> str:
        return prefix + "".join(self._random.choices(_LETTERS, k=length))

    # -- looking up

    def add(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, [])

    def channel(self, name: str, error: str = "channel_not_found") -> Channel:
        found = self.channels.get(name)
        if found is None:
            raise Refused(error)
        return found

    def addressed(self, name: str) -> Channel:
        """Where a message shall go: a channel's id or name, or a person's id for their direct messages."""
        for channel in self.channels.values():
            if channel.kind == "channel" and channel.name == name.removeprefix("#"):
                return channel
        if name in self.users and name != self.bot.user:
            return self.direct(name)
        return self.channel(name)

    def direct(self, user: str) -> Channel:
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        opened = Channel(f"D0{user[2:]}", self.bot.name, "im", [user, self.bot.user])
        self.add(opened)
        self.tell_channel(opened)
        return opened

    def message(self, channel: str, ts: str, error: str = "message_not_found") -> Json:
        found = self._ledger.find(channel, ts)
        if found is None:
            raise Refused(error)
        return found

    def thread(self, channel: str, root: str) -> Iterator[Json]:
        """The replies, without the root; what only one person sees is no part of it."""
        for message in self._ledger.replies(channel, root):
            if not message.get("ephemeral_to"):
                yield message

    def versions(self, channel: str, ts: str) -> list[Json]:
        """The message as it was posted, and after each change; the newest last."""
        return self._ledger.versions(channel, ts)

    # -- changing

    def put(self, channel: Channel, message: Json) -> Json:
        _name_blocks(self, message)
        self._ledger.put(channel.id, message)
        self._ledger.keep(channel.id, message)
        root = message.get("thread_ts")
        if root and not message.get("ephemeral_to"):
            self._count_replies(channel, root)
            if message.get("bot_id"):
                self.set_status(channel.id, root, "")
        self.bus.publish(CHAT, "message", channel=channel.id, message=copy.deepcopy(message))
        self._tell("posted", channel, message)
        return message

    def change(self, channel: Channel, message: Json, *, tell: bool = True) -> None:
        _name_blocks(self, message)
        self._ledger.keep(channel.id, message)
        self.bus.publish(CHAT, "update", channel=channel.id, message=copy.deepcopy(message))
        if tell:
            self._tell("changed", channel, message)

    def remove(self, channel: Channel, message: Json) -> None:
        self._ledger.drop(channel.id, message)
        self.bus.publish(CHAT, "delete", channel=channel.id, ts=message["ts"])
        root = message.get("thread_ts")
        if root:
            self._count_replies(channel, root)
        self._tell("deleted", channel, message)

    def tell_channel(self, channel: Channel) -> None:
        self.bus.publish(CHAT, "channel", channel=channel.state(self.bot.user))

    def set_status(self, channel: str, thread: str, text: str) -> None:
        key = (channel, thread)
        if not text and key not in self.statuses:
            return
        self.statuses.pop(key, None)
        if text:
            self.statuses[key] = text
        self.tell_status(channel, thread)

    def tell_status(self, channel: str, thread: str) -> None:
        session = self.sessions.get((channel, thread))
        self.bus.publish(
            CHAT,
            "status",
            channel=channel,
            thread_ts=thread,
            text=self.statuses.get((channel, thread), ""),
            session=session.status if session else "",
        )

    def _count_replies(self, channel: Channel, root: str) -> None:
        message = self._ledger.find(channel.id, root)
        if message is None:
            return
        replies = list(self.thread(channel.id, root))
        message["reply_count"] = len(replies)
        message["reply_users"] = list(dict.fromkeys(reply["user"] for reply in replies))
        if replies:
            message["thread_ts"] = root
            message["latest_reply"] = replies[-1]["ts"]
        self.bus.publish(CHAT, "update", channel=channel.id, message=copy.deepcopy(message))

    def _tell(self, what: str, channel: Channel, message: Json) -> None:
        if self.listener is not None and not message.get("ephemeral_to"):
            self.listener(what, channel, message)

    def state(self) -> Json:
        bot = self.bot
        return {
            "team": {"id": self.team["id"], "name": self.team["name"]},
            "me": ME,
            "bot": {"user": bot.user, "id": bot.id, "name": bot.name},
            "users": {user: _brief(one) for user, one in self.users.items()},
            "channels": [channel.state(bot.user) for channel in self.channels.values()],
            "messages": copy.deepcopy(self.messages),
            "status": {f"{channel}:{thread}": text for (channel, thread), text in self.statuses.items()},
            "sessions": {
                f"{channel}:{thread}": {"status": one.status, "title": one.title}
                for (channel, thread), one in self.sessions.items()
            },
            "titles": {f"{channel}:{thread}": title for (channel, thread), title in self.titles.items()},
            "prompts": copy.deepcopy(self.prompts),
        }


def person(user: str, name: str, email: str, team: str, zone: str = "Etc/UTC") -> Json:
    return {
        "id": user,
        "team_id": team,
        "name": name.lower().replace(" ", "."),
        "real_name": name,
        "deleted": False,
        "is_bot": False,
        "is_app_user": False,
        "tz": zone,
        "tz_label": zone.rpartition("/")[2],
        "tz_offset": 9 * 3600 if zone == TOKYO else 0,
        "profile": {"real_name": name, "display_name": name, "email": email, "team": team},
    }


def _brief(user: Json) -> Json:
    return {
        "id": user["id"],
        "name": user["profile"]["display_name"],
        "real_name": user["real_name"],
        "email": user["profile"]["email"],
    }


def _name_blocks(workspace: Workspace, message: Json) -> None:
    """Slack gives a name to every block and element that came without one."""
    for block in message.get("blocks") or []:
        if not block.get("block_id"):
            block["block_id"] = workspace.mint("", 5)
    for _, element in elements(message.get("blocks") or []):
        if not element.get("action_id"):
            element["action_id"] = workspace.mint("", 5)


TOKYO = "Asia/Tokyo"
_PEOPLE = (
    (ME, "Anna Berger", "anna.berger@example.com", "Etc/UTC"),
    ("U0BEN", "Ben Ortner", "ben.ortner@example.com", "Etc/UTC"),
    ("U0MEI", "Mei Tanaka", "mei.tanaka@example.com", TOKYO),
)
_CHANNELS = (
    ("C0INCIDENTS", "incidents", "What is wrong right now"),
    ("C0CHECKOUT", "checkout", "The checkout team"),
    ("C0GENERAL", "general", "Everyone"),
)
