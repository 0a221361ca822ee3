"""The knowledge base in words: filters, lists, pages, and when a page is an answer by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.pages import page_on
from bot.conversation.understanding import understand
from bot.desk import issue_entry
from bot.intents import kb, kb_pages
from bot.intents.kb import Kb
from bot.intents.kb_pages import Adding, Correcting, Page
from bot.model import plain
from bot.model.document import DocumentId
from bot.model.errors import Missing, Rejected
from bot.model.issue import Status
from bot.model.reply import Link, Strong, Text
from bot.model.tenant import DEFAULT_TENANT
from tests.builders import question
from tests.contracts.documents import document
from tests.desks import Incidents, desks, issue, tools
from tests.fakes import NOON
from tests.knowledge_desk import Knowledge

PAGES = [document(f"disk {number}", title=f"Disk {number}", content="Empty it.") for number in range(7)]
STALE = document("old", title="Old disk", unknown=("a_total", "b_total"), url="https://x.example/a", ai_generated=True)
OVER = issue(status=Status.RESOLVED, resolved_at=NOON + timedelta(minutes=18), workaround="<!channel> restart")
ENTRY = issue_entry.entry(OVER, (), None, NOON)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("kb google ads", {"query": "google ads"}),
        (
            "kb ads category:technical tag:api tag:oauth setup",
            {"query": "ads setup", "category": "technical", "tags": "api,oauth"},
        ),
        ("kb ads tags:a,b", {"query": "ads", "tags": "a,b"}),
        ("kb ads tags_all:a,b source:issues", {"query": "ads", "tags_all": "a,b", "source": "issues"}),
        (
            "kb ads since:2026-01-31 until:7d",
            {"query": "ads", "since": "2026-01-31", "until": "2026-03-11T12:00:00+00:00"},
        ),
        ("kb what:ever", {"query": "what:ever"}),
        ("how do I rotate a certificate?", {"query": "rotate a certificate", "how": True}),
        ("is there a runbook for kafka lag", {"query": "kafka lag", "how": True}),
        ("what should we do when the disk is full?", {"query": "the disk is full", "how": True}),
    ],
)  # fmt: skip
def test_what_is_looked_for(said: str, expected: dict[str, object]):
    reading = understand(question(said))
    assert reading is not None
    assert (reading.intent, reading.arguments) == ("kb", expected)


@pytest.mark.parametrize("said", ["how many errors in checkout yesterday?", "what is open?", "how is checkout?"])
def test_what_rules_understand_is_no_question_for_it(said: str):
    reading = understand(question(said))
    assert reading is None or reading.intent != "kb"


def test_a_day_is_a_day_of_utc():
    assert Kb(query="x", since="2026-01-31").since == datetime(2026, 1, 31, tzinfo=UTC)  # type: ignore[arg-type]


async def test_a_list_pages_and_counts_all():
    on = tools(desks(knowledge=Knowledge(list(PAGES))))
    first = await kb.answer(Kb(query="disk"), on)
    assert first.summary == "5 of 7 in the knowledge base for “disk”, the best first."
    (more,) = first.buttons
    assert more.arguments == {"query": "disk", "first": 5}
    second = await kb.answer(Kb.model_validate(more.arguments), on)
    assert second.summary.startswith("6 to 7 of 7")
    assert second.buttons == ()
    assert "7 found in 4 ms · from the knowledge base" in first.footer


async def test_what_a_reader_should_know_stands_beside_it():
    on = tools(desks(knowledge=Knowledge([STALE])))
    listed = plain.render(await kb.answer(Kb(query="disk"), on))
    assert "names a_total, b_total, which no source has today" in listed
    assert "AI generated" in listed
    page = await kb_pages.show(Page(document=STALE.id), on)
    assert page.tone == "warning"
    assert page.by_model
    assert "This page names a_total, b_total, which no source has today." in plain.render(page)


async def test_nothing_found_offers_a_way_on():
    on = tools(desks())
    assert [one.label for one in (await kb.answer(Kb(query="x", category="a"), on)).buttons] == ["Without filters"]
    assert [one.label for one in (await kb.answer(Kb(query="x"), on)).buttons] == ["Help"]


@pytest.mark.parametrize(
    ("asked", "relevance", "instead", "answered"),
    [
        ("disk is full", 0.9, False, True),
        ("disk is full", 0.4, False, False),
        ("nothing", 0.9, False, False),
        ("", 0.9, False, False),
        ("the disk", 0.9, True, False),  # a question back helps more
        ("how do I empty the disk", 0.9, True, True),
    ],
)
async def test_when_a_page_is_an_answer(asked: str, relevance: float, instead: bool, answered: bool):
    found = await page_on(asked, DEFAULT_TENANT, Knowledge(list(PAGES), relevance), instead=instead)
    assert (found is not None) is answered
    assert found is None or found.footer == "from the knowledge base"


async def test_an_entry_is_shown_literally_and_corrected_with_a_name():
    desk = Knowledge([ENTRY])
    on = tools(desks(knowledge=desk))
    page = await kb_pages.show(Page(document=ENTRY.id), on)
    texts = [block for block in page.blocks if isinstance(block, Text)]
    assert Text(("<!channel> restart",)) in texts
    assert not any(isinstance(part, Link) for block in texts for part in block.parts)
    button = next(one for one in page.buttons if one.label == "Correct this entry…")
    assert button.asks == ("helped", "remark")
    told = await kb_pages.correct(Correcting(document=ENTRY.id, helped=" Grow it. ", remark=""), on)
    assert told.summary == "Corrected. When something like ISS-1773835200-checkout comes again, I say: Grow it."
    shown = plain.render(await kb_pages.show(Page(document=ENTRY.id), on))
    assert "Anna Berger" in shown
    assert "restart" not in shown


async def test_a_page_is_written_down_and_taken_out():
    desk = Knowledge()
    on = tools(desks(knowledge=desk))
    told = await kb_pages.keep(Adding(title="Kettle", content="Descale **it**.", tags="a, b"), on)
    assert told.summary == "“Kettle” is in the knowledge base."
    (made,) = desk.pages
    assert made.tags == ("a", "b")
    assert Strong("it") in next(block for block in kb_pages.page(made).blocks if isinstance(block, Text)).parts
    await kb_pages.remove(Page(document=made.id), on)
    assert desk.pages == []
    with pytest.raises(Rejected, match="I cannot use “url”: has to begin with https://"):
        await kb_pages.keep(Adding(title="x", content="y", url="javascript:x"), on)
    with pytest.raises(Missing):
        await kb_pages.show(Page(document=DocumentId("kb_gone")), on)


def test_a_page_of_a_folder_cannot_be_removed_here():
    labels = [one.label for one in kb_pages.page(replace(STALE, origin="folder")).buttons]
    assert labels == ["Open the page", "Use in thread"]


async def test_a_page_goes_into_the_story_of_the_issue_that_is_meant():
    known = Incidents([issue()])
    on = desks(knowledge=Knowledge([STALE]), incidents=known)
    asked = await kb_pages.use(kb_pages.Using(document=STALE.id), tools(on))
    assert asked.summary == "Which issue do you mean?"
    told = await kb_pages.use(kb_pages.Using(document=STALE.id, issue=issue().id), tools(on))
    assert told.summary == f"“Old disk” stands in the story of {issue().id} now."
    ((_, act),) = known.acted
    assert (act.kind, act.issue) == ("note", issue().id)
    assert act.text.startswith("Old disk (https://x.example/a): ")
