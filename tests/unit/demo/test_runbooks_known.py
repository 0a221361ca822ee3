"""The demo's runbooks can be looked up, and each leads to its page."""

from bot import demo
from integrations.demo.runbooks import RUNBOOKS
from tests.fakes import NOON


def test_every_runbook_is_a_page_of_the_knowledge_base():
    pages = demo.runbooks("http://demo.example", NOON)
    assert [one.title for one in pages] == [one.title for one in RUNBOOKS.values()]
    assert [one.url for one in pages] == [f"http://demo.example/demo/runbook/{name}" for name in RUNBOOKS]
    assert len({one.id for one in pages}) == len(RUNBOOKS)
    for page, runbook in zip(pages, RUNBOOKS.values(), strict=True):
        assert all(step in page.content for step in (runbook.says, *runbook.steps))
