"""What can be asked, written from the catalogue."""

from collections.abc import Sequence

from pydantic import BaseModel

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.model.reply import Button, Code, Reply, Strong, Text
from bot.ports.tools import Tools
from bot.query.names import words

_ASKED = {"help", "hello", "hi", "hey", "commands", "?"}


class Help(BaseModel, frozen=True):
    pass


def about(intents: Sequence[AnyIntent]) -> Intent[Help]:
    listed = [intent for intent in intents if intent.command]
    examples = [example for intent in listed for example in intent.examples]

    async def answer(_: Help, tools: Tools) -> Reply:
        first = tools.turn.person.name.split(" ")[0] if tools.turn.person.name else ""
        return Reply(
            title="Nightdesk",
            summary=f"Hello{f' {first}' if first else ''}. Ask me how things are, in your own words.",
            blocks=(
                *(
                    Text((Strong(intent.command), ": ", intent.help, " For example: ", Code(intent.examples[0])), True)
                    for intent in listed
                ),
                Text(("Mention me in a channel or write to me directly. In a thread I remember what it is about.",)),
            ),
            buttons=tuple(Button(example, "ask", {"question": example}) for example in examples[:4]),
        )

    return Intent(
        name="help",
        help="What I can do.",
        examples=("help",),
        asks=Help,
        answer=answer,
        reads=_reads,
        command="help",
        remembered=False,
    )


def _reads(question: Question) -> Reading | None:
    said = words(question.text)
    asked = question.text.strip() in ("", "?") or (len(said) <= 4 and bool(_ASKED & set(said)))
    asked = asked or "what can you do" in question.text.lower() or "who are you" in question.text.lower()
    return Reading("help", {}, 0.95) if asked else None
