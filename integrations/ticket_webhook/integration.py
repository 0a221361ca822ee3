"""A ticket system of any kind: TICKETS_WEBHOOK_URL switches it on, and tickets are posted there as well."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from integrations.addresses import checked
from integrations.integration import Integration, IntegrationKind, Parts
from integrations.ticket_webhook.outlet import NAME, WebhookOutlet

SHORTEST_SECRET = 16


class Settings(BaseModel, frozen=True):
    webhook_url: str = Field(description="Where tickets are posted as JSON.")
    webhook_secret: SecretStr = Field(description="What each post is signed with; at least 16 characters.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("webhook_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return checked(url, "each post is signed with TICKETS_WEBHOOK_SECRET")

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
        return secret

    @model_validator(mode="after")
    def _a_file(self) -> Self:
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("TICKETS_CA_FILE is not a file")
        return self


class TicketWebhookIntegration(Integration):
    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._outlet = WebhookOutlet(
            settings.webhook_url,
            settings.webhook_secret.get_secret_value(),
            parts.session,
            parts.clock,
            ca_file=settings.ca_file,
        )

    @property
    def outlet(self) -> WebhookOutlet:
        return self._outlet

    async def check(self) -> str:
        return await self._outlet.check()


INTEGRATION = IntegrationKind(NAME, "ticket webhook", Settings, TicketWebhookIntegration)
