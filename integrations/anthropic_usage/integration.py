"""Anthropic's usage and cost: ANTHROPIC_USAGE_ADMIN_KEY switches it on, and they are read every hour."""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field, SecretStr, field_validator

from bot.model.errors import Malformed, Rejected
from bot.ports.billing import Billed
from integrations.addresses import checked
from integrations.anthropic_usage.reports import SOURCE, costs, usage
from integrations.billing import BillIntegration, Reports
from integrations.integration import IntegrationKind, Parts

WHAT = "Anthropic's usage"
MAKER = "https://api.anthropic.com"
HOURS, DAYS = "168", "31"  # buckets of a page, at most
VERSION = "2023-06-01"
ORGANIZATION = "/v1/organizations"


class Settings(BaseModel, frozen=True):
    admin_key: SecretStr = Field(description="An admin key of the organization: sk-ant-admin….")
    url: str = Field(MAKER, description="Where its API is.")

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        return checked(url, "use ANTHROPIC_USAGE_ADMIN_KEY", bare=True).rstrip("/")


class AnthropicUsage:
    """Fills bot.ports.billing.Biller."""

    name = SOURCE

    def __init__(self, settings: Settings, parts: Parts) -> None:
        headers = {"x-api-key": settings.admin_key.get_secret_value(), "anthropic-version": VERSION}
        self._reports = Reports(WHAT, settings.url, headers, parts.session, parts.clock, "ANTHROPIC_USAGE")
        self._clock = parts.clock

    async def read(self, since: datetime, until: datetime) -> Billed:
        begin, end = ("starting_at", _written(since)), ("ending_at", _written(until))
        hourly = (begin, end, ("bucket_width", "1h"), ("limit", HOURS))
        by_model = (("group_by[]", "workspace_id"), ("group_by[]", "model"))
        daily = (begin, end, ("bucket_width", "1d"), ("limit", DAYS))
        by_line = (("group_by[]", "workspace_id"), ("group_by[]", "description"))
        try:
            used = await self._reports.buckets(f"{ORGANIZATION}/usage_report/messages", (*hourly, *by_model))
            billed = await self._reports.buckets(f"{ORGANIZATION}/cost_report", (*daily, *by_line))
            return Billed([*usage(used)], [*costs(billed)])
        except Malformed as problem:
            raise Rejected(f"{WHAT} cannot be read: {problem.says}", code="unreadable") from problem

    async def check(self) -> str:
        begin = ("starting_at", _written(self._clock.now() - timedelta(days=2)))
        await self._reports.buckets(f"{ORGANIZATION}/cost_report", (begin, ("limit", "2")))
        return "Anthropic's usage and cost can be read."


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _built(settings: Settings, parts: Parts) -> BillIntegration:
    return BillIntegration(AnthropicUsage(settings, parts))


INTEGRATION = IntegrationKind("anthropic_usage", "Anthropic's usage", Settings, _built)
