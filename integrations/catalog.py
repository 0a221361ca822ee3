"""The outside systems there are; where several fill the same port, the first that is switched on does."""

from integrations.demo.integration import INTEGRATION as DEMO
from integrations.integration import IntegrationKind
from integrations.prometheus.integration import INTEGRATION as PROMETHEUS

INTEGRATIONS: tuple[IntegrationKind, ...] = (PROMETHEUS, DEMO)
