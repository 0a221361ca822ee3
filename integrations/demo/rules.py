"""The alerting rules of the demo world: each holds what is measured against a limit, or against what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.model import figures
from bot.query.measures import BY_NAME, write
from integrations.demo.town import PAYMENT_PROVIDER

PROD = {"env": "prod"}
USUALLY = "quantile_over_time(0.5, ({query})[1d:1h])"
ERRORS_ALLOWED = 0.03
POOL_FULL = 0.95


@dataclass(frozen=True, slots=True)
class Rule:
    """Templates are filled with the labels of the series that broke the rule."""

    name: str
    severity: str
    measured: str  # PromQL; the labels of its series are those of the alerts
    beyond: Literal[">", "<"]
    limit: float  # of the value itself, or with `usual`: so many times the usual
    hold: timedelta  # for so long, before it fires
    unit: str
    summary: str
    description: str
    runbook: str
    usual: str = ""  # PromQL with the same labels
    labels: Mapping[str, str] = field(default_factory=dict)  # further ones, and those that are renamed
    switch: tuple[str, str] | None = None  # what 0 and 1 mean, where it can be nothing else

    @property
    def expression(self) -> str:
        """As Prometheus would be told."""
        against = f"{self.limit:g} * {self.usual}" if self.usual else f"{self.limit:g}"
        return f"{self.measured} {self.beyond} {against}"

    def seen(self, value: float) -> str:
        return self.switch[value > 0] if self.switch else figures.measured(value, self.unit)

    def against(self, usual: float | None) -> str:
        if self.switch:
            return self.switch[1]
        if usual is None:
            return f"{'above' if self.beyond == '>' else 'below'} {figures.measured(self.limit, self.unit)}"
        return figures.measured(usual, self.unit)


def _p95(by: str) -> str:
    return write(BY_NAME["latency"], PROD, by)


_P50 = write(BY_NAME["p50"], PROD, "region")
# Of the tools that are asked often enough for a ratio to mean something.
_TOKENS = (
    'sum by (tool) (rate(ai_tokens_total{direction="prompt",tool=~"support-bot|search-answers"}[30m]))'
    ' / sum by (tool) (rate(ai_requests_total{tool=~"support-bot|search-answers"}[30m]))'
)

RULES: tuple[Rule, ...] = (
    Rule(
        "HighLatency", "warning", _p95("service"), ">", 2.5, timedelta(minutes=2), "seconds",
        "{service} answers slowly",
        "p95 of all requests to {service} in production over five minutes, against the median of the last 24 hours.",
        "slow-service", USUALLY.format(query=_p95("service")), PROD,
    ),
    Rule(
        # The median of all requests: one slow service does not move it, a slow network does.
        "SlowRegion", "high", _P50, ">", 1.7, timedelta(minutes=3), "seconds",
        "Everything in {region} answers slowly",
        "Median of all requests in {region} over five minutes, against the median of the last 24 hours.",
        "slow-region", USUALLY.format(query=_P50), PROD,
    ),
    Rule(
        "ErrorRatioOverSlo", "high",
        'sum by (service, region) (rate(http_requests_total{env="prod",status=~"5.."}[5m]))'
        ' / sum by (service, region) (rate(http_requests_total{env="prod"}[5m]))',
        ">", ERRORS_ALLOWED, timedelta(minutes=2), "ratio",
        "{service} fails more often than its SLO allows",
        "Share of requests to {service} in {region} that ended with a 5xx over five minutes.",
        "errors", labels=PROD,
    ),
    Rule(
        "DatabasePoolNearlyUsedUp", "warning",
        'sum by (database, service, region) (db_pool_connections{env="prod",state="active"})'
        ' / sum by (database, service, region) (db_pool_max_connections{env="prod"})',
        ">", POOL_FULL, timedelta(minutes=2), "ratio",
        "The connections of {database} are nearly used up",
        "Connections of {database} in {region} that are in use, of those that it may have.",
        "database-pool", labels=PROD,
    ),
    Rule(
        "ServiceDown", "critical", 'up{job="services",env="prod"}', "<", 1, timedelta(minutes=1), "",
        "{service} is down",
        "{service} in {region} cannot be scraped, and answers no requests.",
        "service-down", switch=("down", "up"),
    ),
    Rule(
        "PaymentProviderDown", "critical",
        f'external_service_up{{provider="{PAYMENT_PROVIDER}"}}', "<", 1, timedelta(minutes=1), "",
        "{provider} does not answer",
        "Nobody can pay by card while {provider} does not answer; orders wait.",
        "payment-provider", labels={"service": "payments"}, switch=("down", "up"),
    ),
    Rule(
        "AiTokenBloat", "warning", _TOKENS, ">", 2, timedelta(minutes=5), "tokens a request",
        "{tool} sends far more prompt tokens than usual",
        "Prompt tokens a request of {tool} over 30 minutes, against the median of the last 24 hours.",
        "ai-tokens", USUALLY.format(query=_TOKENS), {**PROD, "service": "{tool}"},
    ),
    Rule(
        "PodNotReady", "warning", "kube_pod_status_ready", "<", 1, timedelta(minutes=1), "",
        "Pods of {namespace} are not ready",
        "The pod {pod} of {namespace} in {region} takes no requests.",
        "pods", switch=("not ready", "ready"),
    ),
)  # fmt: skip
