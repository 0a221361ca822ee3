"""What rules that people taught do to a question: its words before it is read, its unit after. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import commands
from bot.intents import explain_intent
from bot.intents.catalog import BY_NAME, INTENTS
from bot.intents.intent import Question, Reading
from bot.model import plain
from bot.model.message import Role
from bot.model.rule import Rule
from bot.query import corrected

_TEACHING = frozenset(
    "rules rule propose_rule approve_rule refuse_rule withdraw_rule human help explain_intent".split()
)
EXAMPLES = tuple(
    dict.fromkeys(one for intent in INTENTS if intent.needs is Role.VIEWER for one in intent.examples)
)  # what is shipped, and read again with a new rule


def corrected_text(question: Question, rules: Sequence[Rule]) -> str:
    """A command that acts, or that is about rules or questions, means what it says."""
    if not rules or explain_intent.read(question):
        return question.text
    reading = commands.read(question)
    if reading and (reading.intent in _TEACHING or BY_NAME[reading.intent].needs is not Role.VIEWER):
        return question.text
    return corrected.text(question.text, rules)


def with_units(reading: Reading | None, rules: Sequence[Rule]) -> Reading | None:
    if reading is None or reading.intent != "ask_query" or not rules:
        return reading
    return replace(reading, arguments=corrected.arguments(reading.arguments, rules))


def told(reading: Reading | None, rules: Sequence[Rule]) -> str:
    """In a line: its query and unit, or what is asked of which intent."""
    reading = with_units(reading, rules)
    if reading is None:
        return ""
    if reading.asks_back:
        return f"I ask back: {reading.asks_back.summary}"
    if query := reading.arguments.get("query"):
        unit = reading.arguments.get("unit")
        return f"{query}{f' in {unit}' if unit else ''}"
    return plain.command(reading.intent, {name: one for name, one in reading.arguments.items() if one is not None})
