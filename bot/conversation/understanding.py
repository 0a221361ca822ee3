"""From what was written to what was meant: a verb, else the rules of the intents, else we ask back.

A model, where one is configured, is asked after the rules (planner.py); nothing here needs it.
"""

from dataclasses import replace

from bot.conversation import commands
from bot.intents import ask_query, human
from bot.intents.catalog import BY_NAME, INTENTS
from bot.intents.intent import Question, Reading
from bot.intents.sentences import commands_us
from bot.model.reply import Button, Reply

SURE_FROM = 0.6  # row CONV-17: below, the question goes back with the nearest readings as buttons
PLAIN_FROM = 0.8  # a rule so sure needs no catalogue
OVERHEARD_FROM = 0.9
FEW_WORDS = 10
EXAMPLES = ("what's the current system status?", "show me SLO compliance", "what is open?", "who is on call?")


def understand(question: Question) -> Reading | None:
    """The best reading, or None when nothing fits."""
    if reading := commands.read(question):
        return reading
    readings = [reading for intent in INTENTS if (reading := intent.reads(question))]
    best = max(readings, key=lambda reading: reading.confidence, default=None)
    return best if is_plain(best) else understand_further(question, best)


def understand_further(question: Question, best: Reading | None) -> Reading | None:
    """Where no rule is sure, against what the sources hold; dearer than all rules together."""
    if best is not None and best.confidence >= 1.0:  # a command, which may have waited for what the sources hold
        return commands.read(question) if best.asks_back and question.ground else best
    asked = ask_query.read(question)
    return max((one for one in (best, asked) if one), key=lambda reading: reading.confidence, default=None)


def is_plain(reading: Reading | None) -> bool:
    """Whether it was understood without looking at what the sources hold."""
    return reading is not None and not reading.asks_back and reading.confidence >= PLAIN_FROM


def puzzled(reading: Reading | None) -> bool:
    """Whether the rules have no answer: nothing fits, nothing surely, or something is missing."""
    return reading is None or bool(reading.asks_back) or reading.confidence < SURE_FROM


def about_issue(reading: Reading | None, issue: str) -> Reading | None:
    """What names no issue means that of its thread, unless it says by labels what it means."""
    if reading is None or not issue or reading.arguments.get("issue"):
        return reading
    takes_one = "issue" in BY_NAME[reading.intent].asks.model_fields and not reading.arguments.get("matchers")
    return replace(reading, arguments={**reading.arguments, "issue": issue}) if takes_one else reading


def marked(reply: Reply, reading: Reading) -> Reply:
    """In small print, where a model said what is meant, and how, so that a person can say it otherwise."""
    if not reading.by_model or ask_query.BY_MODEL in reply.footer:
        return reply
    named = BY_NAME[reading.intent].command if not reading.asks_back else ""
    given = ", ".join(f"{name} {value}" for name, value in reading.arguments.items() if named)
    says = f"{ask_query.BY_MODEL} as: {f'{named}, {given}' if given else named}" if named else ask_query.BY_MODEL
    return replace(reply, footer=f"{says} · {reply.footer}" if reply.footer else says)


def surely_meant(text: str, reading: Reading | None) -> bool:
    """Whether people who talk among themselves in an issue's thread mean us: only by a short and plain command."""
    if reading is None or reading.confidence < OVERHEARD_FROM or not BY_NAME[reading.intent].overheard:
        return False
    return len(text.split()) <= FEW_WORDS and commands_us(text)


def not_understood(question: Question) -> Reply:
    said = question.text.strip()
    quoted = f"{said[:120]}{'…' if len(said) > 120 else ''}"
    return Reply(
        f"I did not understand “{quoted}”. I read metrics and the state of services, and I keep issues.",
        tone="warning",
        buttons=(
            *(Button(example, "ask", {"question": example}) for example in EXAMPLES),
            Button("Help", "help"),
            human.BUTTON,
        ),
    )
