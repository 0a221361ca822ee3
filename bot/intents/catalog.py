"""Everything a person can ask. A new intent is a file beside this one and a line here."""

from bot.intents import ask, ask_metric, feedback, help, show_queries, status_overview  # noqa: A004
from bot.intents.intent import AnyIntent

_INTENTS: tuple[AnyIntent, ...] = (
    status_overview.INTENT,
    ask_metric.INTENT,
    show_queries.INTENT,
    ask.INTENT,
    feedback.INTENT,
)

INTENTS: tuple[AnyIntent, ...] = (*_INTENTS, help.about(_INTENTS))
BY_NAME = {intent.name: intent for intent in INTENTS}
BY_COMMAND = {intent.command: intent for intent in INTENTS if intent.command}
