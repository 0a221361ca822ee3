"""Links that people post: which of them an app is told of, and what it may put under them."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from handlers.playground.doubles.slack.posting import refuse_blocks
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.text import addresses
from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace

SOURCES = ("composer", "conversations_history")


class Links:
    """`domains`: those of the app's manifest. Of every other address the app hears nothing, and may tell nothing."""

    def __init__(self, workspace: Workspace, domains: Collection[str], scopes: Collection[str]) -> None:
        self._workspace, self._domains, self._hears = workspace, domains, "links:read" in scopes
        self._told: dict[str, tuple[str, str, frozenset[str]]] = {}  # by unfurl_id: channel, ts, addresses

    def shared(self, channel: Channel, message: Json) -> Json | None:
        """The event, where a person's message holds an address of one of the domains."""
        links = [{"domain": domain, "url": url} for url, domain in self._known(str(message.get("text", "")))]
        if not links or not self._hears or message.get("bot_id"):
            return None
        unfurl_id = f"Uxx{self._workspace.mint('', 10)}"
        self._told[unfurl_id] = channel.id, message["ts"], frozenset(link["url"] for link in links)
        thread = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        return {
            "type": "link_shared",
            "channel": channel.id,
            "is_bot_user_member": self._workspace.bot.user in channel.members,
            "user": message["user"],
            "message_ts": message["ts"],
            "unfurl_id": unfurl_id,
            "source": "conversations_history",
            "links": links,
            **thread,
            "event_ts": message["ts"],
        }

    def unfurl(self, workspace: Workspace, args: Json) -> Json:
        """Adds a preview to a person's message, for each address in it that the app was told of."""
        channel, message, told = self._meant(workspace, args)
        previews = args.get("unfurls") or {}
        if not previews and not args.get("metadata"):
            raise Refused("missing_unfurls")
        if not isinstance(previews, dict) or not all(isinstance(one, dict) for one in previews.values()):
            raise Refused("invalid_unfurls_format")
        written = dict(addresses(str(message.get("text", ""))))
        for url, one in previews.items():
            if url not in written:
                raise Refused("cannot_unfurl_message")
            if url not in told:
                raise Refused("cannot_unfurl_url")
            try:
                refuse_blocks(one.get("blocks") or [], "/unfurls")
            except Refused as refused:
                raise Refused("cannot_parse_attachment") from refused
        kept = [one for one in message.get("attachments") or [] if one.get("from_url") not in previews]
        message["attachments"] = [*kept, *({**one, "from_url": url} for url, one in previews.items())]
        workspace.change(channel, message)
        return {}

    def _meant(self, workspace: Workspace, args: Json) -> tuple[Channel, Json, frozenset[str]]:
        if args.get("unfurl_id") or args.get("source"):
            if not args.get("source"):
                raise Refused("missing_source")
            if args["source"] not in SOURCES:
                raise Refused("invalid_source")
            if args.get("unfurl_id") not in self._told:
                raise Refused("invalid_unfurl_id" if args.get("unfurl_id") else "missing_unfurl_id")
            name, ts, told = self._told[args["unfurl_id"]]
        else:
            for name in ("channel", "ts"):
                if not args.get(name):
                    raise Refused(f"missing_{name}")
            name, ts = args["channel"], args["ts"]
            told = frozenset().union(*(urls for at, when, urls in self._told.values() if (at, when) == (name, ts)))
        channel = workspace.channel(name, "cannot_find_channel")
        return channel, workspace.message(channel.id, ts, "cannot_find_message"), told

    def _known(self, text: str) -> Iterator[tuple[str, str]]:
        for url, _ in addresses(text):
            host = (urlsplit(url).hostname or "").lower()
            for domain in self._domains:
                if host == domain or host.endswith(f".{domain}"):
                    yield url, domain
                    break
