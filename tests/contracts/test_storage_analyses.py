"""Analyses of issues: one of each, whole, and in its tenant alone."""

from bot.model.issue import Clue, IssueId
from bot.model.severity import Severity
from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, OTHER, analysis

ISSUE = IssueId("ISS-1-checkout")


async def test_an_issue_is_analysed_once_and_nothing_of_it_is_lost(storage: SqlStorage):
    clue = Clue("p95 latency 838 ms, since 14:02 UTC.", "the query", "p95 latency")
    whole = analysis(
        by="model", severity=Severity.CRITICAL, clues=(clue,), against=(clue,), services=("checkout",),
        regions=("eu-west-1",), next_step="Look.", first="p95 latency", order=(clue, clue), unread=("regions",),
    )  # fmt: skip
    async with storage.work(ACME) as work:
        assert await work.analyses.of_issue(ISSUE) is None
        assert await work.analyses.add(whole)
        assert not await work.analyses.add(analysis(cause="Another one."))
    async with storage.work(ACME) as work:
        assert await work.analyses.of_issue(ISSUE) == whole
    async with storage.work(OTHER) as work:
        assert await work.analyses.of_issue(ISSUE) is None
        assert await work.analyses.add(analysis(cause="Of another tenant."))
