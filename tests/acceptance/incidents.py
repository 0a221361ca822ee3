"""Incidents through the real process: a plan, a key, alerts posted as Alertmanager does, what stands in both chats."""

import asyncio
import base64
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.issue import Issue
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.incidents import Wanted
from bot.ports.storage import Entry, Trail
from handlers.playground.doubles.slack.refusal import Impossible
from storage.storage import SqlStorage, open_storage
from tests.acceptance.rig import Rig
from tests.acceptance.watch import Watch

# A message that changes by itself a moment later has other buttons then; test_analysis.py has it so.
STILL = {"NIGHTDESK_ANALYSE": "false"}
FAST = {"SLACK_MESSAGES_PER_SECOND": "1000", "TEAMS_MESSAGES_PER_SECOND": "1000"}
ZERO = "0001-01-01T00:00:00Z"


def alert(mark: str, *, firing: bool = True, severity: str = "warning", began: datetime | None = None,
          ago: float = 60, **labels: str) -> dict[str, Any]:  # fmt: skip
    """One alert of Alertmanager's payload; `mark` makes it an issue of its own."""
    began = began or datetime.now(UTC) - timedelta(seconds=ago)
    whole = {"alertname": mark, "severity": severity, "service": "checkout", "env": "prod", **labels}
    return {
        "status": "firing" if firing else "resolved",
        "labels": whole,
        "annotations": {"summary": f"{mark}: checkout is slow", "value": "650 ms", "threshold": "above 500 ms"},
        "startsAt": began.isoformat(),
        "endsAt": ZERO if firing else datetime.now(UTC).isoformat(),
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
        "fingerprint": secrets.token_hex(8) if "fingerprint" not in labels else labels["fingerprint"],
    }


def payload(alerts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    firing = any(one["status"] == "firing" for one in alerts)
    return {
        "version": "4",
        "groupKey": "{}:{}",
        "truncatedAlerts": 0,
        "status": "firing" if firing else "resolved",
        "receiver": "nightdesk",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example",
        "alerts": list(alerts),
    }


class Incidents:
    """A rig with a plan that tells every issue in one channel of each chat."""

    def __init__(self, rig: Rig, key: str) -> None:
        self.rig, self.key = rig, key
        self.slack_channel = rig.slack_channel("incidents")
        self.teams_channel = rig.teams_conversation("Incidents")
        self.session: aiohttp.ClientSession
        self.watch: Watch

    async def post(self, *alerts: Mapping[str, Any]) -> int:
        url = f"{self.rig.bot_url}/webhooks/alertmanager/{self.key}"
        async with self.session.post(url, json=payload(alerts)) as answer:
            await answer.read()
            return answer.status

    def slack_roots(self, mark: str) -> list[Mapping[str, Any]]:
        """Messages of their own that tell of this issue, as they stand."""
        return list(self.watch.slack[mark].values())

    def slack_messages(self) -> list[Mapping[str, Any]]:
        messages = self.rig.slack.workspace.messages.get(self.slack_channel, [])
        return [one for one in messages if one.get("bot_id") and one.get("thread_ts") in (None, one["ts"])]

    def slack_thread(self, root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        messages = self.rig.slack.workspace.messages.get(self.slack_channel, [])
        return [one for one in messages if one.get("thread_ts") == root["ts"] and one["ts"] != root["ts"]]

    def teams_roots(self, mark: str) -> list[Mapping[str, Any]]:
        return list(self.watch.teams[mark].values())

    def teams_messages(self) -> list[Mapping[str, Any]]:
        world = self.rig.teams.world
        activities = world.conversations[self.teams_channel].activities.values()
        return [one for one in activities if one["from"]["id"] == world.bot["id"] and one["root"] == one["id"]]

    def teams_thread(self, root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        activities = self.rig.teams.world.conversations[self.teams_channel].activities.values()
        return [one for one in activities if one["root"] == root["id"] and one["id"] != root["id"]]

    async def both(self, mark: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The issue's message in Slack and in Teams, once both stand."""
        await self.watch.until(mark, lambda: self.slack_roots(mark) and self.teams_roots(mark), "in both chats")
        return self.slack_roots(mark)[0], self.teams_roots(mark)[0]

    async def until_both(self, mark: str, *words: str) -> None:
        """Until the messages of both chats say all these words."""

        def say(roots: Sequence[Mapping[str, Any]]) -> bool:
            return any(all(word in json.dumps(root, ensure_ascii=False) for word in words) for root in roots)

        await self.watch.until(
            mark, lambda: say(self.slack_roots(mark)) and say(self.teams_roots(mark)), ", ".join(words)
        )

    async def press_slack(self, message: Mapping[str, Any], label: str, *, times: int = 1) -> None:
        block, action = slack_buttons(message)[label]
        press = {"channel": self.slack_channel, "ts": message["ts"], "block_id": block, "action_id": action}
        await _all(self.rig.slack.control("click", press) for _ in range(times))

    async def press_teams(self, card: Mapping[str, Any], label: str, *, times: int = 1) -> None:
        action = teams_actions(card)[label]
        press = {"conversation": self.teams_channel, "activity": card["id"], "action": action}
        await _all(self.rig.teams.control("execute", press) for _ in range(times))

    @contextlib.asynccontextmanager
    async def storage(self) -> AsyncIterator[SqlStorage]:
        """The bot's own database, looked at from outside."""
        env = self.rig.env
        async with open_storage(env["DATABASE_URL"], keys=[env["NIGHTDESK_KEYS"]], clock=SystemClock()) as storage:
            yield storage

    async def issues(self, limit: int = 20_000) -> list[Issue]:
        async with self.storage() as storage, storage.work(DEFAULT_TENANT) as work:
            return list(await work.issues.find(Wanted(limit=limit)))

    async def trail(self, limit: int = 100_000) -> list[Entry]:
        async with self.storage() as storage, storage.work(DEFAULT_TENANT) as work:
            return list(await work.audit.find(Trail(limit=limit)))


async def _all(presses: Iterable[Awaitable[Any]]) -> None:
    """At once, as an impatient finger does it; what changes under the finger is not there to be pressed any more."""
    for result in await asyncio.gather(*presses, return_exceptions=True):
        if isinstance(result, BaseException) and not isinstance(result, Impossible | ValueError):
            raise result


def slack_buttons(message: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Label to block and action; those that open a page or a form of their own are among them."""
    found: dict[str, tuple[str, str]] = {}

    def walk(node: Any, block: str) -> None:
        if isinstance(node, dict):
            block = node.get("block_id", block)
            if node.get("type") == "button":
                found.setdefault(node["text"]["text"], (block, node["action_id"]))
            for value in node.values():
                walk(value, block)
        elif isinstance(node, list):
            for value in node:
                walk(value, block)

    walk([message.get("blocks", []), message.get("attachments", [])], "")
    return found


def teams_actions(activity: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if str(node.get("type", "")).startswith("Action."):
                found.setdefault(str(node.get("title")), node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(activity.get("attachments", []))
    return found


@contextlib.asynccontextmanager
async def incidents(
    folder: Path, database_url: str = "", *,
    plan: Mapping[str, Any] | Callable[[Rig], Mapping[str, Any]] | None = None, start: bool = True,
    rate_limits: bool = False, **settings: str,
) -> AsyncIterator[Incidents]:  # fmt: skip
    """`plan` over one that tells everything in #incidents and in Incidents; it may be made for this rig."""
    keys = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    pace = {} if rate_limits else FAST
    rig = Rig(folder, database_url, rate_limits=rate_limits, NIGHTDESK_KEYS=keys, **{**STILL, **pace, **settings})
    route = {
        "to": [
            {"platform": "slack", "channel": rig.slack_channel("incidents")},
            {"platform": "teams", "channel": rig.teams_conversation("Incidents")},
        ],
        "story": "normal",
    }
    whole = {"routes": [route], "storm": {"from_issues": 0}, **(plan(rig) if callable(plan) else plan or {})}
    file = folder / "plan.yaml"
    file.write_text(json.dumps(whole))
    rig.env["NIGHTDESK_PLAN"] = str(file)
    clock = SystemClock()
    async with open_storage(rig.env["DATABASE_URL"], keys=[keys], clock=clock) as storage:
        _, key = await Office(storage, clock).new_key(terminal(DEFAULT_TENANT, "test"), "alertmanager", "test")
    built = Incidents(rig, key)
    await rig.open()
    try:
        async with aiohttp.ClientSession() as session:
            built.session, built.watch = session, Watch(rig.bus, {built.slack_channel, built.teams_channel})
            if start:
                await rig.start_bot()
                await rig.teams.control("install", {"conversation": built.teams_channel})
            yield built
            await built.watch.close()
            await rig.heard_no_lie()
    finally:
        await rig.close()
