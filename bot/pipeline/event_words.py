"""Log events in words: one as a row, one as a line, and what it broke."""

from collections.abc import Mapping, Sequence

from bot.model import figures
from bot.model.log_event import Breach, Kind, LogEvent
from bot.model.reply import Code, Fact, Strong, Table, Text
from bot.pipeline import thresholds
from bot.pipeline.phrases import capped
from bot.pipeline.thresholds import BY_METRIC

COLUMNS = ("When (UTC)", "Type", "Service", "Measured", "Region", "Customer", "Mark")
_SIGNS: Mapping[Kind, str] = {
    Kind.API: "⇄ api",
    Kind.DATABASE: "▤ database",
    Kind.FRONTEND: "▣ frontend",
    Kind.INFRASTRUCTURE: "⚙ infrastructure",
}
_KEY: Mapping[Kind, str] = {
    Kind.API: "latency_ms",
    Kind.DATABASE: "query_time_ms",
    Kind.FRONTEND: "page_load_ms",
    Kind.INFRASTRUCTURE: "cpu_percent",
}


def table(events: Sequence[LogEvent], caption: str = "") -> Table:
    rows = tuple(
        (
            f"{one.at:%m-%d %H:%M:%S}",
            sign(one),
            capped(one.service, 40),
            key_metric(one),
            capped(one.region, 30) or "–",
            capped(one.customer, 30) or "–",
            mark(one),
        )
        for one in events
    )
    return Table(COLUMNS, rows, caption)


def sign(event: LogEvent) -> str:
    return _SIGNS[event.kind]


def mark(event: LogEvent) -> str:
    return "CRITICAL" if event.critical else "FLAGGED" if event.flagged else "–"


def key_metric(event: LogEvent) -> str:
    """What it broke, or else what matters most of its type."""
    names = [one.metric for one in event.breaches] + [_KEY[event.kind], *event.metrics]
    name = next((one for one in names if one in event.metrics), "")
    return measure(name, event.metrics[name]) if name else "nothing measured"


def measure(metric: str, value: float) -> str:
    return f"{title(metric)} {written(metric, value)}"


def title(metric: str) -> str:
    return BY_METRIC[metric].title if metric in BY_METRIC else metric


def written(metric: str, value: float) -> str:
    return BY_METRIC[metric].written(value) if metric in BY_METRIC else figures.plain(value)


def line(event: LogEvent) -> Text:
    """What stands in a table, for where there is little width."""
    where = ", ".join(capped(one, 30) for one in (event.region, event.customer) if one)
    marked = (" ", Strong(mark(event))) if event.flagged else ()
    begins = (
        f"{event.at:%H:%M:%S} UTC {sign(event)} ",
        Strong(capped(event.service, 40)),
        " ",
        Code(key_metric(event)),
    )
    return Text((*begins, *((f" {where}",) if where else ()), *marked), listed=True)


def option(event: LogEvent) -> str:
    """Short enough for a list to choose from."""
    return f"{event.at:%H:%M:%S} {capped(event.service, 20)}: {capped(key_metric(event), 40)}"


def breach(one: Breach) -> Fact:
    """Value, threshold, what is normal, and how far it is from that."""
    says = f"{thresholds.measured(one)} (threshold: {thresholds.limit(one)})"
    return Fact(title(one.metric), says, one.severity.tone)
