"""From what was written to what was meant: a verb, else the rules of the intents, else we ask back.

A model, where one is configured, takes the seat after the rules; nothing here needs it.
"""

from bot.conversation import commands
from bot.intents.catalog import INTENTS
from bot.intents.intent import Question, Reading
from bot.model.reply import Button, Reply

SURE_FROM = 0.6  # row CONV-17: below, the question goes back with the nearest readings as buttons


def understand(question: Question) -> Reading | None:
    """The best reading, or None when nothing fits."""
    if reading := commands.read(question):
        return reading
    readings = [reading for intent in INTENTS if (reading := intent.reads(question))]
    return max(readings, key=lambda reading: reading.confidence, default=None)


def not_understood(question: Question) -> Reply:
    examples = [
        example for intent in INTENTS if intent.command not in ("", "help", "ask") for example in intent.examples
    ]
    said = question.text.strip()
    quoted = f"{said[:120]}{'…' if len(said) > 120 else ''}"
    return Reply(
        f"I did not understand “{quoted}”. I read metrics and the state of services.",
        tone="warning",
        buttons=(*(Button(example, "ask", {"question": example}) for example in examples[:3]), Button("Help", "help")),
    )
