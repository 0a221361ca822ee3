"""Pages of the web in words: read where they are allowed, and listed with how each is."""

from dataclasses import replace

import pytest

from bot.conversation.understanding import understand
from bot.intents import kb_pages, kb_web
from bot.intents.kb_web import Listing, Reading
from bot.model import plain
from bot.model.document import Fetched
from bot.model.errors import Rejected
from bot.ports.knowledge import WebState
from tests.builders import question
from tests.contracts.documents import document
from tests.desks import desks, tools
from tests.fakes import NOON
from tests.knowledge_desk import WEB_PAGE, Knowledge


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"kb read {WEB_PAGE}", {"address": WEB_PAGE}),
        (f"kb read <{WEB_PAGE}>", {"address": WEB_PAGE}),
        (f"kb read <{WEB_PAGE}|docs.example.com/checkout>", {"address": WEB_PAGE}),
        (
            f"kb read {WEB_PAGE} category:runbooks tag:a tags:b,c",
            {"address": WEB_PAGE, "category": "runbooks", "tags": "a,b,c"},
        ),
    ],
)
def test_an_address_as_chats_write_it(said, expected):
    reading = understand(question(said))
    assert reading is not None
    assert (reading.intent, reading.arguments) == ("kb_read", expected)


async def test_a_page_is_read_and_shown_as_what_it_is():
    knowledge = Knowledge()
    on = tools(desks(knowledge=knowledge))
    told = await kb_web.read(Reading(address=WEB_PAGE, tags="a, b"), on)
    assert (told.summary, knowledge.pages[0].tags) == ("“Checkout runbook” is in the knowledge base.", ("a", "b"))
    for wrong in (Reading(address="https://elsewhere.example/"), Reading(address=WEB_PAGE, tags="a b")):
        with pytest.raises(Rejected):
            await kb_web.read(wrong, on)
    web = replace(knowledge.pages[0], content="See [this](https://evil.example) and **that**.")
    shown = kb_pages.page(replace(web, fetched=Fetched(checked_at=NOON, says="docs.example.com does not answer.")))
    assert "See [this](https://evil.example) and **that**." in plain.render(shown)  # nothing in it is a link
    assert "docs.example.com does not answer." in plain.render(shown)
    assert [one.label for one in shown.buttons] == ["Open the page", "Use in thread", "Remove"]


async def test_the_list_begins_with_what_could_not_be_read():
    class Pages(Knowledge):
        async def web_pages(self, tenant):
            there = document("a", title="A", origin="web", path="https://a", fetched=Fetched(checked_at=NOON))
            gone = Fetched(checked_at=NOON, says="There is no page at https://b.", failing_since=NOON)
            failing = document("b", title="B", origin="web", path="https://b", fetched=gone)
            new = WebState("https://c", None, "It has not been read yet.")
            return [WebState("https://a", there), WebState("https://b", failing, gone.says), new]

    told = await kb_web.listing(Listing(), tools(desks(knowledge=Pages())))
    assert told.summary == "3 pages read from addresses, 2 of them could not be read last."
    text = plain.render(told)
    assert text.index("https://b") < text.index("https://c") < text.index("https://a")
    assert "Since" in text
    none = await kb_web.listing(Listing(), tools(desks(knowledge=Knowledge())))
    assert none.summary == "No pages are read from addresses."
