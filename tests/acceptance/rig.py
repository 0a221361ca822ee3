"""Both doubles in the test's process, the bot as a real process beside it; they meet over HTTP only."""

import asyncio
import base64
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from bot.demo import gallery, teams_commands
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.doubles.teams.double import TeamsDouble
from handlers.playground.server import create_app
from tests.model_double import moods
from tests.model_double.server import ModelDouble

ROOT = Path(__file__).parents[2]
PATIENCE, ASKED_WITHIN = 60.0, 20.0
APP_ID, TENANT = "4f4c1f2e-0000-4000-8000-6e6967687464", "7d0a1b2c-0000-4000-8000-6e6967687464"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Rig:
    """`url` is the page; `bot_url` the bot. Names and texts are those of the doubles' worlds."""

    def __init__(self, folder: Path, database_url: str = "", *, rate_limits: bool = True, **settings: str) -> None:
        self.bus, self.faults = Bus(), Faults(seed=int(settings.pop("fault_seed", "1")))
        self.bot_port, self.port = free_port(), free_port()
        self.url, self.bot_url = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.bot_port}"
        self.log, self.mood = folder / "bot.log", settings.pop("mood", "")
        clock = SystemClock()
        self.slack = SlackDouble(
            self.bus, self.faults, clock, bot_url=self.bot_url,
            signing_secret=secrets.token_hex(16),
            token=f"xoxb-{secrets.token_hex(12)}", app_token=f"xapp-{secrets.token_hex(12)}",
            rate_limits=rate_limits, message_channels=bool(settings.pop("message_channels", "")),
        )  # fmt: skip
        self.teams = TeamsDouble(
            self.bus,
            self.faults,
            clock,
            bot_url=self.bot_url,
            app_id=APP_ID,
            app_password=secrets.token_hex(16),
            tenant=TENANT,
            rate_limits=rate_limits,
            commands=teams_commands(),
        )
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SLACK_", "TEAMS_", "NIGHTDESK_", "OPENAI_"))
            },
            "DATABASE_URL": database_url or f"sqlite+aiosqlite:///{folder}/nightdesk.sqlite3",
            "NIGHTDESK_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "NIGHTDESK_HOST": "127.0.0.1",
            "NIGHTDESK_PORT": str(self.bot_port),
            "NIGHTDESK_PUBLIC_URL": self.bot_url,
            "NIGHTDESK_QUESTIONS_PER_MINUTE": "10000",
            "LOG_FORMAT": "text",
            "DEMO_SEED": "7",
            **self.slack.settings(self.url),
            **self.teams.settings(self.url),
            **settings,
        }
        self._runner: web.AppRunner | None = None
        self._model = contextlib.AsyncExitStack()
        self.model: ModelDouble | None = None
        self.process: asyncio.subprocess.Process | None = None

    async def open(self) -> None:
        if (mood := self.mood or moods.mood()) and not self.env.get("OPENAI_BASE_URL"):
            self.model = await self._model.enter_async_context(moods.beside(mood))
            self.env |= moods.settings(self.model)
        app = create_app(self.slack, self.teams, self.bus, self.faults, gallery)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def start_bot(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        await self.until_ready()

    async def until_ready(self) -> None:
        async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            while True:
                if self.process is None or self.process.returncode is not None:
                    raise AssertionError(f"the bot ended: {self.log.read_text()[-3000:]}")
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.bot_url}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)  # another process starts; there is nothing to wait on

    async def kill_bot(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def stop_bot(self) -> int:
        assert self.process is not None
        self.process.terminate()
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def close(self) -> None:
        await self.kill_bot()
        if self._runner:
            await self._runner.cleanup()
        await self._model.aclose()

    async def heard_no_lie(self) -> None:
        """The model beside it was asked as its API wants it, and nobody read a word of it."""
        if self.mood and self.model:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASKED_WITHIN):
                    while not self.model.requests:
                        await asyncio.sleep(0.05)  # what is written about an end is written after it
            assert self.model.requests, "nobody asked it, and so nothing was shown"
        if self.model:
            chats = json.dumps([self.slack.state(), self.teams.state()], default=str)
            assert not [part for part in moods.LIES if part in chats]
            assert self.model.refused == []

    async def until(self, found: Callable[[], Any], what: str = "", patience: float = PATIENCE) -> Any:
        """Looks again at every event of the doubles until something is found."""
        events = self.bus.subscribe()
        try:
            async with asyncio.timeout(patience):
                waiting = asyncio.ensure_future(anext(events))
                await asyncio.sleep(0)
                while not (result := found()):
                    await waiting
                    waiting = asyncio.ensure_future(anext(events))
                waiting.cancel()
                return result
        except TimeoutError:
            raise AssertionError(f"not seen in {patience:g} s: {what}\n{self.log.read_text()[-3000:]}") from None

    # Slack

    async def ask_slack(self, text: str, channel: str = "incidents", thread: str | None = None) -> str:
        body = {"channel": self.slack_channel(channel), "text": text, **({"thread_ts": thread} if thread else {})}
        return str((await self.slack.control("message", body))["ts"])

    def slack_channel(self, name: str) -> str:
        channels = self.slack.state()["channels"]
        return str(next(one["id"] for one in channels if name in (one["name"], one["id"], one["kind"])))

    def slack_answers(self, ts: str, channel: str = "incidents") -> list[Mapping[str, Any]]:
        messages = self.slack.state()["messages"].get(self.slack_channel(channel), [])
        return [
            one for one in messages if one.get("thread_ts") == ts and one.get("bot_id") and not one.get("streaming")
        ]

    async def slack_answer(self, ts: str, channel: str = "incidents", count: int = 1) -> Mapping[str, Any]:
        found = await self.until(
            lambda: (a := self.slack_answers(ts, channel)) and len(a) >= count and a,
            f"answer {count} in the thread {ts}",
        )
        return dict(found[-1])

    def slack_counts(self) -> Counter[str]:
        """Answers by thread, over all channels."""
        messages = [one for channel in self.slack.state()["messages"].values() for one in channel]
        return Counter(str(one.get("thread_ts")) for one in messages if one.get("bot_id") and not one.get("streaming"))

    # Teams

    def teams_counts(self) -> Counter[str]:
        state = self.teams.state()
        said = [one for conversation in state["activities"].values() for one in conversation]
        return Counter(str(one.get("root")) for one in said if one["from"]["id"] == state["bot"]["id"])

    async def ask_teams(self, text: str, conversation: str = "Incidents", root: str | None = None) -> str:
        body = {"conversation": self.teams_conversation(conversation), "text": text, **({"root": root} if root else {})}
        return str((await self.teams.control("message", body))["activity"])

    def teams_conversation(self, name: str) -> str:
        conversations = self.teams.state()["conversations"]
        return str(next(one["id"] for one in conversations if name in (one["name"], one["id"], one["kind"])))

    def teams_answers(self, root: str, conversation: str = "Incidents") -> list[Mapping[str, Any]]:
        state = self.teams.state()
        activities = state["activities"].get(self.teams_conversation(conversation), [])
        bot = state["bot"]["id"]
        return [
            one for one in activities if one["from"]["id"] == bot and root in (one.get("root"), one.get("replyToId"))
        ]

    async def teams_answer(self, root: str, conversation: str = "Incidents", count: int = 1) -> Mapping[str, Any]:
        found = await self.until(
            lambda: (a := self.teams_answers(root, conversation)) and len(a) >= count and a, f"answer {count} to {root}"
        )
        return dict(found[-1])


@contextlib.asynccontextmanager
async def rig(folder: Path, database_url: str = "", *, rate_limits: bool = True, **settings: str) -> AsyncIterator[Rig]:
    built = Rig(folder, database_url, rate_limits=rate_limits, **settings)
    await built.open()
    try:
        await built.start_bot()
        yield built
        await built.heard_no_lie()
    finally:
        await built.close()
