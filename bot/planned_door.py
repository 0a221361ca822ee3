"""The model's seat in `nightdesk translate`, where OPENAI_… is set: asked for what the rules leave, and not booked."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from datetime import timedelta

import aiohttp

from bot import settings as settings_
from bot.clock import SystemClock
from bot.conversation.planner import Planner
from bot.desk.shapes import strict, used
from bot.model.errors import Misconfigured, Problem
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.model import A, Brief, Heard, Inquiry, LanguageModel, Line, PlainWords, Written
from bot.query import translate
from bot.query.words.choosing import Prepared
from bot.query.words.outcome import Outcome
from integrations.integration import Parts, WritesWords
from integrations.openai.integration import INTEGRATION

PATIENCE = timedelta(seconds=30)  # for one call: nobody waits in a chat


@contextlib.contextmanager
def seat(env: Mapping[str, str]) -> Iterator[translate.Seat]:
    section = settings_.section(INTEGRATION.name, INTEGRATION.settings, dict(env))
    if section is None:
        raise Misconfigured("No language model is set up.", advice="Set OPENAI_API_KEY or OPENAI_BASE_URL.")
    with asyncio.Runner() as runner:
        session = runner.run(_session())
        built = INTEGRATION.build(section, Parts(session, SystemClock()))
        assert isinstance(built, WritesWords)
        assert built.language is not None
        try:
            yield _Seat(runner, Planner(Unbooked(built.language)))
        finally:
            runner.run(built.stop())
            runner.run(session.close())


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


class _Seat:
    """Fills bot.query.translate.Seat."""

    def __init__(self, runner: asyncio.Runner, planner: Planner) -> None:
        self._runner, self._planner = runner, planner

    def answer(self, question: translate.Question, ground: Prepared) -> Outcome | None:
        return self._runner.run(self._planner.outcome(question, ground, DEFAULT_TENANT))


class Unbooked:
    """Fills bot.ports.model.Consults without a tenant behind it: nothing is limited, and nothing is kept."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def ask(self, tenant: TenantId, brief: Brief[A]) -> A | None:  # noqa: ARG002
        lines: tuple[Line, ...] = (Line("system", brief.system), Line("user", brief.user))
        for _ in range(1 + brief.repairs):
            inquiry = Inquiry(brief.task, lines, brief.shape.__name__.lower(), strict(brief.shape), PATIENCE)
            try:
                written = await self._model.write(inquiry)
            except Problem:
                return None
            value, wrong = used(brief, written.text)
            if value is not None:
                return value
            lines = (*lines[:2], Line("assistant", written.text or "(nothing)"), Line("user", wrong))
        return None

    async def tell(self, tenant: TenantId, brief: Brief[PlainWords], heard: Heard) -> Written | None:  # noqa: ARG002
        """Nobody here would hear it."""
        return None
