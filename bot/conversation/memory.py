"""What a thread remembers, so that a follow-up may leave it unsaid."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.intents import show_queries
from bot.intents.intent import AnyIntent
from bot.model.parcel import Subject
from bot.model.reply import Query


def after(
    memory: Mapping[str, Any],
    intent: AnyIntent,
    arguments: Mapping[str, Any],
    subject: Subject,
    queries: Sequence[Query],
    *,
    has_data: bool = False,
) -> dict[str, Any]:
    kept = dict(memory)
    if intent.remembered:
        kept |= {"intent": intent.name, "arguments": dict(arguments)}
    if queries:
        show_queries.remember(kept, subject, tuple(queries))
    if has_data:
        kept["data"] = subject
    return kept
