"""The way into the double for the bot: the token is checked, a fault may strike, and every call is written down."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import jwt
from aiohttp import web

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus, Fault, Faults
from handlers.playground.doubles.teams.keys import CONNECTOR, KeyRing
from handlers.playground.doubles.teams.message_check import REQUEST_BYTES
from handlers.playground.doubles.teams.problems import Refused, bad_syntax, too_big, too_many

CHAT = "teams"
Work: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SECRET_FIELDS = ("client_secret", "client_assertion")


class Door:
    def __init__(self, bus: Bus, faults: Faults, clock: Clock, keys: KeyRing, *, app_id: str) -> None:
        self._bus = bus
        self._faults = faults
        self._clock = clock
        self._keys = keys
        self._app_id = app_id
        self._in_edit: set[str] = set()

    def guarded(self, work: Work) -> Work:
        """A call of the connector: needs the bot's token."""

        async def checked(request: web.Request) -> web.StreamResponse:
            self._check_token(request)
            return await work(request)

        return self.open(checked)

    def open(self, work: Work) -> Work:
        async def handle(request: web.Request) -> web.StreamResponse:
            began = perf_counter()
            fault = self._faults.next(CHAT, f"{request.method} {request.path}", "429", "500", "503", "slow", "drop")
            try:
                with self._edit(request):
                    response = await self._suffer(fault, work, request)
            except Refused as no:
                response = web.json_response(no.body(), status=no.status, headers=no.headers)
            dropped = fault is not None and fault.kind == "drop"
            await self._write_down(request, response, perf_counter() - began, dropped=dropped)
            if dropped and request.transport is not None:
                request.transport.close()  # it was done, and the bot will never hear so
            return response

        return handle

    @contextmanager
    def _edit(self, request: web.Request) -> Iterator[None]:
        """Two changes of one message at the same time: the second is turned away."""
        place = request.path if request.method in ("PUT", "DELETE") else ""
        if place in self._in_edit:
            raise Refused(412, "PreconditionFailed", "The message is being changed by another request.")
        if place:
            self._in_edit.add(place)
        try:
            yield
        finally:
            self._in_edit.discard(place)

    async def _suffer(self, fault: Fault | None, work: Work, request: web.Request) -> web.StreamResponse:
        match fault.kind if fault else None:
            case "429":
                raise too_many(max(1, round(fault.seconds)) if fault else 1)
            case "500":
                raise Refused(502, "BadGateway", "The service is not available.")
            case "503":
                raise Refused(504, "GatewayTimeout", "The service did not answer in time.")
            case "slow":
                await self._clock.sleep(fault.seconds if fault else 0)
        return await work(request)

    def _check_token(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = self._keys.claims(token, CONNECTOR) if scheme.lower() == "bearer" else {}
        except jwt.InvalidTokenError:
            claims = {}
        if claims.get("appid") != self._app_id:
            raise Refused(401, "Unauthorized", "Authorization has been denied for this request.")

    async def _write_down(
        self, request: web.Request, response: web.StreamResponse, seconds: float, *, dropped: bool
    ) -> None:
        answer = response.text if isinstance(response, web.Response) else None
        self._bus.record(
            CHAT,
            "in",
            request.method,
            request.path,
            status=0 if dropped else response.status,
            ms=seconds * 1000,
            request=_readable(await request.read(), request.content_type),
            response=_hidden(_parsed(answer)),
        )


async def read_activity(request: web.Request) -> dict[str, Any]:
    body = await request.read()
    if len(body) > REQUEST_BYTES:
        raise too_big()
    try:
        activity = json.loads(body)
    except ValueError as problem:
        raise bad_syntax("The request body could not be parsed.") from problem
    if not isinstance(activity, dict):
        raise bad_syntax("The request body is not an object.")
    return activity


def _readable(body: bytes, content_type: str) -> Any:
    if body and content_type == "application/octet-stream":
        return f"{len(body)} bytes"
    text = body.decode("utf-8", "replace")
    if content_type == "application/x-www-form-urlencoded":
        return _hidden(dict(parse_qsl(text)))
    return _parsed(text)


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _hidden(body: Any) -> Any:
    """No secret and no token is shown in the inspector."""
    if not isinstance(body, Mapping):
        return body
    return {key: "…" if key in (*_SECRET_FIELDS, "access_token") else value for key, value in body.items()}
