"""What the owners of a channel do with it: let the bot in or out, archive it, bring it back."""

from collections.abc import Awaitable, Callable

from handlers.playground.doubles.slack.refusal import Impossible, Refused
from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace


class Owners:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.calls: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "invite": self.invite,
            "remove": self.remove,
            "archive": self.archive,
            "restore": self.restore,
        }

    async def invite(self, body: Json) -> Json:
        channel, bot = self._channel(body), self._workspace.bot.user
        if channel.archived:
            raise Impossible("This channel is archived.")
        if bot not in channel.members:
            channel.members.append(bot)
            if self._workspace.listener is not None:
                self._workspace.listener("joined", channel, {})
        return self._told(channel)

    async def remove(self, body: Json) -> Json:
        """The bot is not told of it, for it subscribes to no such event: it learns it from the next refusal."""
        channel, bot = self._channel(body), self._workspace.bot.user
        if bot in channel.members:
            channel.members.remove(bot)
        return self._told(channel)

    async def archive(self, body: Json) -> Json:
        channel = self._channel(body)
        channel.archived = True
        return self._told(channel)

    async def restore(self, body: Json) -> Json:
        channel = self._channel(body)
        channel.archived = False
        return self._told(channel)

    def _told(self, channel: Channel) -> Json:
        self._workspace.tell_channel(channel)
        return {"ok": True, "channel": channel.state(self._workspace.bot.user)}

    def _channel(self, body: Json) -> Channel:
        name = str(body.get("channel") or "")
        try:
            channel = self._workspace.addressed(name)
        except Refused:
            raise Impossible(f"There is no channel “{name}”.") from None
        if channel.kind != "channel":
            raise Impossible("A direct message has no owners.")
        return channel
