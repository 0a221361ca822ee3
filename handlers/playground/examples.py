"""Example replies, one of every kind of block and of every tone: the gallery shows them, the tests compare them."""

import base64
import math
from datetime import UTC, datetime, timedelta

from bot.model.chart import Band, Group, Mark, Threshold
from bot.model.message import Account
from bot.model.reply import (
    Bars,
    Button,
    Buttons,
    Chart,
    Choices,
    Code,
    Fact,
    Facts,
    Field,
    File,
    Files,
    Form,
    Link,
    Mention,
    Moment,
    Option,
    Picture,
    Pie,
    Query,
    Reply,
    Share,
    Sources,
    Strong,
    Table,
    Text,
)
from bot.model.series import Point, Series

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
ANNA = Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger")

_P95 = 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="checkout"}[5m])))'


def _wave(name: str, base: float, swing: float, unit: str = "seconds", points: int = 20) -> Series:
    return Series(
        name,
        tuple(
            Point(NOON - timedelta(minutes=3 * (points - 1 - i)), round(base + swing * math.sin(i / 3), 4))
            for i in range(points)
        ),
        unit,
        {"service": name},
    )


def _counts(level: str, *counts: float) -> Series:
    return Series(level, tuple(Point(NOON - timedelta(minutes=15 * (3 - i)), one) for i, one in enumerate(counts)))


_EVENTS = {"info": (4, 3, 3, 2), "warn": (0, 5, 12, 18), "error": (1, 4, 31, 59)}
_DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mOYCQAAmwCaAKYyOQAAAABJRU5ErkJggg==")
_QUERY = Query("demo world", "promql", _P95, NOON - timedelta(hours=1), NOON, timedelta(minutes=1), NOON)

EXAMPLES: dict[str, Reply] = {
    "short": Reply("All six services are healthy.", tone="good"),
    "metric": Reply(
        summary="Checkout p95 latency is 412 ms (usually 118 ms, +249 %).",
        tone="warning",
        blocks=(
            Chart("Checkout p95 latency, last hour", (_wave("checkout", 0.26, 0.15),)),
            Facts(
                (
                    Fact("Now", "412 ms", "warning"),
                    Fact("Usually", "118 ms"),
                    Fact("Most in the last hour", "412 ms"),
                )
            ),
            _QUERY,
        ),
        buttons=(
            Button("Last 24 h", "ask_metric", {"metric": "latency", "service": "checkout", "window": "PT24H"}),
            Button("Compare services", "ask_metric", {"metric": "latency", "by": "service"}),
            Button("Change range", "ask_metric", {"metric": "latency", "service": "checkout"}, asks=("window",)),
        ),
        footer="Read 12:00 UTC",
        rateable=True,
    ),
    "status": Reply(
        title="System status",
        summary="5 of 6 services are healthy. Checkout is slow.",
        tone="warning",
        blocks=(
            Table(
                ("Service", "Requests/s", "Errors %", "p95 ms", "State"),
                (
                    ("checkout", 41.2, 0.9, 412.0, "slow"),
                    ("catalog", 120.4, 0.1, 64.0, "healthy"),
                    ("payments", 18.0, 0.2, 131.0, "healthy"),
                ),
                "Services, last 5 minutes",
            ),
            Text(
                ("Checkout slowed down at ", Moment(NOON - timedelta(minutes=12)), ", 3 minutes after a deploy."), True
            ),
            Text((Strong("Next: "), "look at the deploy of ", Code("checkout v2.14"), "."), True),
            Sources((Link("Runbook: slow checkout", "https://wiki.example.com/runbooks/checkout-slow"),)),
        ),
        buttons=(Button("Refresh", "status_overview"), Button("What changed?", "ask_metric", {"metric": "deploys"})),
        footer="Read 12:00 UTC from the demo world",
        rateable=True,
    ),
    "pie": Reply(
        "AI spend this month is $ 61.40.",
        blocks=(
            Pie("Spend by tool", (Share("support-bot", 31.2), Share("search", 18.9), Share("triage", 11.3)), "usd"),
        ),
    ),
    "many series": Reply(
        "Latency by service, last hour.",
        blocks=(
            Chart(
                "p95 by service",
                tuple(_wave(n, b, b / 4) for n, b in (("cart", 0.08), ("search", 0.2), ("auth", 0.04))),
            ),
        ),
    ),
    "bars": Reply(
        "Requests by service.",
        blocks=(Chart("Requests per second", (_wave("web", 200, 40, "req/s", 12),), "bar"),),
    ),
    "annotated": Reply(
        "Checkout p95 was over its limit for 9 minutes.",
        tone="bad",
        blocks=(
            Chart(
                "Checkout p95 latency, last hour",
                (_wave("checkout", 0.26, 0.15),),
                marks=(
                    Mark(NOON - timedelta(minutes=25), "checkout v2.14", "deploy"),
                    Mark(NOON - timedelta(minutes=12), "HighLatency", "alert"),
                ),
                bands=(
                    Band("same hour of the week", low=0.1, high=0.3),
                    Band("p95 over 400 ms", NOON - timedelta(minutes=18), NOON - timedelta(minutes=9), breach=True),
                ),
                thresholds=(Threshold(0.4, "limit"),),
                zone="Europe/Vienna",
            ),
            _QUERY,
        ),
    ),
    "by name": Reply(
        "eu-west-1 has most errors.",
        blocks=(
            Bars(
                "Errors by region, last hour",
                ("eu-west-1", "us-east-1", "ap-south-1"),
                (Group("5xx", (120.0, 14.0, 3.0)), Group("4xx", (340.0, 210.0, 95.0))),
                stacked=True,
            ),
        ),
    ),
    "page of a table": Reply(
        "40 pods restarted.",
        blocks=(
            Table(
                ("Pod", "Restarts"), tuple((f"checkout-{n:02}", float(40 - n)) for n in range(40)), "Restarts", 10, 10
            ),
        ),
    ),
    "picture": Reply(
        "The panel shows now:",
        blocks=(
            Picture(
                File("panel.png", "image/png", _DOT, "Checkout p95: 412 ms, usually 118 ms"),
                File("panel-dark.png", "image/png", _DOT),
            ),
        ),
    ),
    "choices": Reply(
        "Which latency do you mean?",
        blocks=(
            Choices(
                "Metric",
                (Option("p95 of checkout", "checkout"), Option("p95 of payments", "payments")),
                "ask_metric",
                "service",
                {"metric": "latency"},
            ),
        ),
    ),
    "form": Reply(
        "Tell me what to look for.",
        blocks=(
            Form(
                "Ask about a metric",
                (
                    Field("metric", "Metric", hint="As your team calls it"),
                    Field("window", "Over", "choice", "PT1H", (Option("1 hour", "PT1H"), Option("1 day", "P1D"))),
                    Field("note", "Note", "lines", optional=True),
                    Field("top", "How many", "number", "5"),
                    Field("chart", "Draw a chart", "switch", "true"),
                ),
                "ask_metric",
                submit="Ask",
            ),
        ),
    ),
    "files": Reply(
        "The export is ready.",
        blocks=(Files((File("services.csv", "text/csv", b"service,p95\ncheckout,0.412\n"),)),),
    ),
    "health": Reply(
        title="Health of checkout",
        summary="checkout in prod did not keep its objectives, yesterday: availability 99.8 % (at least 99.9 %).",
        tone="bad",
        blocks=(
            Table(
                ("SLO", "Target", "Measured", "Result"),
                (
                    ("Availability", "at least 99.9 %", "99.8 %", "fail"),
                    ("Error rate", "at most 2 %", "0.549 %", "pass, broken for a time"),
                    ("p95 latency", "at most 500 ms", "not measured", "not measured"),
                ),
                "checkout in prod, yesterday",
            ),
            Text(
                (
                    "Error rate up to 5.2 % (at most 2 %), from ",
                    Moment(NOON - timedelta(hours=22)),
                    " to ",
                    Moment(NOON - timedelta(hours=21, minutes=45)),
                    "; recovered after 15 min.",
                ),
                listed=True,
            ),
            Facts((Fact("Requests", "8,640,000"), Fact("Error budget of this time", "127 % used", "bad"))),
            Text(("Nobody set objectives for availability: these are defaults.",)),
        ),
        buttons=(
            Button("Error budget", "slo", {"service": "checkout"}),
            Button("Change range", "health", {"service": "checkout"}, asks=("window",)),
        ),
        rateable=True,
        footer="demo world, 8 queries, read at 2026-03-18 12:00 UTC",
    ),
    "events": Reply(
        title="Events of checkout",
        summary="checkout in prod, the last 1 h: 142 events: 95 error (67 %), 35 warn (25 %), 12 info (8 %).",
        blocks=(
            Table(
                ("Level", "Events", "Share"),
                (("error", 95, "67 %"), ("warn", 35, "25 %"), ("info", 12, "8 %"), ("all", 142, "100 %")),
            ),
            Chart(
                "Events of checkout in prod in each 15 min",
                tuple(_counts(level, *counts) for level, counts in _EVENTS.items()),
                shape="bar",
                stacked=True,
            ),
            Table(
                ("Time", "Level", "Message"),
                (
                    ("11:59:58", "error", "order <_> failed: statement timeout after 5000 ms"),
                    ("11:59:41", "error", "user …@example.com said <!channel> [x](https://evil.example) =cmd()"),
                ),
                "The latest (UTC)",
            ),
            Text(("Counted by ", Code('sum by (level) (count_over_time({service="checkout", env="prod"} [3600s]))'))),
        ),
        buttons=(
            Button("Logs", "logs", {"service": "checkout"}),
            Button("Only errors", "events", {"service": "checkout", "level": "errors"}),
        ),
        rateable=True,
        footer="demo logs, 3 queries, read at 2026-03-18 12:00 UTC",
    ),
    "problem": Reply(
        summary="Prometheus does not answer at the moment.",
        tone="bad",
        blocks=(
            Text(
                ("Everything else works. ", "Try again in a minute."),
            ),
        ),
        buttons=(Button("Try again", "status_overview", style="primary"),),
    ),
    "acts": Reply(
        title="Checkout is slow",
        summary="Checkout p95 is 650 ms, usually 120 ms.",
        tone="bad",
        blocks=(
            Text((Mention(ANNA), " has it since ", Moment(NOON), ".")),
            Buttons((Button("Runbook", url="https://wiki.example.com/runbooks/checkout-slow"),)),
        ),
        buttons=(
            Button("Refresh", "status_overview", style="primary"),
            Button("Forget", "help", style="danger", confirm="Forget this thread's context?"),
        ),
    ),
    "hostile": Reply(
        summary="<!channel> *bold* <https://evil.example|click> & <@U0ANNA> [link](https://evil.example) @everyone",
        blocks=(
            Text(("<at>Anna</at> <b>html</b> _it_ ~no~ # head\n> quote ", Code("`tick` <!here>"), " {{DATE(2026)}}")),
            Facts((Fact("*label*", "<!subteam^S1>"),)),
            Table(("<a>", "|"), (("=cmd()", "**x**"), ("\u202eabc", "\x07bell"))),
            Text(("שלום עולם 🎉🇩🇪 مرحبا",)),
        ),
        buttons=(Button("*Press* <!channel>", "help"),),
    ),
    "answer by a model": Reply(
        "Checkout slowed down right after the deploy of v2.14.", blocks=(_QUERY,), by_model=True, rateable=True
    ),
}
