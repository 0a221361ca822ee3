"""What Teams waits for an answer to: presses, dialogs and thumbs. Answered at once, the work comes after."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.errors import Problem, Unavailable
from bot.model.message import Click
from bot.ports.services import Clock
from handlers.platform import FrontDesk
from handlers.teams import forms
from handlers.teams.activities import Incoming, click_in, place_of, rating_in, to_click, to_message
from handlers.teams.consents import Consents
from handlers.teams.limits import INVOKE_SECONDS
from handlers.teams.previews import Previews

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
TAKEN = "Got it."  # an answer follows in the conversation; an act shows on the card itself
TAKEN_ALREADY = "This is being worked on already."
UNKNOWN = "This button is no longer known. Ask again to get a new one."


@dataclass(frozen=True, slots=True)
class InvokeAnswer:
    status: int
    body: Mapping[str, Any] | None = None


class Invokes:
    def __init__(self, desk: FrontDesk, clock: Clock, previews: Previews, consents: Consents) -> None:
        self._desk = desk
        self._clock = clock
        self._previews = previews
        self._consents = consents
        self._by_name: Mapping[str, Callable[[Incoming], Awaitable[InvokeAnswer]]] = {
            "adaptiveCard/action": self._executed,
            "task/fetch": self._dialog_wanted,
            "task/submit": self._dialog_filled,
            "message/submitAction": self._rated,
            "message/fetchTask": self._rating_wanted,
            "suggestedActions/submit": self._suggestion_taken,
            "composeExtension/queryLink": self._linked,
            "fileConsent/invoke": self._file_answered,
        }

    async def answer(self, incoming: Incoming) -> InvokeAnswer:
        act = self._by_name.get(incoming.name or "")
        if act is None:
            return InvokeAnswer(501)
        async with asyncio.timeout(INVOKE_SECONDS):
            return await act(incoming)

    async def _executed(self, incoming: Incoming) -> InvokeAnswer:
        data = _at(incoming.value, "action", "data")
        if "i" not in data:
            return _error(400, "BadRequest", UNKNOWN)
        try:
            new = await self._received(incoming, click_in(data, incoming))
        except (Unavailable, TimeoutError) as problem:
            return _error(503, "Unavailable", _says(problem))
        return InvokeAnswer(200, {"statusCode": 200, "type": MESSAGE, "value": TAKEN if new else TAKEN_ALREADY})

    async def _dialog_wanted(self, incoming: Incoming) -> InvokeAnswer:
        data = _at(incoming.value, "data")
        if "i" not in data:
            return InvokeAnswer(200, forms.closed(UNKNOWN))
        click, asks = click_in(data, incoming), _asks(data)
        try:
            given = await self._desk.given(place_of(incoming), click.intent, click.arguments)
            return InvokeAnswer(200, forms.opened(self._desk.form(click.intent, given, asks), asks))
        except Problem as problem:
            return InvokeAnswer(200, forms.closed(_says(problem)))

    async def _dialog_filled(self, incoming: Incoming) -> InvokeAnswer:
        data = _at(incoming.value, "data")
        if "i" not in data:
            return InvokeAnswer(200, forms.closed(UNKNOWN))
        click, asks = click_in(data, incoming), _asks(data)
        try:
            faults = self._desk.faults(click.intent, click.arguments)
            if faults:
                form = self._desk.form(click.intent, click.arguments, asks)
                return InvokeAnswer(200, forms.opened(form, asks, faults))
            new = await self._received(incoming, click)
        except (Problem, TimeoutError) as problem:
            return InvokeAnswer(200, forms.closed(_says(problem)))
        return InvokeAnswer(200, forms.closed(TAKEN if new else TAKEN_ALREADY))

    async def _rated(self, incoming: Incoming) -> InvokeAnswer:
        value = _at(incoming.value)
        if value.get("actionName") != "feedback" or not incoming.reply_to_id:
            return InvokeAnswer(400)
        await self._received(incoming, rating_in(value, incoming))
        return InvokeAnswer(200)

    async def _rating_wanted(self, incoming: Incoming) -> InvokeAnswer:
        """Asked of bots that want more than a thumb; Teams sends the filled form as message/submitAction."""
        click = rating_in(_at(incoming.value, "data"), incoming)
        form = self._desk.form(click.intent, click.arguments, ("comment",))
        return InvokeAnswer(200, forms.opened(form, ("comment",)))

    async def _suggestion_taken(self, incoming: Incoming) -> InvokeAnswer:
        if isinstance(incoming.value, str):
            incoming = incoming.model_copy(update={"text": incoming.value, "value": None})
        elif "i" not in _at(incoming.value):
            return InvokeAnswer(400)
        await self._desk.receive(to_message(incoming, self._clock.now()))
        return InvokeAnswer(200)

    async def _linked(self, incoming: Incoming) -> InvokeAnswer:
        url = _at(incoming.value).get("url")
        if not isinstance(url, str) or not url:
            return InvokeAnswer(400)
        return InvokeAnswer(200, await self._previews.of(incoming, url))

    async def _file_answered(self, incoming: Incoming) -> InvokeAnswer:
        return InvokeAnswer(200 if await self._consents.pressed(incoming) else 400)

    async def _received(self, incoming: Incoming, click: Click) -> bool:
        return await self._desk.receive(to_click(incoming, click, self._clock.now()))


def _at(value: Any, *path: str) -> Mapping[str, Any]:
    """Down a path of objects; empty where there is none. What was pressed is user input."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _asks(data: Mapping[str, Any]) -> tuple[str, ...]:
    asked = data.get("q")
    return tuple(str(name) for name in asked) if isinstance(asked, list) else ()


def _says(problem: Exception) -> str:
    if not isinstance(problem, Problem):
        return "Nightdesk is too busy at the moment. Try again in a minute."
    return f"{problem.says} {problem.advice}".strip()


def _error(status: int, code: str, says: str) -> InvokeAnswer:
    """HTTP itself stays 200: anything else and Teams shows an error of its own."""
    return InvokeAnswer(200, {"statusCode": status, "type": ERROR, "value": {"code": code, "message": says}})
