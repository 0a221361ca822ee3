"""chat.startStream, appendStream, stopStream: a message that grows, for five minutes at most."""

import copy
from dataclasses import dataclass, field
from typing import Any

from handlers.playground.doubles.bus import Faults
from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.posting import from_bot, joined, metadata, owned, refuse_blocks
from handlers.playground.doubles.slack.refusal import Refused, bad_arguments
from handlers.playground.doubles.slack.validate import block_text
from handlers.playground.doubles.slack.workspace import CHAT, Channel, Json, Session, Workspace

STATUSES = frozenset({"active", "processing", "suspended", "closed"})
_TASK_KEYS = frozenset({"type", "id", "title", "status", "details", "output", "sources"})
_TASK_STATUSES = frozenset({"pending", "in_progress", "complete", "error"})


@dataclass(slots=True)
class Stream:
    """`parts` in the order they came: text, one task each, or blocks."""

    channel: Channel
    message: Json
    mode: str
    until: float
    parts: list[Json] = field(default_factory=list)
    plan: str = "Plan"
    stopped_by_user: bool = False

    def draw(self) -> list[Json]:
        tasks = [_task_card(part) for part in self.parts if part["type"] == "task_update"]
        blocks: list[Json] = []
        for part in self.parts:
            if part["type"] == "markdown_text" and part["text"]:
                blocks.append({"type": "markdown", "text": part["text"]})
            elif part["type"] == "blocks":
                blocks += copy.deepcopy(part["blocks"])
            elif part["type"] == "task_update" and self.mode == "timeline":
                blocks.append(_task_card(part))
            elif part["type"] == "task_update" and not any(block["type"] == "plan" for block in blocks):
                blocks.append({"type": "plan", "title": self.plan, "tasks": tasks})
        return blocks

    def text(self) -> str:
        return "".join(part["text"] for part in self.parts if part["type"] == "markdown_text")

    def take(self, chunk: Json) -> None:
        last = self.parts[-1] if self.parts else {}
        if chunk["type"] == "plan_update":
            self.plan = chunk["title"]
        elif chunk["type"] == "markdown_text" and last.get("type") == "markdown_text":
            last["text"] += chunk["text"]
        elif chunk["type"] == "task_update" and (known := self._task(chunk["id"])):
            known.update(chunk)
        else:
            self.parts.append(copy.deepcopy(chunk))

    def _task(self, name: str) -> Json | None:
        return next((part for part in self.parts if part["type"] == "task_update" and part["id"] == name), None)


class Streams:
    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self._streams: dict[tuple[str, str], Stream] = {}

    def start(self, workspace: Workspace, args: Json) -> Json:
        channel = joined(workspace, args["channel"])
        chunks = _chunks(args)
        if channel.kind != "im":
            self._recipient(args)
        mode = args.get("task_display_mode") or "timeline"
        if mode not in ("timeline", "plan"):
            raise bad_arguments("must be one of: timeline, plan [json-pointer:/task_display_mode]")
        message = from_bot(workspace, args, {"text": "", "blocks": [], "streaming": True})
        stream = Stream(channel, message, mode, workspace.now() + limits.STREAM_SECONDS)
        self._grow(stream, chunks)
        self._streams[channel.id, message["ts"]] = stream
        workspace.put(channel, message)
        workspace.timers.after(limits.STREAM_SECONDS, lambda: self.expire(stream))
        return {"channel": channel.id, "ts": message["ts"]}

    def append(self, workspace: Workspace, args: Json) -> Json:
        stream = self._open(args, "chat.appendStream")
        if stream.stopped_by_user:
            raise Refused("stopped_by_user")
        chunks = _chunks(args)
        if not chunks:
            raise Refused("no_text")
        self._grow(stream, chunks)
        workspace.change(stream.channel, stream.message, tell=False)
        return {"channel": stream.channel.id, "ts": stream.message["ts"]}

    def stop(self, workspace: Workspace, args: Json) -> Json:
        stream = self._open(args, "chat.stopStream")
        session = args.get("session_status")
        if session and session not in STATUSES:
            raise bad_arguments("must be one of: active, processing, suspended, closed [json-pointer:/session_status]")
        chunks, blocks = _chunks(args), args.get("blocks") or []
        refuse_blocks(blocks)
        kept = metadata(args)
        self._grow(stream, chunks)
        message = stream.message
        message.update(kept)
        message["blocks"] = [*message["blocks"], *copy.deepcopy(blocks)]
        self._close(stream)
        workspace.change(stream.channel, message)
        if session and message.get("thread_ts"):
            key = (stream.channel.id, message["thread_ts"])
            workspace.sessions.setdefault(key, Session("")).status = session
            workspace.tell_status(*key)
        return {"channel": stream.channel.id, "ts": message["ts"], "message": copy.deepcopy(message)}

    def expire(self, stream: Stream) -> None:
        """What Slack does to a stream that lives too long: it ends, with what it had."""
        if self._streams.get((stream.channel.id, stream.message["ts"])) is stream:
            self._close(stream)
            self._workspace.change(stream.channel, stream.message, tell=False)

    def stop_thread(self, channel: str, thread: str) -> list[str]:
        """A person pressed stop: the times of the streams that ended with it."""
        mine = [
            stream
            for (where, _), stream in self._streams.items()
            if where == channel and stream.message.get("thread_ts", stream.message["ts"]) == thread
        ]
        for stream in mine:
            stream.stopped_by_user = True
            stream.message["streaming"] = False
            self._workspace.change(stream.channel, stream.message, tell=False)
        return [stream.message["ts"] for stream in mine]

    def _open(self, args: Json, method: str) -> Stream:
        channel = self._workspace.channel(args["channel"])
        stream = self._streams.get((channel.id, args["ts"]))
        if stream is None:
            owned(self._workspace, channel, args["ts"], "message_not_owned_by_app")
            raise Refused("message_not_in_streaming_state")
        if self._faults.next(CHAT, method, "expire") or self._workspace.now() >= stream.until:
            self.expire(stream)
            raise Refused("message_not_in_streaming_state")
        return stream

    def _close(self, stream: Stream) -> None:
        self._streams.pop((stream.channel.id, stream.message["ts"]), None)
        stream.message["streaming"] = False

    def _recipient(self, args: Json) -> None:
        for name in ("recipient_team_id", "recipient_user_id"):
            if not args.get(name):
                raise Refused(f"missing_{name}")
        if args["recipient_user_id"] not in self._workspace.users:
            raise Refused("user_not_found")
        if args["recipient_team_id"] != self._workspace.team["id"]:
            raise Refused("team_not_found")

    def _grow(self, stream: Stream, chunks: list[Json]) -> None:
        before = copy.deepcopy(stream.parts)
        for chunk in chunks:
            stream.take(chunk)
        drawn = stream.draw()
        given = [block for part in stream.parts if part["type"] == "blocks" for block in part["blocks"]]
        if len(given) > limits.MESSAGE_BLOCKS or block_text(drawn) > limits.BLOCKS_TEXT:
            stream.parts = before
            raise Refused("msg_blocks_too_many" if len(given) > limits.MESSAGE_BLOCKS else "msg_blocks_too_long")
        stream.message["blocks"], stream.message["text"] = drawn, stream.text()


def _chunks(args: Json) -> list[Json]:
    """Everything as chunks; plain markdown_text is one of them."""
    text = args.get("markdown_text") or ""
    if len(text) > limits.MARKDOWN_TEXT:
        raise bad_arguments(f"must be less than {limits.MARKDOWN_TEXT + 1} characters [json-pointer:/markdown_text]")
    chunks: list[Json] = [{"type": "markdown_text", "text": text}] if text else []
    for chunk in args.get("chunks") or []:
        if not _right(chunk):
            raise Refused("invalid_chunks")
        if chunk["type"] == "blocks":
            refuse_blocks(chunk["blocks"], "/chunks/blocks")
        chunks.append(chunk)
    return chunks


def _right(chunk: Any) -> bool:
    match chunk:
        case {"type": "markdown_text", "text": str(text), **more}:
            return bool(text) and len(text) <= limits.MARKDOWN_TEXT and not more
        case {"type": "plan_update", "title": str(title), **more}:
            return bool(title) and not more
        case {"type": "blocks", "blocks": list(), **more}:
            return not more
        case {"type": "task_update", "id": str(), "title": str(), "status": str(status)}:
            texts = all(isinstance(chunk.get(key) or "", str) for key in ("details", "output"))
            return texts and status in _TASK_STATUSES and set(chunk) <= _TASK_KEYS
        case _:
            return False


def _task_card(task: Json) -> Json:
    card: Json = {"type": "task_card", "task_id": task["id"], "title": task["title"], "status": task["status"]}
    for key in ("details", "output"):
        if task.get(key):
            section = {"type": "rich_text_section", "elements": [{"type": "text", "text": task[key]}]}
            card[key] = {"type": "rich_text", "elements": [section]}
    return {**card, "sources": task["sources"]} if task.get("sources") else card
