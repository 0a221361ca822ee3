"""views.*: modals in a stack of three, and the Home tab; and the triggers that open them."""

import copy
from dataclasses import dataclass

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.validate import elements, view_bytes, view_flaws
from handlers.playground.doubles.slack.workspace import CHAT, Json, Workspace


@dataclass(slots=True)
class Trigger:
    user: str
    until: float
    used: bool = False


class Views:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}

    def trigger(self, user: str) -> str:
        """A trigger_id: for three seconds, and for one use."""
        name = f"{self._workspace.ts()}.{self._workspace.mint('', 12).lower()}"
        self._triggers[name] = Trigger(user, self._workspace.now() + limits.TRIGGER_SECONDS)
        return name

    def open(self, _: Workspace, args: Json) -> Json:
        view = self._checked(args["view"])
        user = self._exchange(args).user
        for old in self.stacks.pop(user, []):
            self._gone(old)
        return {"view": copy.deepcopy(self.show(user, view))}

    def push(self, _: Workspace, args: Json) -> Json:
        view = self._checked(args["view"])
        trigger = self._exchange(args)
        stack = self.stacks.get(trigger.user)
        if not stack:
            raise Refused("not_found")
        if len(stack) >= limits.VIEWS_STACKED:
            trigger.used = False
            raise Refused("push_limit_reached")
        return {"view": copy.deepcopy(self.show(trigger.user, view))}

    def update(self, _: Workspace, args: Json) -> Json:
        old = self._named(args.get("view_id"), args.get("external_id"))
        view = self._checked(args["view"], replacing=old["id"])
        if args.get("hash") and args["hash"] != old["hash"]:
            raise Refused("hash_conflict")
        return {"view": copy.deepcopy(self.replace(old, view))}

    def publish(self, workspace: Workspace, args: Json) -> Json:
        user, view = args["user_id"], args["view"]
        if user not in workspace.users:
            raise Refused("not_enabled")
        self._checked(view)
        old = self.homes.get(user)
        if args.get("hash") and (old is None or args["hash"] != old["hash"]):
            raise Refused("hash_conflict")
        made = self._made(view, old)
        self.homes[user] = made
        workspace.bus.publish(CHAT, "home", user=user, view=copy.deepcopy(made))
        return {"view": copy.deepcopy(made)}

    # -- what a person does to them

    def find(self, view: str) -> tuple[str, Json]:
        """Whose it is, and the view."""
        for user, stack in self.stacks.items():
            for one in stack:
                if one["id"] == view:
                    return user, one
        for user, home in self.homes.items():
            if home["id"] == view:
                return user, home
        raise Refused("not_found")

    def pop(self, user: str, view: Json) -> None:
        self.stacks[user] = [one for one in self.stacks[user] if one is not view]
        self._gone(view)

    def clear(self, user: str) -> None:
        for view in self.stacks.pop(user, []):
            self._gone(view)

    def show(self, user: str, view: Json) -> Json:
        stack = self.stacks.setdefault(user, [])
        made = self._made(view, None)
        made["root_view_id"] = stack[0]["id"] if stack else made["id"]
        made["previous_view_id"] = stack[-1]["id"] if stack else None
        stack.append(made)
        self._workspace.bus.publish(CHAT, "view", view=copy.deepcopy(made), user=user)
        return made

    def replace(self, old: Json, view: Json) -> Json:
        made = self._made(view, old)
        made |= {"root_view_id": old["root_view_id"], "previous_view_id": old["previous_view_id"]}
        old.clear()
        old.update(made)
        user, _ = self.find(old["id"])
        self._workspace.bus.publish(CHAT, "view", view=copy.deepcopy(old), user=user)
        return old

    def refuse(self, view: Json) -> None:
        """As the Web API does, for views that come as an answer to a submission."""
        self._checked(view)

    def _gone(self, view: Json) -> None:
        self._workspace.bus.publish(CHAT, "view_closed", view_id=view["id"])

    def _exchange(self, args: Json) -> Trigger:
        trigger = self._triggers.get(args.get("trigger_id") or args.get("interactivity_pointer") or "")
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._workspace.now() > trigger.until:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def _named(self, view: str | None, external: str | None) -> Json:
        for stack in self.stacks.values():
            for one in stack:
                if (view and one["id"] == view) or (external and one["external_id"] == external):
                    return one
        raise Refused("not_found")

    def _checked(self, view: Json, replacing: str = "") -> Json:
        if view_bytes(view) > limits.VIEW_BYTES:
            raise Refused("view_too_large")
        flaws = [f"[ERROR] {flaw.line()}" for flaw in view_flaws(view)]
        if flaws:
            raise Refused("invalid_arguments", response_metadata={"messages": flaws})
        external = view.get("external_id")
        standing = [one for stack in self.stacks.values() for one in stack if one["id"] != replacing]
        if external and any(one["external_id"] == external for one in standing):
            raise Refused("duplicate_external_id")
        return view

    def _made(self, view: Json, old: Json | None) -> Json:
        workspace = self._workspace
        made: Json = {
            "id": old["id"] if old else workspace.mint("V"),
            "team_id": workspace.team["id"],
            "app_id": workspace.bot.app,
            "bot_id": workspace.bot.id,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "state": {"values": {}},
            "previous_view_id": None,
            **copy.deepcopy(view),
            "hash": f"{workspace.ts()}.{workspace.mint('', 8)}",
        }
        made["root_view_id"] = made["id"]
        for block in made["blocks"]:
            block["block_id"] = block.get("block_id") or workspace.mint("", 5)
        for _, element in elements(made["blocks"]):
            element["action_id"] = element.get("action_id") or workspace.mint("", 5)
        return made
