"""Jira Cloud, or Jira Data Center: JIRA_URL switches it on, and tickets are told there as well."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from bot.model.message import Place
from integrations.addresses import checked
from integrations.integration import Integration, IntegrationKind, Parts
from integrations.jira.connection import Access, Connection
from integrations.jira.outlet import NAME, JiraOutlet


class Settings(BaseModel, frozen=True):
    url: str = Field(description="Its address: https://example.atlassian.net, or that of a server of one's own.")
    project: str = Field(description="The key of the project that tickets go to, such as OPS.")
    email: str = Field("", description="Jira Cloud: the address of the user that the API token belongs to.")
    api_token: SecretStr = Field(SecretStr(""), description="Jira Cloud: that user's API token.")
    token: SecretStr = Field(SecretStr(""), description="Jira Data Center instead: a personal access token.")
    issue_type: str = Field("Task", description="The type of the issues that are made.")
    resolved_status: str = Field("", description="The status of what is resolved; empty: the first that means done.")
    public_url: str = Field("", description="Where people open it, if that is another address than the bot's.")
    ca_file: str = Field("", description="Its authority's certificate, where that is one of your own.")

    @field_validator("url", "public_url")
    @classmethod
    def _address(cls, url: str) -> str:
        if not url:
            return url
        return checked(url, "use JIRA_EMAIL and JIRA_API_TOKEN, or JIRA_TOKEN", bare=True).rstrip("/")

    @field_validator("project")
    @classmethod
    def _key(cls, project: str) -> str:
        key = project.strip().upper()
        if not key.replace("_", "").isalnum() or not key.isascii():
            raise ValueError("is not the key of a project, such as OPS")
        return key

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.email) != bool(self.api_token.get_secret_value()):
            raise ValueError("JIRA_EMAIL and JIRA_API_TOKEN belong together")
        if bool(self.email) == bool(self.token.get_secret_value()):
            raise ValueError("JIRA_EMAIL with JIRA_API_TOKEN (Cloud), or else JIRA_TOKEN (Data Center), has to be set")
        if self.ca_file and not Path(self.ca_file).is_file():
            raise ValueError("JIRA_CA_FILE is not a file")
        return self


class JiraIntegration(Integration):
    def __init__(self, settings: Settings, parts: Parts) -> None:
        access = Access(
            settings.url,
            settings.email,
            settings.api_token.get_secret_value(),
            settings.token.get_secret_value(),
            settings.ca_file,
        )
        self._outlet = JiraOutlet(
            Connection(access, parts.session, parts.clock),
            Place(NAME, urlsplit(settings.url).netloc, settings.project),
            parts.clock,
            issue_type=settings.issue_type,
            resolved_status=settings.resolved_status,
            page=settings.public_url or settings.url,
        )

    @property
    def outlet(self) -> JiraOutlet:
        return self._outlet

    async def check(self) -> str:
        return await self._outlet.check()


INTEGRATION = IntegrationKind("jira", "Jira", Settings, JiraIntegration)
