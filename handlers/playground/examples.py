"""Example replies, one of every kind of block and of every tone: the gallery shows them, the tests compare them."""

import math
from datetime import UTC, datetime, timedelta

from bot.model.message import Account
from bot.model.reply import (
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
