"""SLACK_*: one workspace by a bot token or many by OAuth; events by HTTP, or by Socket Mode behind a firewall."""

import re
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
API_URL = "https://slack.com/api/"


class SlackSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    bot_token: str = Field("", repr=False, description="The bot's token, xoxb-…, of the one workspace it serves.")
    signing_secret: str = Field("", repr=False, description="Proves that requests come from Slack; for events by HTTP.")
    app_token: str = Field("", repr=False, description="An app-level token, xapp-…; turns on Socket Mode.")
    client_id: str = Field("", description="For installing into many workspaces by OAuth.")
    client_secret: str = Field("", repr=False, description="For installing into many workspaces by OAuth.")
    api_url: str = Field(API_URL, description="Slack's Web API; another for a double or a government cloud.")

    link_domains: tuple[str, ...] = Field(
        (),
        max_length=5,
        description="Hosts of Grafana whose links are told of where they are posted, separated by commas.",
    )

    messages_per_second: float = Field(
        1.0,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="How fast one channel is written to; Slack allows about one message a second.",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _without_spaces(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    @field_validator("api_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url or API_URL)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("is not an address such as https://slack.com/api/")
        return (url or API_URL).rstrip("/") + "/"

    @field_validator("link_domains")
    @classmethod
    def _hosts(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := next((one for one in domains if not _HOST.fullmatch(one)), None):
            raise ValueError(f"holds “{wrong[:60]}”, which is not a host such as grafana.example.com")
        return domains

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if missing := self._missing():
            raise ValueError(f"{missing} is missing")
        if self.bot_token and self.client_id:
            raise ValueError("SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for many: set one of them")
        if self.app_token and self.client_id:
            raise ValueError("SLACK_APP_TOKEN cannot be used with SLACK_CLIENT_ID: Socket Mode serves one workspace")
        return self

    def _missing(self) -> str:
        if self.client_id or self.client_secret:
            needed = {"SLACK_CLIENT_ID": self.client_id, "SLACK_CLIENT_SECRET": self.client_secret}
            needed |= {"SLACK_SIGNING_SECRET": self.signing_secret}
        elif self.app_token:
            needed = {"SLACK_BOT_TOKEN": self.bot_token}
        else:
            needed = {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_SIGNING_SECRET": self.signing_secret}
        return " and ".join(name for name, value in needed.items() if not value)

    @property
    def by_oauth(self) -> bool:
        return bool(self.client_id)

    @property
    def by_socket(self) -> bool:
        return bool(self.app_token)
