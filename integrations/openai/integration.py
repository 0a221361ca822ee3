"""The language model as an integration."""

from typing import TYPE_CHECKING

from integrations.integration import Integration, IntegrationKind, Parts
from integrations.networks import Networks
from integrations.openai.settings import Settings
from integrations.opener import walled

if TYPE_CHECKING:
    from integrations.openai.connection import OpenAIModel


class OpenAIIntegration(Integration):
    def __init__(self, settings: Settings, parts: Parts) -> None:
        from integrations.openai.connection import OpenAIModel  # its package is heavy; who does without never loads it

        self._model = OpenAIModel(settings, lambda: walled(Networks.of_operator()), parts.clock)
        self._started = False

    @property
    def language(self) -> "OpenAIModel":
        return self._model

    async def start(self) -> None:
        """A model that is away must not keep the bot from starting."""
        self._started = True

    async def stop(self) -> None:
        await self._model.close()

    async def check(self) -> str:
        try:
            return await self._model.check()
        finally:
            if not self._started:
                await self._model.close()


INTEGRATION = IntegrationKind("openai", "language model", Settings, OpenAIIntegration)
