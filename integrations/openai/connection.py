"""One server that speaks OpenAI's API, called by its own package: one try a call, and its errors in our words."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai
from openai.types.chat import ChatCompletion

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.usage import Allowance, Price
from bot.ports.model import Heard, Inquiry, Task, TooSlow, Written
from bot.ports.services import Clock
from integrations.openai.counting import tokens_of
from integrations.openai.dialect import Dialect
from integrations.openai.settings import MAKER, Settings
from integrations.openai.streaming import told
from integrations.openai.travel import SessionTransport
from integrations.transport import Guard, in_our_words, problem_of

WHAT = "The language model"
OUT_OF_MONEY = "insufficient_quota"
REST_WITHOUT_MONEY = timedelta(minutes=15)
IN_TIME = 0.9  # of what whoever asks has, so that a slow server is known for one here
MOST_STEPS = 5  # down to what a server understands

T = TypeVar("T")


class OpenAIModel:
    """Fills bot.ports.model.LanguageModel."""

    def __init__(self, settings: Settings, session: Callable[[], aiohttp.ClientSession], clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._guard = Guard(WHAT, clock)
        self._dialects: dict[str, Dialect] = {}
        url = settings.base_url or MAKER
        self.endpoint = urlsplit(url).netloc
        tls: ssl.SSLContext | bool = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else True
        patience = settings.timeout.total_seconds() + 1
        self._http = httpx2.AsyncClient(transport=SessionTransport(session, tls, patience))
        self._client = openai.AsyncOpenAI(
            api_key=settings.api_key.get_secret_value() or "none",
            base_url=url,
            organization="",
            project="",
            max_retries=0,
            timeout=patience,
            http_client=self._http,
        )

    @property
    def allowance(self) -> Allowance:
        return Allowance(self._settings.daily_usd, self._settings.daily_tokens)

    @property
    def prices(self) -> Mapping[str, Price]:
        return self._settings.all_prices

    def model_of(self, task: Task) -> str:
        return self._settings.model_of(task)

    async def write(self, inquiry: Inquiry) -> Written:
        return await self._asked(inquiry, Dialect.request, self._complete)

    async def stream(self, inquiry: Inquiry, heard: Heard) -> Written:
        return await self._asked(inquiry, Dialect.streamed, partial(self._told, heard))

    async def _asked(
        self,
        inquiry: Inquiry,
        write: Callable[[Dialect, Inquiry, str, int, float], dict[str, Any]],
        send: Callable[[Mapping[str, Any]], Awaitable[Written]],
    ) -> Written:
        task, given = inquiry.task, self._settings
        model, most, warmth = given.model_of(task), given.longest_of(task), given.warmth_of(task)
        patience = min(given.timeout, inquiry.patience * IN_TIME).total_seconds()
        for _ in range(MOST_STEPS):
            dialect = self._dialects.get(model, Dialect())
            request = write(dialect, inquiry, model, most, warmth)
            try:
                return await self._call(partial(send, request), patience)
            except Rejected as problem:
                simpler = dialect.simpler(problem.says) if problem.code in ("400", "422") else None
                if simpler is None:
                    raise
                self._dialects[model] = simpler
        raise Rejected(f"{WHAT} does not understand what it is asked.", code="400")

    async def check(self) -> str:
        models = self._settings.models
        try:
            listed = {one.id async for one in await self._call(lambda: _listed(self._client))}
        except Rejected as problem:
            if problem.code not in ("404", "405", "501"):
                raise
            return f"{self.endpoint} answers, and does not list its models; {', '.join(models)} will be asked."
        missing = [one for one in models if one not in listed]
        if missing:
            raise Rejected(
                f"{self.endpoint} has no model {', '.join(missing)}.", code="404", advice="Check OPENAI_MODEL."
            )
        unpriced = [one for one in models if one not in self.prices]
        told = f" Nobody has declared what {', '.join(unpriced)} costs (OPENAI_PRICES)." if unpriced else ""
        return f"{self.endpoint} answers, and has {', '.join(models)}.{told}"

    async def close(self) -> None:
        await self._http.aclose()

    async def _complete(self, request: Mapping[str, Any]) -> Written:
        return _written(await self._client.chat.completions.create(**request), request)

    async def _told(self, heard: Heard, request: Mapping[str, Any]) -> Written:
        async with await self._client.chat.completions.create(**request) as pieces:
            return await told(aiter(pieces), WHAT, request, heard)

    async def _call(self, call: Callable[[], Awaitable[T]], patience: float = 0) -> T:
        return await self._guard.run(lambda: self._in_time(call, patience or self._settings.timeout.total_seconds()))

    async def _in_time(self, call: Callable[[], Awaitable[T]], patience: float) -> T:
        try:
            async with asyncio.timeout(patience):
                return await self._translated(call)
        except TimeoutError as problem:
            raise TooSlow(WHAT) from problem

    async def _translated(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            with in_our_words(WHAT, "OPENAI_BASE_URL", "OPENAI_CA_FILE"):
                try:
                    return await call()
                except openai.APIConnectionError as problem:
                    raise problem.__cause__ or problem from None
        except openai.APIStatusError as problem:
            raise self._problem(problem) from problem
        except (openai.OpenAIError, httpx2.HTTPError) as problem:
            raise Unavailable(WHAT) from problem
        except (ValueError, TypeError, AttributeError, KeyError) as problem:  # not what this API answers
            raise Rejected(
                "What answers does not speak OpenAI's API.", code="unreadable", advice="Check OPENAI_BASE_URL."
            ) from problem

    def _problem(self, problem: openai.APIStatusError) -> Problem:
        status, body = problem.status_code, problem.body if isinstance(problem.body, Mapping) else {}
        if status == 429 and OUT_OF_MONEY in (body.get("code"), body.get("type")):
            advice = "Its account is used up; its bill has to be looked at."
            return Unavailable(WHAT, retry_after=REST_WITHOUT_MONEY, definite=True, advice=advice)
        if status < 400:
            return Rejected(f"{WHAT} leads elsewhere.", code=str(status), advice="Check OPENAI_BASE_URL.")
        says = " ".join(str(body.get("message") or "").split())[:300]
        return problem_of(WHAT, status, says, problem.response.headers, self._clock.now())


async def _listed(client: openai.AsyncOpenAI) -> Any:
    return await client.models.list()


def _written(made: ChatCompletion, request: Mapping[str, Any]) -> Written:
    """Raises Rejected where it will not answer, whatever it was asked how often."""
    choice = made.choices[0] if made.choices else None
    if choice is None or choice.message is None:
        raise Rejected(f"{WHAT} answered nothing.", code="empty")
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise Rejected(f"{WHAT} does not want to write about this.", code="refusal")
    text = choice.message.content or ""
    return Written(
        text,
        made.model or str(request["model"]),
        tokens_of(made.usage, request, text),
        choice.finish_reason == "length",
    )
