"""chat.*: messages that are posted, changed, shown to one person, deleted."""

import copy
import json

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.refusal import Refused, bad_arguments
from handlers.playground.doubles.slack.validate import block_flaws, block_text
from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace

_LOOK = ("username", "icon_emoji", "icon_url")


def refuse_blocks(blocks: list[Json], at: str = "/blocks") -> None:
    flaws = [flaw.line() for flaw in block_flaws(blocks, at)]
    if flaws:
        raise Refused(
            "invalid_blocks", errors=flaws, response_metadata={"messages": [f"[ERROR] {flaw}" for flaw in flaws]}
        )


def content(args: Json, *, too_long: str, text_limit: int | None = None) -> Json:
    """The text, blocks and attachments of a message, checked; `too_long` is the error for too much block text."""
    text, blocks = args.get("text") or "", args.get("blocks") or []
    attachments, markdown = args.get("attachments") or [], args.get("markdown_text") or ""
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN_TEXT:
        raise bad_arguments(f"must be less than {limits.MARKDOWN_TEXT + 1} characters [json-pointer:/markdown_text]")
    if not (text or blocks or attachments or markdown):
        raise Refused("no_text")
    if text_limit is not None and len(text) > text_limit:
        raise Refused("msg_too_long")
    if len(attachments) > limits.ATTACHMENTS:
        raise Refused("too_many_attachments")
    if markdown:
        blocks, text = [{"type": "markdown", "text": markdown}], markdown
    refuse_blocks(blocks)
    for index, attachment in enumerate(attachments):
        refuse_blocks(attachment.get("blocks") or [], f"/attachments/{index}/blocks")
    inside = [block for attachment in attachments for block in attachment.get("blocks") or []]
    if block_text([*blocks, *inside]) > limits.BLOCKS_TEXT:
        raise Refused(too_long)
    drawn = {"text": text[: limits.MESSAGE_TEXT], "blocks": copy.deepcopy(blocks)}
    return {**drawn, "attachments": copy.deepcopy(attachments)} if attachments else drawn


def metadata(args: Json) -> Json:
    """What stands under `metadata`, or nothing. An entity's metadata has another shape and is kept as it is."""
    given = args.get("metadata")
    if not given:
        return {}
    if len(json.dumps(given).encode()) > limits.METADATA_BYTES:
        raise Refused("metadata_too_large")
    if "entities" in given:
        return {"metadata": given}
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    return {"metadata": given}


def from_bot(workspace: Workspace, args: Json, drawn: Json) -> Json:
    bot = workspace.bot
    message = {
        "type": "message",
        "user": bot.user,
        "bot_id": bot.id,
        "app_id": bot.app,
        "team": workspace.team["id"],
        "ts": workspace.ts(),
        **drawn,
        **{key: args[key] for key in _LOOK if args.get(key)},
    }
    if args.get("thread_ts"):
        message["thread_ts"] = args["thread_ts"]
    return message


def joined(workspace: Workspace, name: str, *, archived: str = "is_archived") -> Channel:
    """`archived` is the error for a channel that is, which is not the same for all methods."""
    channel = workspace.addressed(name)
    if channel.archived:
        raise Refused(archived)
    if workspace.bot.user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def post_message(workspace: Workspace, args: Json) -> Json:
    channel = joined(workspace, args["channel"])
    drawn = content(args, too_long="msg_blocks_too_long") | metadata(args)
    if root := args.get("thread_ts"):
        _refuse_under(workspace, channel, root)
    message = workspace.put(channel, from_bot(workspace, args, drawn))
    return {"channel": channel.id, "ts": message["ts"], "message": copy.deepcopy(message)}


def _refuse_under(workspace: Workspace, channel: Channel, root: str) -> None:
    try:
        opener = workspace.message(channel.id, root)
    except Refused:
        return  # one that is gone keeps its thread
    if opener.get("ephemeral_to"):
        raise Refused("cannot_reply_to_message")


def update(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    if channel.archived:
        raise Refused("is_inactive")
    message = owned(workspace, channel, args["ts"], "cant_update_message")
    if message.get("streaming"):
        raise Refused("streaming_state_conflict")
    drawn = content(args, too_long="msg_too_long", text_limit=limits.UPDATE_TEXT)
    if "blocks" not in args and not args.get("markdown_text"):
        del drawn["blocks"]  # what is left out stays as it was: old blocks under a new text
    files = [_file_of(message, name) for name in args.get("file_ids") or []]
    if args.get("metadata") == {}:
        message.pop("metadata", None)
    if args.get("attachments") == []:
        message.pop("attachments", None)
    message.update(drawn | metadata(args) | ({"files": files} if files else {}))
    message["edited"] = {"user": workspace.bot.user, "ts": workspace.ts()}
    workspace.change(channel, message)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": copy.deepcopy(message)}


def _file_of(message: Json, name: str) -> Json:
    for file in message.get("files") or []:
        if file["id"] == name:
            return dict(file)
    raise Refused("file_not_found")


def owned(workspace: Workspace, channel: Channel, ts: str, error: str) -> Json:
    """A message of the bot itself. One that only a person saw cannot be found again."""
    message = workspace.message(channel.id, ts)
    if message.get("ephemeral_to"):
        raise Refused("message_not_found")
    if message.get("bot_id") != workspace.bot.id:
        raise Refused(error)
    return message


def delete(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    message = owned(workspace, channel, args["ts"], "cant_delete_message")
    workspace.remove(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(workspace: Workspace, args: Json) -> Json:
    channel = joined(workspace, args["channel"])
    if args["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    drawn = content(args, too_long="msg_too_long", text_limit=limits.MESSAGE_TEXT)
    message = from_bot(workspace, args, drawn) | {"ephemeral_to": args["user"]}
    workspace.put(channel, message)
    return {"message_ts": message["ts"]}


def permalink(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    message = workspace.message(channel.id, args["message_ts"])
    return {"channel": channel.id, "permalink": link_to(workspace, channel, message)}


def link_to(workspace: Workspace, channel: Channel, message: Json) -> str:
    ts, root = message["ts"], message.get("thread_ts")
    link = f"https://{workspace.team['domain']}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={root}&cid={channel.id}" if root and root != ts else link
