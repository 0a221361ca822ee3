"""The outside systems there are; where several fill the same port, the first that is switched on does."""

from integrations.alertmanager.integration import INTEGRATION as ALERTMANAGER_SILENCES
from integrations.alertmanager.webhook import WEBHOOK as FROM_ALERTMANAGER
from integrations.anthropic_usage.integration import INTEGRATION as ANTHROPIC_USAGE
from integrations.cloudwatch.webhook import WEBHOOK as FROM_CLOUDWATCH
from integrations.datadog.webhook import WEBHOOK as FROM_DATADOG
from integrations.demo.integration import INTEGRATION as DEMO
from integrations.generic.webhook import WEBHOOK as FROM_GENERIC
from integrations.grafana.source import SOURCE as OF_GRAFANA
from integrations.grafana.webhook import WEBHOOK as FROM_GRAFANA
from integrations.integration import IntegrationKind, SourceKind, Webhook
from integrations.jira.integration import INTEGRATION as JIRA
from integrations.loki.integration import INTEGRATION as LOKI
from integrations.loki.source import SOURCE as OF_LOKI
from integrations.openai.integration import INTEGRATION as OPENAI
from integrations.openai_usage.integration import INTEGRATION as OPENAI_USAGE
from integrations.pagerduty.webhook import WEBHOOK as FROM_PAGERDUTY
from integrations.prometheus.integration import INTEGRATION as PROMETHEUS
from integrations.prometheus.source import SOURCE as OF_PROMETHEUS
from integrations.ruler.webhook import WEBHOOK as FROM_RULER
from integrations.sentry.webhook import WEBHOOK as FROM_SENTRY
from integrations.ticket_webhook.integration import INTEGRATION as TICKET_WEBHOOK

INTEGRATIONS: tuple[IntegrationKind, ...] = (
    PROMETHEUS,
    LOKI,
    ALERTMANAGER_SILENCES,
    DEMO,
    JIRA,
    TICKET_WEBHOOK,
    OPENAI,
    OPENAI_USAGE,
    ANTHROPIC_USAGE,
)

# What tenants may keep as a datasource.
SOURCES: tuple[SourceKind, ...] = (OF_PROMETHEUS, OF_LOKI, OF_GRAFANA)

# Where alerts come in: /webhooks/{name}/{key}.
WEBHOOKS: tuple[Webhook, ...] = (
    FROM_ALERTMANAGER,
    FROM_GRAFANA,
    FROM_RULER,
    FROM_PAGERDUTY,
    FROM_CLOUDWATCH,
    FROM_DATADOG,
    FROM_SENTRY,
    FROM_GENERIC,
)
