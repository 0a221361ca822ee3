"""What a session is about narrows what is asked in it, where the question itself does not say. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from bot.intents.catalog import BY_NAME
from bot.intents.intent import Reading
from bot.model.reply import Reply
from bot.query.names import Names

LABELS: Mapping[str, str] = {"environment": "env", "env": "env", "region": "region", "service": "service"}
_SHORTEST = 3  # of a name that stands for a longer one: prod for production


def facts_of(context: Mapping[str, str], names: Names) -> dict[str, str]:
    """Labels with values that really exist; what no source knows narrows nothing."""
    found: dict[str, str] = {}
    for key, said in context.items():
        label = LABELS.get(key)
        if label and (value := _meant(said, names.values.get(label, ()))):
            found[label] = value
    return found


def within(reading: Reading | None, facts: Mapping[str, str]) -> Reading | None:
    """Only of what looks: an act is never aimed by what was said long before it."""
    if reading is None or not facts or not BY_NAME[reading.intent].by_clock:
        return reading
    fields = BY_NAME[reading.intent].asks.model_fields
    taken = {name: value for name, value in facts.items() if name in fields and not reading.arguments.get(name)}
    return replace(reading, arguments={**reading.arguments, **taken}, taken=taken) if taken else reading


def said(reply: Reply, reading: Reading) -> Reply:
    if not reading.taken:
        return reply
    about = ", ".join(f"{name} {value}" for name, value in reading.taken.items())
    note = f"{about}, as this session is about"
    return replace(reply, footer=f"{reply.footer} · {note}" if reply.footer else note)


def _meant(said: str, known: tuple[str, ...]) -> str:
    low = said.strip().lower()
    if exact := next((one for one in known if one.lower() == low), ""):
        return exact
    near = [one for one in known if len(one) >= _SHORTEST and low.startswith(one.lower())]
    return max(near, key=len, default="")
