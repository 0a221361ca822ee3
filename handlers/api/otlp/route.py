"""POST /v1/logs, as exporters and collectors of OpenTelemetry send it."""

from typing import Any

from aiohttp import web

from bot.model.errors import Malformed
from bot.model.payload import read_json
from handlers.api import event_shapes as shapes
from handlers.api.asked import Payload
from handlers.api.otlp import messages, records, wire
from handlers.api.route import AnyRoute, Call, Given, Route

PROTOBUF = "application/x-protobuf"
_REJECTED, _MESSAGE = 0x08, 0x12  # the tags of partial_success's fields
_NO_SERVICE = "A record needs the attribute service.name, of its resource or its own."


async def take(call: Call, _: Payload) -> Given:
    found = records.read(await body_of(call.request, messages.LOGS), call.now)
    await call.desks.events.take(call.tenant, found.events)
    if call.request.content_type == PROTOBUF:
        return web.Response(body=written(found.rejected, _NO_SERVICE), content_type=PROTOBUF)
    told = shapes.PartialSuccess(rejected_log_records=found.rejected, error_message=_NO_SERVICE)
    return shapes.OtlpTaken(partial_success=told if found.rejected else shapes.PartialSuccess())


async def body_of(request: web.Request, message: wire.Message) -> Any:
    """The tree of a request, in JSON or in protobuf."""
    try:
        body = await request.read()
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    return wire.read(body, message) if request.content_type == PROTOBUF else read_json(body)


def written(rejected: int, says: str) -> bytes:
    """A response of OTLP in protobuf, the same for all three; empty where all was taken."""
    if not rejected:
        return b""
    text = says.encode()
    inner = bytes([_REJECTED, *_varint(rejected), _MESSAGE, *_varint(len(text))]) + text
    return bytes([0x0A, *_varint(len(inner))]) + inner


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/v1/logs", tag="Log events",
        says="Log records of OpenTelemetry, in JSON or protobuf, with a key of the source events.",
        asks=Payload, gives=shapes.OtlpTaken, act=take, source="events", media=(PROTOBUF,),
    ),
)  # fmt: skip
