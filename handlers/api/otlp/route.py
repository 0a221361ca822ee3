"""POST /v1/logs, as exporters and collectors of OpenTelemetry send it."""

from aiohttp import web

from bot.model.errors import Malformed
from bot.model.payload import read_json
from handlers.api import event_shapes as shapes
from handlers.api.asked import Payload
from handlers.api.otlp import records, wire
from handlers.api.route import AnyRoute, Call, Given, Route

PROTOBUF = "application/x-protobuf"
_REJECTED, _MESSAGE = 0x08, 0x12  # the tags of partial_success's fields
_NO_SERVICE = "A record needs the attribute service.name, of its resource or its own."


async def take(call: Call, _: Payload) -> Given:
    in_protobuf = call.request.content_type == PROTOBUF
    try:
        body = await call.request.read()
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    found = records.read(wire.read_logs(body) if in_protobuf else read_json(body), call.now)
    await call.desks.events.take(call.tenant, found.events)
    if in_protobuf:
        return web.Response(body=_written(found.rejected), content_type=PROTOBUF)
    told = shapes.PartialSuccess(rejected_log_records=found.rejected, error_message=_NO_SERVICE)
    return shapes.OtlpTaken(partial_success=told if found.rejected else shapes.PartialSuccess())


def _written(rejected: int) -> bytes:
    """An ExportLogsServiceResponse; empty where all was taken."""
    if not rejected:
        return b""
    text = _NO_SERVICE.encode()
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
