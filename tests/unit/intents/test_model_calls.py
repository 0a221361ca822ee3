"""Calls of the language model, as administrators see them: literal, short in place, long as a file."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.understanding import understand
from bot.intents import model_calls
from bot.intents.intent import Question
from bot.intents.model_calls import LONGEST, ShowCall, ShowCalls
from bot.model import plain
from bot.model.errors import Missing
from bot.model.message import PersonId
from bot.model.reply import Choices, Code, Files, Part, Reply, Text
from bot.model.usage import Outcome, Tokens, Usage
from bot.ports.calls import Call, Exchange
from bot.ports.model import Line
from tests.call_desk import Calls
from tests.desks import desks, tools
from tests.fakes import NOON

ID = "019cff1a-7a00-7123-8abc-3f2a9c81d704"
USAGE = Usage(
    NOON, "talk", "talk/3", "gpt-4o-mini", Outcome.OK, timedelta(seconds=1.2), Tokens(1000, 80, estimated=True),
    Decimal("0.00018"), about="ISS-1", person=PersonId("p9"),
)  # fmt: skip
LOST = Usage(NOON, "mail", "mail/1", "local-7b", Outcome.TIMEOUT, timedelta(seconds=20), error="It was too slow.")
EVIL = "<!channel> **now** `rm` [x](http://trap.example) <at>Anna</at>\n{{DATE(2026)}}"
WHOLE = Exchange((Line("system", "You explain."), Line("user", EVIL)), f"# {EVIL}")


def a_desk(said: Exchange | None = WHOLE, call: Call | None = None) -> Calls:
    call = call or Call(ID, USAGE, "all")
    return Calls([call, Call("019cff1a-7a00-7123-8abc-000000000001", LOST)], {ID: said} if said else {})


async def shown(desk: Calls) -> Reply:
    return await model_calls.one(ShowCall(call=ID[-12:]), tools(desks(calls=desk)))


def parts(reply: Reply) -> list[Part]:
    return [part for block in reply.blocks if isinstance(block, Text) for part in block.parts]


async def test_each_call_has_its_row_and_what_is_kept_can_be_opened():
    reply = await model_calls.every(ShowCalls(), tools(desks(calls=a_desk())))
    text = plain.render(reply)
    for said in ("The latest 2 calls", "3f2a9c81d704", "talk/3", "about 1,000 + 80", "$ 0.00018", "p9", "yes"):
        assert said in text
    for said in ("000000000001", "mail/1", "timeout", "not known", "in the background", "no"):
        assert said in text
    [choices] = [block for block in reply.blocks if isinstance(block, Choices)]
    assert [one.value for one in choices.options] == ["3f2a9c81d704"]


@pytest.mark.parametrize(
    ("calls", "says"),
    [([], "was not called yet"), ([Call(ID, USAGE)], "What was said in them is not kept")],
)
async def test_where_nothing_is_to_be_shown_it_says_so(calls, says):
    assert says in plain.render(await model_calls.every(ShowCalls(), tools(desks(calls=Calls(calls)))))


async def test_what_strangers_wrote_stands_in_code_alone():
    reply = await shown(a_desk(call=Call(ID, replace(USAGE, error=EVIL), "all")))
    assert [part.text for part in parts(reply) if isinstance(part, Code)] == [EVIL, "You explain.", EVIL, f"# {EVIL}"]
    rest = replace(reply, blocks=tuple(one for one in reply.blocks if not isinstance(one, Text)))
    assert "trap" not in plain.render(rest)
    assert not [part for part in parts(reply) if not isinstance(part, Code) and "trap" in plain.part(part)]
    assert reply.by_model


async def test_a_long_text_is_a_file():
    long = EVIL * LONGEST
    reply = await shown(a_desk(replace(WHOLE, came=long)))
    [files] = [block for block in reply.blocks if isinstance(block, Files)]
    assert [(one.name, one.media_type, one.content.decode()) for one in files.files] == [
        ("model-call-3f2a9c81d704-3.txt", "text/plain", long)
    ]
    assert "trap" not in "".join(plain.part(part) for part in parts(reply)[-2:])


@pytest.mark.parametrize(
    ("said", "kept", "says"),
    [
        (None, "none", "What was said in it is not kept, or not any more."),
        (replace(WHOLE, sent=()), "answers", "What was sent is not kept."),
        (replace(WHOLE, came=None), "all", "Nothing came back."),
    ],
)
async def test_what_is_missing_is_said(said, kept, says):
    reply = await shown(a_desk(said, Call(ID, USAGE, kept)))
    assert says in plain.render(reply)
    assert reply.by_model is bool(said and said.came)


async def test_an_unknown_call_is_said():
    with pytest.raises(Missing, match="no call 999999999999"):
        await model_calls.one(ShowCall(call="999999999999"), tools(desks(calls=a_desk())))


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("model calls", {}),
        ("model calls 40", {"most": 40}),
        ("model call 3f2a9c81d704", {"call": "3f2a9c81d704"}),
        (f"model call {ID.upper()}", {"call": ID}),
    ],
)
def test_how_it_is_asked_for(text, arguments):
    reading = understand(Question(text, NOON))
    assert reading is not None
    assert reading.arguments == arguments
