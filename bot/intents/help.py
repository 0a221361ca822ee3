"""What can be asked, written from the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import human, suggestions
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.model.reply import Block, Button, Code, Reply, Strong, Text
from bot.ports.tools import Tools
from bot.query.names import words

_ASKED = {"help", "hello", "hi", "hey", "commands", "?"}
URGENT = 2
_TRIED_FIRST = ("status", "issues", "oncall", "metric")
Topics = Mapping[str, Sequence[AnyIntent]]


class Help(BaseModel, frozen=True):
    about: str = Field("", max_length=40, title="About", description="A command; none: all of them")


def about(topics: Topics) -> Intent[Help]:
    by_command = {one.command: one for listed in topics.values() for one in listed if one.command}
    examples = [by_command[verb].examples[0] for verb in _TRIED_FIRST if verb in by_command]

    async def answer(ask: Help, tools: Tools) -> Reply:
        if one := by_command.get(ask.about.lower()):
            return _of_one(one)
        first = tools.turn.person.name.split(" ")[0] if tools.turn.person.name else ""
        return Reply(
            title="Nightdesk",
            summary=f"Hello{f' {first}' if first else ''}. Ask me how things are, in your own words.",
            blocks=(*_listed(topics), Text(("Mention me in a channel or write to me directly. ", _IN_A_THREAD))),
            buttons=(*(await _worth_asking(examples, tools)), human.BUTTON),
        )

    def behind(question: Question) -> Mapping[str, Any] | None:
        text = question.text.strip(" ?./").lower()
        return {"about": text} if text in by_command else None

    return Intent(
        name="help",
        help="What I can do.",
        examples=("help", "help silence"),
        asks=Help,
        answer=answer,
        reads=_reads,
        command="help",
        words=behind,
        remembered=False,
    )


async def _worth_asking(examples: Sequence[str], tools: Tools) -> tuple[Button, ...]:
    """What is urgent, then what shows how to ask."""
    urgent = (await suggestions.buttons(tools))[:URGENT]
    asked = {one.arguments["question"] for one in urgent}
    usual = (Button(example, "ask", {"question": example}) for example in examples if example not in asked)
    return (*urgent, *usual)


_IN_A_THREAD = "In a thread I remember what it is about. “help” and a command tells more of it."


def _listed(topics: Topics) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for topic, intents in topics.items():
        listed = [one for one in intents if one.command]
        if not listed:
            continue
        blocks.append(Text((Strong(topic),)))
        blocks += [Text((Code(one.command), ": ", one.help), listed=True) for one in listed]
    return tuple(blocks)


def _of_one(one: AnyIntent) -> Reply:
    lines = tuple(Text((Code(example),), listed=True) for example in one.examples)
    role = f"Needs the role {one.needs}." if one.needs != "viewer" else ""
    return Reply(f"{one.command}: {one.help}", (Text(("For example:",)), *lines) if lines else (), footer=role)


def _reads(question: Question) -> Reading | None:
    said = words(question.text)
    asked = question.text.strip() in ("", "?") or (len(said) <= 4 and bool(_ASKED & set(said)))
    asked = asked or "what can you do" in question.text.lower() or "who are you" in question.text.lower()
    return Reading("help", {}, 0.95) if asked else None
