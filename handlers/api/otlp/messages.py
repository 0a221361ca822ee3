"""The messages of OTLP that we read: each field by its number, with the name that it has in JSON."""

from handlers.api.otlp import wire
from handlers.api.otlp.wire import Field, Message

_VALUE: Message = {
    1: Field("stringValue", wire.BYTES, wire.text),
    2: Field("boolValue", wire.VARINT, lambda value, _: bool(value)),
    3: Field("intValue", wire.VARINT, wire.signed),
    4: Field("doubleValue", wire.FIXED64, wire.double),
    5: Field("arrayValue", wire.BYTES, wire.inside(lambda: _ARRAY)),
    6: Field("kvlistValue", wire.BYTES, wire.inside(lambda: _PAIRS)),
    7: Field("bytesValue", wire.BYTES, wire.in_hex),
}
_ARRAY: Message = {1: Field("values", wire.BYTES, wire.inside(lambda: _VALUE), many=True)}
_PAIR: Message = {1: Field("key", wire.BYTES, wire.text), 2: Field("value", wire.BYTES, wire.inside(lambda: _VALUE))}
_PAIRS: Message = {1: Field("values", wire.BYTES, wire.inside(lambda: _PAIR), many=True)}
_RECORD: Message = {
    1: Field("timeUnixNano", wire.FIXED64, wire.fixed),
    2: Field("severityNumber", wire.VARINT, wire.plain),
    3: Field("severityText", wire.BYTES, wire.text),
    5: Field("body", wire.BYTES, wire.inside(lambda: _VALUE)),
    6: Field("attributes", wire.BYTES, wire.inside(lambda: _PAIR), many=True),
    9: Field("traceId", wire.BYTES, wire.in_hex),
    10: Field("spanId", wire.BYTES, wire.in_hex),
    11: Field("observedTimeUnixNano", wire.FIXED64, wire.fixed),
}
_SCOPE: Message = {2: Field("logRecords", wire.BYTES, wire.inside(lambda: _RECORD), many=True)}
_RESOURCE: Message = {1: Field("attributes", wire.BYTES, wire.inside(lambda: _PAIR), many=True)}
_RESOURCE_LOGS: Message = {
    1: Field("resource", wire.BYTES, wire.inside(lambda: _RESOURCE)),
    2: Field("scopeLogs", wire.BYTES, wire.inside(lambda: _SCOPE), many=True),
}
LOGS: Message = {1: Field("resourceLogs", wire.BYTES, wire.inside(lambda: _RESOURCE_LOGS), many=True)}

_STATUS: Message = {3: Field("code", wire.VARINT, wire.plain)}
_SPAN: Message = {
    1: Field("traceId", wire.BYTES, wire.in_hex),
    2: Field("spanId", wire.BYTES, wire.in_hex),
    7: Field("startTimeUnixNano", wire.FIXED64, wire.fixed),
    8: Field("endTimeUnixNano", wire.FIXED64, wire.fixed),
    9: Field("attributes", wire.BYTES, wire.inside(lambda: _PAIR), many=True),
    15: Field("status", wire.BYTES, wire.inside(lambda: _STATUS)),
}
_SCOPE_SPANS: Message = {2: Field("spans", wire.BYTES, wire.inside(lambda: _SPAN), many=True)}
_RESOURCE_SPANS: Message = {
    1: Field("resource", wire.BYTES, wire.inside(lambda: _RESOURCE)),
    2: Field("scopeSpans", wire.BYTES, wire.inside(lambda: _SCOPE_SPANS), many=True),
}
TRACES: Message = {1: Field("resourceSpans", wire.BYTES, wire.inside(lambda: _RESOURCE_SPANS), many=True)}

_OF_A_POINT: Message = {
    2: Field("startTimeUnixNano", wire.FIXED64, wire.fixed),
    3: Field("timeUnixNano", wire.FIXED64, wire.fixed),
    4: Field("count", wire.FIXED64, wire.fixed),
    5: Field("sum", wire.FIXED64, wire.double),
}
_ATTRIBUTES = Field("attributes", wire.BYTES, wire.inside(lambda: _PAIR), many=True)
_POINT: Message = {**_OF_A_POINT, 9: _ATTRIBUTES}
_EXPONENTIAL_POINT: Message = {**_OF_A_POINT, 1: _ATTRIBUTES}


def _histogram(point: Message) -> Message:
    return {
        1: Field("dataPoints", wire.BYTES, wire.inside(lambda: point), many=True),
        2: Field("aggregationTemporality", wire.VARINT, wire.plain),
    }


_METRIC: Message = {
    1: Field("name", wire.BYTES, wire.text),
    9: Field("histogram", wire.BYTES, wire.inside(lambda: _histogram(_POINT))),
    10: Field("exponentialHistogram", wire.BYTES, wire.inside(lambda: _histogram(_EXPONENTIAL_POINT))),
}
_SCOPE_METRICS: Message = {2: Field("metrics", wire.BYTES, wire.inside(lambda: _METRIC), many=True)}
_RESOURCE_METRICS: Message = {
    1: Field("resource", wire.BYTES, wire.inside(lambda: _RESOURCE)),
    2: Field("scopeMetrics", wire.BYTES, wire.inside(lambda: _SCOPE_METRICS), many=True),
}
METRICS: Message = {1: Field("resourceMetrics", wire.BYTES, wire.inside(lambda: _RESOURCE_METRICS), many=True)}
