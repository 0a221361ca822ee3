"""E-mails about issues: one of each kind stands for an issue, and nothing of a draft is lost."""

from dataclasses import replace
from datetime import timedelta

from bot.model.issue import IssueId
from bot.model.mail import Audience, MailDraft, MailState
from bot.model.severity import Severity
from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, ADA, OTHER, mail
from tests.fakes import NOON

ISSUE = IssueId("ISS-1-checkout")


async def test_a_draft_with_all_there_is(storage: SqlStorage):
    whole = mail(
        service="the shop", severity=Severity.CRITICAL, ticket="MON-1-checkout", links={"Runbook": "https://x.example"},
        figures=("650 ms",), unsure=("7",), state=MailState.FAILED, edition=2, revision=5, edited=ADA, approved=ADA,
        due_at=NOON, settled_at=NOON, settled=ADA, sent_to=("a@example.com",), refused={"b@example.com": "550 no"},
        reason="Nobody took it.", by_model=True, body="🙂 \ud83d half",
    )  # fmt: skip
    async with storage.work(ACME) as work:
        assert await work.mails.add(whole)
    async with storage.work(ACME) as work:
        assert await work.mails.get(whole.id) == replace(whole, body="🙂 ? half")
    async with storage.work(OTHER) as work:
        assert await work.mails.get(whole.id) is None


async def test_of_each_audience_one_stands_for_an_issue(storage: SqlStorage):
    first, again = mail(), mail("ALR-2-engineering")
    customer = mail("ALR-1-customer", audience=Audience.CUSTOMER)
    async with storage.work(ACME) as work:
        assert await work.mails.add(first)
        assert not await work.mails.add(again)
        assert await work.mails.add(customer)
        assert await work.mails.add(mail("ALR-3-engineering", issue=IssueId("ISS-2-search")))
    async with storage.work(ACME) as work:
        await work.mails.save(replace(first, state=MailState.SENT))
        assert await work.mails.add(again), "what was sent makes room"
        assert not await work.mails.add(mail("ALR-2-engineering", issue=IssueId("ISS-9-x"))), "an id is given once"


async def test_the_newest_first(storage: SqlStorage):
    async with storage.work(ACME) as work:
        for number, state in enumerate((MailState.SENT, MailState.DISCARDED, MailState.DRAFTED)):
            at = NOON + timedelta(minutes=number)
            await work.mails.add(mail(f"ALR-{number}-engineering", state=state, drafted_at=at))
        await work.mails.add(mail("ALR-9-engineering", issue=IssueId("ISS-2-x"), drafted_at=NOON - timedelta(1)))

        def ids(found: "list[MailDraft]") -> list[str]:
            return [one.id for one in found]

        assert ids([*await work.mails.of_issue(ISSUE)]) == [
            "ALR-2-engineering",
            "ALR-1-engineering",
            "ALR-0-engineering",
        ]
        assert ids([*await work.mails.latest(2)]) == ["ALR-2-engineering", "ALR-1-engineering"]
