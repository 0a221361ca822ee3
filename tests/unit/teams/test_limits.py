"""Fifty times what fits: nothing is lost silently."""

import json
from datetime import timedelta

import pytest

from bot.model import plain
from bot.model.message import Account
from bot.model.reply import (
    Button,
    Buttons,
    Chart,
    Choices,
    Code,
    Fact,
    Facts,
    Field,
    File,
    Files,
    Form,
    Link,
    Mention,
    Option,
    Pie,
    Query,
    Reply,
    Share,
    Sources,
    Strong,
    Table,
    Text,
)
from bot.model.series import Point, Series
from handlers.playground.examples import EXAMPLES, NOON
from handlers.teams import limits
from handlers.teams.cards import render
from handlers.teams.fit import weights
from tests.unit.teams.test_cards import card_of, link, of_type, words
from tests.unit.teams.walk import walk

HUGE = "wörter 🎉 {{DATE(2026)}} " * 2400
SERIES = tuple(
    Series(f"s{i} {HUGE[:300]}", tuple(Point(NOON + timedelta(minutes=m), m * 1.1) for m in range(2000)))
    for i in range(400)
)
MANY: dict[str, Reply] = {
    "text": Reply(
        HUGE, title=HUGE, footer=HUGE, blocks=(Text((HUGE, Strong(HUGE), Code(HUGE), Link(HUGE, "https://a.example"))),)
    ),
    "lines": Reply("x" + "\n" * 50_000 + "y"),
    "paragraphs": Reply("x", blocks=tuple(Text((f"{i} {HUGE[:3000]}",), True) for i in range(3000))),
    "facts": Reply("x", blocks=(Facts(tuple(Fact(HUGE[:500], HUGE[:2000], "bad") for _ in range(1500))),)),
    "rows": Reply(
        "x",
        blocks=(
            Table(
                tuple(f"c{i}" for i in range(400)),
                tuple(tuple(HUGE[:99] for _ in range(400)) for _ in range(1500)),
                HUGE,
            ),
        ),
    ),
    "series": Reply("x", blocks=(Chart(HUGE, SERIES), Chart("bars", SERIES, "bar"))),
    "shares": Reply("x", blocks=(Pie(HUGE, tuple(Share(HUGE[:200], 1.0 + i) for i in range(600))),)),
    "queries": Reply(
        "x",
        blocks=tuple(
            Query("p", "promql", HUGE, NOON, NOON, timedelta(minutes=1), url="https://a.example/" + "q" * 1900)
            for _ in range(1000)
        ),
        by_model=True,
    ),
    "files": Reply("x", blocks=(Files(tuple(File(f"{i}{HUGE[:300]}", "text/plain", b"x") for i in range(900))),)),
    "sources": Reply("x", blocks=(Sources(tuple(Link(HUGE[:300], f"https://a.example/{i}") for i in range(1000))),)),
    "buttons": Reply("x", buttons=tuple(Button(HUGE[:200], "help", {"a": HUGE[:3000]}) for _ in range(1500))),
    "choices": Reply("x", blocks=(Choices(HUGE, tuple(Option(HUGE[:200], str(i)) for i in range(5000)), "help", "a"),)),
    "fields": Reply(
        "x", blocks=(Form(HUGE, tuple(Field(f"f{i}", HUGE[:200], value=HUGE[:9000]) for i in range(1000)), "help"),)
    ),
    "mentions": Reply(
        "x", blocks=tuple(Text((Mention(Account("teams", "t", f"u{i}", HUGE[:100] + str(i))),)) for i in range(3000))
    ),
    "confirms": Reply("x", blocks=tuple(Buttons((Button("b", "help", confirm=HUGE),)) for _ in range(2000))),
}
MANY["all"] = Reply(
    "x", blocks=tuple(block for reply in MANY.values() for block in reply.blocks[:3]), buttons=MANY["buttons"].buttons
)


@pytest.mark.parametrize("name", MANY)
def test_fifty_times_the_limits_fit_and_nothing_is_lost_silently(name: str) -> None:
    reply = MANY[name]
    drawing = render(reply, link)
    travels, counts = weights(drawing.payload)
    assert travels <= limits.CARD_BYTES
    assert counts <= limits.MESSAGE_UTF16_BYTES
    assert walk(card_of(drawing.payload)) == []
    assert "Shortened to what Teams takes" in words(drawing.payload)
    assert link(drawing.files[-1]) in json.dumps(drawing.payload)
    assert drawing.files[-1].content.decode() == plain.render(reply)
    assert all(len(one["actions"]) <= limits.ACTIONS_DRAWN for one in of_type(drawing.payload, "ActionSet"))


def test_the_first_sentence_survives_whatever_comes_after() -> None:
    payload = render(Reply("Checkout is slow.", blocks=MANY["all"].blocks), link).payload
    assert "Checkout is slow." in words(payload)


def test_what_fits_is_not_noted() -> None:
    for name in EXAMPLES:
        drawing = render(EXAMPLES[name], link)
        assert "Shortened" not in words(drawing.payload)
        assert "answer.txt" not in [file.name for file in drawing.files]
