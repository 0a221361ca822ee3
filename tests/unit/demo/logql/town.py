"""A few lines whose figures can be worked out by hand. `S` is a second."""

from bot.query.logql.parse import parse
from integrations.demo.logql.evaluate import lines, numbers
from integrations.demo.logql.streams import Stream
from integrations.demo.promql.vectors import Vector

S = 1_000_000_000

API = Stream(
    {"app": "api", "env": "prod"},
    (
        (10 * S, '{"level":"info","took_ms":100,"took":"100ms","size":"1KB","user":{"id":7,"name":"ann"},"env":"x"}'),
        (20 * S, '{"level":"error","took_ms":300,"took":"0.3s","size":"2KiB","message":"smtp relay refused"}'),
        (30 * S, '{"level":"error","took_ms":500.5,"took":"500ms","size":"3MB","tags":["a","b"],"ok":true,"no":null}'),
        (40 * S, "not json at all"),
    ),
)
RELAY = Stream(
    {"app": "relay", "env": "prod"},
    (
        (15 * S, 'event=bounce provider=outlook delay=61s to="a b@example.com" empty='),
        (25 * S, "event=sent provider=gmail delay=2s"),
        (35 * S, "event=bounce provider=gmail delay=soon"),
    ),
)
WEB = Stream(
    {"app": "web", "env": "stage"},
    (
        (10 * S, '10.0.0.1 - GET /a "200" 12'),
        (20 * S, '10.0.1.2 - GET /b "500" 7'),
        (30 * S, '192.168.1.9 - POST /c "500" 0'),
        (40 * S, "\x1b[31mred\x1b[0m 2001:db8::1"),
    ),
)
COUNTS = Stream({"app": "count"}, tuple((at * S, f"v={value}") for at, value in [(10, 1), (20, 4), (30, 2), (40, 6)]))
STREAMS = (API, RELAY, WEB, COUNTS)


def said(query: str, start: float = 0, end: float = 100, limit: int = 100, direction: str = "forward"):
    found = lines(parse(query), STREAMS, int(start * S), int(end * S), limit, direction)
    return [(entry.at // S, entry.line, dict(entry.shown())) for entry in found]


def texts(query: str, **how: object) -> list[str]:
    return [line for _, line, _ in said(query, **how)]


def when(query: str) -> list[int]:
    return [at for at, _, _ in said(query)]


def worth(query: str, at: float = 60):
    """At one instant: labels to value, in the order of the answer; a number by itself."""
    value, _ = numbers(parse(query), STREAMS, int(at * S), int(at * S), S)
    if not isinstance(value, Vector):
        return float(value[0])
    return {labels: float(value.values[row, 0]) for row, labels in enumerate(value.labels) if value.present[row, 0]}


def curve(query: str, start: float, end: float, step: float):
    value, at = numbers(parse(query), STREAMS, int(start * S), int(end * S), int(step * S))
    assert isinstance(value, Vector)
    return {
        labels: [(int(at[i]) // S, float(value.values[row, i])) for i in range(len(at)) if value.present[row, i]]
        for row, labels in enumerate(value.labels)
    }
