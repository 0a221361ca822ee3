"""POST /v1/traces and /v1/metrics: what calls of models used, as OpenTelemetry's conventions say it."""

from typing import Any

from aiohttp import web
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from handlers.api.ai_usage import TAG, USAGE
from handlers.api.asked import Payload
from handlers.api.otlp import messages, points, spans
from handlers.api.otlp.route import PROTOBUF, body_of, written
from handlers.api.route import AnyRoute, Call, Given, Route
from handlers.api.shape import Shape

_NO_SERVICE = "A call of a model needs the attribute service.name, an id and a time."
_NOT_COUNTED = "A point needs the attribute service.name, a sum and its times."


class _Camel(Shape):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class PartialSpans(_Camel):
    rejected_spans: int = 0
    error_message: str = ""


class SpansTaken(_Camel):
    partial_success: PartialSpans = PartialSpans()


class PartialPoints(_Camel):
    rejected_data_points: int = 0
    error_message: str = ""


class PointsTaken(_Camel):
    partial_success: PartialPoints = PartialPoints()


async def take_spans(call: Call, _: Payload) -> Given:
    found = spans.read(await body_of(call.request, messages.TRACES))
    await call.desks.charges.take(call.tenant, found.charges)
    says = _NO_SERVICE if found.rejected else ""
    told = PartialSpans(rejected_spans=found.rejected, error_message=says)
    return _answer(call, found.rejected, says, SpansTaken(partial_success=told))


async def take_points(call: Call, _: Payload) -> Given:
    found = points.read(await body_of(call.request, messages.METRICS))
    await call.desks.charges.count(call.tenant, found.counts)
    says = _NOT_COUNTED if found.rejected else ""
    told = PartialPoints(rejected_data_points=found.rejected, error_message=says)
    return _answer(call, found.rejected, says, PointsTaken(partial_success=told))


def _answer(call: Call, rejected: int, says: str, told: Any) -> Given:
    if call.request.content_type == PROTOBUF:
        return web.Response(body=written(rejected, says), content_type=PROTOBUF)
    return told  # type: ignore[no-any-return]


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/v1/traces", tag=TAG,
        says="Spans of OpenTelemetry, in JSON or protobuf; those of calls of models are kept. With a key of usage.",
        asks=Payload, gives=SpansTaken, act=take_spans, source=USAGE, media=(PROTOBUF,),
    ),
    Route(
        method="POST", path="/v1/metrics", tag=TAG,
        says="Metrics of OpenTelemetry, in JSON or protobuf; those of generative AI are counted. With a key of usage.",
        asks=Payload, gives=PointsTaken, act=take_points, source=USAGE, media=(PROTOBUF,),
    ),
)  # fmt: skip
