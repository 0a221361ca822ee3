"""How a question would be understood: by which words, with what, and which query. Nothing of it is done."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.fence import private
from bot.intents.intent import Intent, Question, Reading
from bot.model.message import Role
from bot.model.reply import Block, Button, Code, Reply, Table, Text
from bot.model.understood import Understood
from bot.ports.tools import Tools

SURE, MOST_SHOWN = 0.99, 200
_ASKED = re.compile(
    r"(?:please )?(?:how (?:do|would|will) you (?:understand|read|interpret)|what do you understand by|"
    r"explain (?:the )?intent(?: of)?)[:,]?\s+(?P<question>.+)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = "\"'“”„«»"


class ExplainIntent(BaseModel, frozen=True):
    question: str = Field(min_length=1, max_length=2000, title="Question", description="As you would ask it")


async def answer(ask: ExplainIntent, tools: Tools) -> Reply:
    found = await tools.explained(ask.question)
    blocks: list[Block] = [Table(("What", "How it is understood"), tuple(_rows(found)), "Nothing was asked or done")]
    if found.query:
        blocks += [Text(("The query that would be run:",)), Text((Code(found.query),))]
    ask_it = Button("Ask it", "ask", {"question": ask.question})
    asked = (ask_it,) if found.sure and found.needs is Role.VIEWER else ()
    return Reply(_summary(found), tuple(blocks), asked, title="How I understand it")


def _summary(found: Understood) -> str:
    if not found.intent:
        return "I would not understand that by my rules."
    if not found.sure:
        return f"I would take that for “{_named(found)}”, and not be sure enough to answer it."
    return f"I would take that for “{_named(found)}”."


def _named(found: Understood) -> str:
    return found.intent.replace("_", " ")


def _rows(found: Understood) -> Iterator[tuple[str, str]]:
    yield "Question", _short(found.question)
    if found.read != found.question:
        yield "Read as", _short(found.read)
    yield "Intent", f"{_named(found)}: {found.help}" if found.intent else "none"
    yield "Recognised by", _how(found)
    yield "Confidence", f"{found.confidence:.2f}, {'answered' if found.sure else 'too low to be answered'}"
    if found.asks_back:
        yield "I would ask back", _short(found.asks_back.summary)
    yield "With", _pairs(found.arguments) or "nothing"
    if found.taken:
        yield "From this session", _pairs(found.taken)
    yield "Names that exist", _pairs(found.names) or "none in it"
    if found.corrected:
        yield "Taken for", ", ".join(f"“{said}” for {name}" for said, name in found.corrected.items())
    yield "Taught", "; ".join(found.taught) or "no rule changes it"
    if not found.query:
        yield "Query", "if any, written while it is answered" if found.sure else "none"
    yield "Language model", found.model_says
    yield "Role", str(found.needs)
    yield "About", f"{found.about or 'nothing by name'}; {(found.category or 'no topic').replace('_', ' ')}"
    yield "Urgency", found.urgency


def _how(found: Understood) -> str:
    said = ", ".join(f"“{one}”" for one in found.words)
    match found.by:
        case "command":
            return f"the command {said}"
        case "rule":
            return f"a rule, by {said}" if said else "a rule, by its words together"
        case "sources":
            return "what the sources hold, for no rule is surer"
        case "nothing":
            return "nothing"


def _pairs(given: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {_value(one)}" for name, one in given.items() if one and name != "query"
    )


def _value(one: Any) -> str:
    return _short(", ".join(map(str, one)) if isinstance(one, list | tuple) else str(one))


def _short(text: str) -> str:
    return private(text, MOST_SHOWN)


def read(question: Question) -> Reading | None:
    found = _ASKED.fullmatch(question.text.strip())
    if found is None:
        return None
    said = found["question"].strip().removesuffix("?").strip().strip(_QUOTES)[:2000]
    return Reading("explain_intent", {"question": said}, SURE) if said else None


def _words(question: Question) -> Mapping[str, Any] | None:
    said = question.text.strip().strip(_QUOTES)
    return {"question": said[:2000]} if said else None


INTENT = Intent(
    name="explain_intent",
    help="How a question would be understood, without answering it.",
    examples=("explain-intent was checkout healthy yesterday?", "how do you understand latency of checkout?"),
    asks=ExplainIntent,
    answer=answer,
    reads=read,
    title="How is it understood?",
    command="explain-intent",
    words=_words,
    submit="Explain",
    remembered=False,
    verbatim=True,
)
