"""OpenAI's usage and cost: OPENAI_USAGE_ADMIN_KEY switches it on, and they are read every hour."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field, SecretStr, field_validator

from bot.model.errors import Malformed, Rejected
from bot.ports.billing import Billed
from integrations.addresses import checked
from integrations.billing import BillIntegration, Reports
from integrations.integration import IntegrationKind, Parts
from integrations.openai_usage.reports import SOURCE, costs, usage

WHAT = "OpenAI's usage"
MAKER = "https://api.openai.com"
HOURS, DAYS = "168", "180"  # buckets of a page, at most
OPERATIONS = ("completions", "embeddings")


class Settings(BaseModel, frozen=True):
    admin_key: SecretStr = Field(description="An admin key of the organization: sk-admin-….")
    url: str = Field(MAKER, description="Where its API is.")

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        return checked(url, "use OPENAI_USAGE_ADMIN_KEY", bare=True).rstrip("/")


class OpenAIUsage:
    """Fills bot.ports.billing.Biller."""

    name = SOURCE

    def __init__(self, settings: Settings, parts: Parts) -> None:
        headers = {"Authorization": f"Bearer {settings.admin_key.get_secret_value()}"}
        self._reports = Reports(WHAT, settings.url, headers, parts.session, parts.clock, "OPENAI_USAGE")
        self._clock = parts.clock

    async def read(self, since: datetime, until: datetime) -> Billed:
        begin, end = ("start_time", str(int(since.timestamp()))), ("end_time", str(int(until.timestamp())))
        hourly = (begin, end, ("bucket_width", "1h"), ("limit", HOURS))
        by_model = (("group_by", "project_id"), ("group_by", "model"))
        by_line = (("group_by", "project_id"), ("group_by", "line_item"))
        try:
            used = [
                one
                for operation in OPERATIONS
                for one in usage(
                    await self._reports.buckets(f"/v1/organization/usage/{operation}", (*hourly, *by_model)), operation
                )
            ]
            path, daily = "/v1/organization/costs", (begin, end, ("bucket_width", "1d"), ("limit", DAYS), *by_line)
            return Billed(used, [*costs(await self._reports.buckets(path, daily))])
        except Malformed as problem:
            raise Rejected(f"{WHAT} cannot be read: {problem.says}", code="unreadable") from problem

    async def check(self) -> str:
        now = self._clock.now()
        begin = ("start_time", str(int((now - timedelta(days=1)).timestamp())))
        await self._reports.buckets("/v1/organization/costs", (begin, ("bucket_width", "1d"), ("limit", "1")))
        return "OpenAI's usage and cost can be read."


def _built(settings: Settings, parts: Parts) -> BillIntegration:
    return BillIntegration(OpenAIUsage(settings, parts))


INTEGRATION = IntegrationKind("openai_usage", "OpenAI's usage", Settings, _built)
