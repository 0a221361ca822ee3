"""What the lines of the town say: the usual, and while a story goes on, its side of the story."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

IN_JSON = frozenset({"frontend", "catalog", "checkout", "payments"})  # the others write logfmt, databases their own
PEOPLE = ("ann.lee", "b.ortner", "carla.diaz", "d.novak", "eve.martin", "f.sato", "g.meyer", "h.okafor")
METHODS = ("GET", "GET", "GET", "POST", "POST")
PATHS: Mapping[str, Sequence[str]] = {
    "frontend": ("/", "/cart", "/product/{id}", "/account"),
    "catalog": ("/items/{id}", "/categories/{id}/items", "/prices"),
    "search": ("/search", "/suggest"),
    "checkout": ("/orders", "/orders/{order}", "/carts/{cart}/total"),
    "payments": ("/charges", "/charges/{order}/refund"),
    "auth": ("/login", "/token", "/session"),
    "shipping": ("/quotes", "/parcels/{order}"),
}
CALLS = {
    "frontend": "catalog", "catalog": "catalog-db", "search": "catalog", "checkout": "payments", "payments": "stripe",
    "auth": "users-db", "shipping": "maps",
}  # fmt: skip
TABLES = {"orders-db": "orders", "catalog-db": "items", "payments-db": "charges", "users-db": "sessions"}

# While a story goes on. "" is any service that it touches.
TOLD: Mapping[tuple[str, str, str], Sequence[str]] = {
    ("bad deploy", "checkout", "error"): (
        "order {order} failed: statement timeout after 5000 ms in orders-db",
        "order {order} failed: statement timeout after 5000 ms in orders-db",
        "could not total cart {cart}: statement timeout after 5000 ms in orders-db",
    ),
    ("bad deploy", "checkout", "warn"): ("cart {cart} took {count} queries to orders-db, one for every line",),
    ("bad deploy", "frontend", "error"): ("upstream checkout answered 500 for order {order}",),
    ("bad deploy", "orders-db", "warn"): ("SELECT * FROM order_lines WHERE line_id = {id}",),
    ("provider outage", "payments", "error"): (
        "charge for order {order} failed: connect to stripe timed out after 5000 ms, attempt 3 of 3",
    ),
    ("provider outage", "payments", "critical"): ("circuit to stripe is open: no charge succeeded for {count} s",),
    ("provider outage", "checkout", "error"): ("order {order} was not paid: payments answered 502",),
    ("pool exhaustion", "catalog", "error"): ("no connection to catalog-db within 3000 ms: all 50 are in use",),
    ("pool exhaustion", "catalog", "warn"): ("waited {ms} ms for a connection to catalog-db",),
    ("slow database", "checkout", "error"): ("order {order} failed: lock wait timeout on table orders",),
    ("slow database", "checkout", "warn"): ("waited {ms} ms for a lock on table orders",),
    ("slow database", "orders-db", "warn"): ("LOCK TABLE orders IN SHARE MODE",),
    ("rejected cards", "payments", "error"): ("charge for order {order} failed: the certificate has expired (stripe)",),
    ("rejected cards", "payments", "critical"): ("every charge of the last {count} s failed: certificate expired",),
    ("lost service", "shipping", "critical"): ("cannot start: the configuration has no key carrier.endpoint",),
    ("crash", "shipping", "critical"): ("cannot start after a crash: parcel journal is damaged at block {id}",),
    ("regional slowdown", "", "error"): ("upstream {callee} timed out after 2000 ms",),
    ("regional slowdown", "", "warn"): ("waited {ms} ms for {callee}: the network is slow",),
}  # fmt: skip

USUAL: Mapping[tuple[str, str], Sequence[str]] = {
    ("frontend", "error"): ("page {path} failed: price of item {id} is missing", "upstream catalog answered 502"),
    ("catalog", "error"): ("item {id} cannot be read: unknown currency", "upstream search answered 502"),
    ("search", "error"): ("query failed: shard {shard} did not answer in 800 ms", "index is older than item {id}"),
    ("checkout", "error"): (
        "order {order} failed: item {id} is sold out", "could not reserve cart {cart}: version conflict",
    ),
    ("payments", "error"): ("charge for order {order} failed: card issuer did not answer",),
    ("auth", "error"): ("session of {email} cannot be read: bad signature", "users-db closed the connection"),
    ("shipping", "error"): ("no quote for order {order}: carrier answered 503", "address of order {order} has no zone"),
    ("auth", "warn"): ("login of {email} from {ip} took {ms} ms",),
}  # fmt: skip
ALWAYS = {
    "info": ("{path} answered",),
    "warn": ("{path} took {ms} ms",),
    "error": ("{path} failed",),
    "critical": ("process exited and is started again",),
}

STATEMENTS = ("SELECT * FROM {table} WHERE id = {id} FOR UPDATE", "DELETE FROM {table} WHERE expired")
PLAIN = {
    "info": "LOG:  checkpoint complete: wrote {count} buffers",
    "warn": "LOG:  duration: {ms}.{shard} ms  statement: {said}",
    "error": "FATAL:  remaining connection slots are reserved for superuser connections",
}


@dataclass(slots=True)
class Line:
    """What one line is about; `chance` decides all that no story says."""

    thing: str
    level: str
    story: str
    chance: int  # 64 bits
    other: int
    ms: float


class _Given(dict[str, object]):
    """What templates name, made when one does."""

    __slots__ = ("line",)

    def __init__(self, line: Line) -> None:
        self.line = line

    def __missing__(self, name: str) -> object:
        return MADE[name](self.line, self.line.chance >> 8, self.line.other >> 8)


MADE: Mapping[str, Callable[[Line, int, int], object]] = {
    "order": lambda _, chance, __: 100_000 + chance % 900_000,
    "cart": lambda _, __, other: f"c-{other % 0xFFFFFF:06x}",
    "id": lambda _, __, other: 1000 + other % 9000,
    "count": lambda _, chance, __: 30 + chance % 270,
    "shard": lambda _, chance, __: chance % 12,
    "ms": lambda line, _, __: round(line.ms),
    "ip": lambda _, __, other: f"198.51.100.{1 + other % 250}",
    "email": lambda _, chance, __: f"{PEOPLE[chance % len(PEOPLE)]}@example.com",
    "callee": lambda line, _, __: CALLS[line.thing],
    "table": lambda line, _, __: TABLES[line.thing],
    "path": lambda line, _, other: _one_of(PATHS[line.thing], other).format_map(_Given(line)),
}


def text(line: Line) -> str:
    """No word of ours has a sign in it that JSON or logfmt would have to escape."""
    if line.thing in TABLES:
        return _plain(line)
    message = _message(line)
    trace = f"{line.chance:016x}{line.other:016x}"
    if line.level == "critical":
        json, logfmt = BARE
        return (json if line.thing in IN_JSON else logfmt) % (line.level, message, trace)
    json, logfmt = WITH_REQUEST
    status = 500 if line.level == "error" else 200
    request = _one_of(METHODS, line.chance), MADE["path"](line, 0, line.other >> 8), status, round(line.ms)
    return (json if line.thing in IN_JSON else logfmt) % (line.level, message, *request, trace)


BARE = '{"level":"%s","msg":"%s","trace_id":"%s"}', 'level=%s msg="%s" trace_id=%s'
WITH_REQUEST = (
    '{"level":"%s","msg":"%s","method":"%s","path":"%s","status":%d,"duration_ms":%d,"trace_id":"%s"}',
    'level=%s msg="%s" method=%s path=%s status=%d duration_ms=%d trace_id=%s',
)


def _message(line: Line) -> str:
    words = TOLD.get((line.story, line.thing, line.level)) or TOLD.get((line.story, "", line.level))
    words = words or USUAL.get((line.thing, line.level)) or ALWAYS[line.level]
    return _one_of(words, line.chance).format_map(_Given(line))


def _plain(line: Line) -> str:
    """As PostgreSQL writes it."""
    given = _Given(line)
    words = TOLD.get((line.story, line.thing, line.level), STATEMENTS)
    given["said"] = _one_of(words, line.chance).format_map(given)
    return PLAIN[line.level].format_map(given)


def _one_of(words: Sequence[str], chance: int) -> str:
    return words[chance % len(words)]
