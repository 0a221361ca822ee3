"""Who says what is probably behind a new issue: a model where there is one, the rules always."""

from typing import Protocol

from bot.model.analysis import Analysis, Context


class Analyst(Protocol):
    async def analyse(self, context: Context) -> Analysis | None:
        """None: nothing that can be relied on, so the next one is asked. Raises nothing but Problem, and ends within
        the time it gives itself."""
        ...
