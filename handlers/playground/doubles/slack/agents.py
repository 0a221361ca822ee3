"""The agent surface: status line, title, suggested prompts, sessions; and the details of work objects."""

import asyncio
import copy

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.refusal import Refused, bad_arguments
from handlers.playground.doubles.slack.streams import STATUSES
from handlers.playground.doubles.slack.workspace import CHAT, Json, Session, Workspace


class Agents:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._endings: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.details: dict[str, Json] = {}

    def set_status(self, workspace: Workspace, args: Json) -> Json:
        """The line under a thread; it goes with the next message, or after two minutes."""
        channel, thread = self._thread(args)
        if len(args.get("loading_messages") or []) > limits.LOADING_MESSAGES:
            most = limits.LOADING_MESSAGES
            raise bad_arguments(f"no more than {most} items allowed [json-pointer:/loading_messages]")
        if ending := self._endings.pop((channel, thread), None):
            ending.cancel()
        workspace.set_status(channel, thread, args["status"])
        if args["status"]:
            ending = workspace.timers.after(limits.STATUS_SECONDS, lambda: workspace.set_status(channel, thread, ""))
            self._endings[channel, thread] = ending
        return {}

    def set_title(self, workspace: Workspace, args: Json) -> Json:
        channel, thread = self._thread(args)
        workspace.titles[channel, thread] = args["title"]
        workspace.bus.publish(CHAT, "title", channel=channel, thread_ts=thread, title=args["title"])
        return {}

    def suggest(self, workspace: Workspace, args: Json) -> Json:
        if not workspace.agent_view:
            raise Refused("not_agent_app")
        channel = workspace.channel(args["channel_id"])
        prompts = args["prompts"]
        if not 1 <= len(prompts) <= limits.PROMPTS:
            raise bad_arguments(f"must have 1 to {limits.PROMPTS} items [json-pointer:/prompts]")
        if not all(isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts):
            raise bad_arguments("each must have a title and a message [json-pointer:/prompts]")
        if args.get("thread_ts"):
            return {}  # under agent_view a thread's prompts are accepted and never shown
        workspace.prompts[channel.id] = copy.deepcopy(prompts)
        title = args.get("title") or ""
        workspace.bus.publish(CHAT, "prompts", channel=channel.id, title=title, prompts=copy.deepcopy(prompts))
        return {}

    def set_session(self, workspace: Workspace, args: Json) -> Json:
        key = self._session_key(args)
        if args["status"] not in STATUSES:
            raise Refused("invalid_status")
        if args.get("initiator_user_id") and args["initiator_user_id"] not in workspace.users:
            raise Refused("user_not_found")
        if len(args.get("title") or "") > limits.SESSION_TITLE:
            raise bad_arguments(f"must be less than {limits.SESSION_TITLE + 1} characters [json-pointer:/title]")
        session = workspace.sessions.setdefault(key, Session("", args.get("title") or ""))
        session.status = args["status"]
        workspace.tell_status(*key)
        return {"status": session.status, "agent_status": session.status, "title": session.title}

    def rename(self, workspace: Workspace, args: Json) -> Json:
        key = self._session_key(args)
        if key not in workspace.sessions:
            raise Refused("session_not_found")
        if not 0 < len(args["title"]) <= limits.SESSION_TITLE:
            raise Refused("invalid_name")
        workspace.sessions[key].title = args["title"]
        workspace.bus.publish(CHAT, "title", channel=key[0], thread_ts=key[1], title=args["title"])
        return {"title": args["title"]}

    def present(self, _: Workspace, args: Json) -> Json:
        """The details of a work object; a trigger is what `entity_details_requested` carried."""
        if args["trigger_id"] not in self.details:
            raise Refused("invalid_trigger_id")
        if not args.get("metadata") and not args.get("error"):
            raise Refused("invalid_metadata")
        self.details[args["trigger_id"]] = args.get("metadata") or {}
        return {}

    def _thread(self, args: Json) -> tuple[str, str]:
        channel = self._workspace.channel(args["channel_id"])
        opener = self._workspace.message(channel.id, args["thread_ts"], "invalid_thread_ts")
        if opener.get("ephemeral_to"):
            raise Refused("invalid_thread_ts")
        return channel.id, args["thread_ts"]

    def _session_key(self, args: Json) -> tuple[str, str]:
        channel = self._workspace.channel(args["channel_id"])
        if self._workspace.bot.user not in channel.members:
            raise Refused("not_authorized")
        if not args.get("thread_ts"):
            raise Refused("thread_ts_required")
        return channel.id, args["thread_ts"]
