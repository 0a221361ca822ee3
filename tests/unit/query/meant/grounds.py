"""A shop's metrics and logs, and the little that a model has to say of a question."""

from typing import Any

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.meant.reading import Put
from bot.query.meant.shape import Meant
from tests.fakes import NOON

SHOPS = ("berlin", "lyon")
FIELDS = {"level": "debug | info | warn | error", "took": "duration such as 120ms", "code": "HTTP status, a number",
          "user": "who it was", "size_bytes": "number of bytes"}  # fmt: skip
SHOP = Catalog(
    (
        KnownMetric("orders_total", "counter", "Orders taken.", "", {"shop": SHOPS, "state": ("paid", "failed")}),
        KnownMetric("order_seconds", "histogram", "Time to take one.", "seconds", {"shop": SHOPS}),
        KnownMetric("till_seconds", "summary", "At the till.", "seconds", {"shop": SHOPS, "quantile": ("0.5", "0.9")}),
        KnownMetric("oven_celsius", "gauge", "How hot it is.", "celsius", {"shop": SHOPS, "oven": ("1", "2")}),
        KnownMetric("disk_free_bytes", "gauge", "Room.", "bytes", {"host": ("n1", "n2")}),
        KnownMetric("disk_size_bytes", "gauge", "All of it.", "bytes", {"host": ("n1", "n2")}),
        KnownMetric("backup_timestamp_seconds", "gauge", "When it was made, Unix time.", "seconds", {"host": ("n1",)}),
    ),
    {"service": ("till", "stock"), "env": ("prod",)},
    (KnownLogs("till", "json", FIELDS, '{"level":"info","took":"120ms"}'), KnownLogs("stock")),
)  # fmt: skip
PUT = Put(NOON, "UTC", translate.prepare(SHOP))


def figure(metric: str, read: str, *filters: tuple[Any, ...], **more: Any) -> Meant:
    of = {"metric": metric, "read": read, "filters": [_filter(*one) for one in filters]}
    return Meant.model_validate({"kind": "figure", "figure": {"of": of, **more}})


def lines(*streams: tuple[Any, ...], **more: Any) -> Meant:
    return Meant.model_validate({"kind": "lines", "lines": {"streams": [_filter(*one) for one in streams], **more}})


def part(metric: str, read: str, *filters: tuple[Any, ...]) -> dict[str, Any]:
    return {"metric": metric, "read": read, "filters": [_filter(*one) for one in filters]}


def _filter(label: str, test: str, *values: str) -> dict[str, Any]:
    return {"label": label, "test": test, "values": values}
