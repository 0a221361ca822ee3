"""E-mails through a real mail server: sent once however often approved, or the thread says why not."""

import asyncio
from datetime import timedelta

import pytest

from bot.desk import automatic
from bot.desk.ticket_telling import TicketTelling
from bot.desk.timekeeper import Timekeeper
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.mail import Audience, MailId, MailState
from bot.model.message import Place, Role
from bot.model.parcel import Receipt
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.mails import sending
from bot.pipeline.mails.sending import Sending
from storage.storage import SqlStorage
from tests.integration.desk.mail_scene import CHECKOUT, OPS, PLAN, SHOP, a_desk
from tests.integration.desk.scene import ANNA, BEN, BEN_IN_TEAMS, ID, LeapingClock, Silent
from tests.integration.mail.server import serving

MINUTE = timedelta(seconds=80)  # the time to undo, and some for the result
HOSTILE = "x\r\nBcc: everybody@evil.example\r\n\r\n<script>alert(1)</script> https://evil.example/x <!channel>"


async def test_approved_in_both_chats_and_again_it_is_sent_once(storage: SqlStorage, clock: LeapingClock) -> None:
    async with serving() as box:
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        async with desk.working():
            draft = await desk.draft()
            assert (await desk.draft()).id == draft.id, "of a kind one stands"
            await desk.rest()
            for chat in (desk.slack, desk.teams):
                assert "Nothing is sent yet." in desk.card(chat, draft)
                assert "To: ops@example.com, checkout@example.com" in desk.card(chat, draft)
            done = await asyncio.gather(*(desk.approve(draft, who) for who in (ANNA, BEN_IN_TEAMS, ANNA, BEN)))
            assert sum(one.changed for one in done) == 1
            assert box.letters == []
            await desk.passes(MINUTE)
            again = await desk.approve(draft)
            assert (again.changed, again.says) == (False, "It is sent already.")
            await desk.rest()
            for chat in (desk.slack, desk.teams):
                assert desk.lines(chat) == ["Engineering alert sent to 2 addresses, 12:01 UTC."]
                assert "Sent e-mail" in desk.card(chat, draft)
    assert sorted(str(one["To"]) for one in box.letters) == [CHECKOUT, OPS]
    assert {str(one["Subject"]) for one in box.letters} == {"Critical: Checkout latency is high"}
    assert await desk.story() == ["mail_drafted", "mail_approved", "mail_sent"]
    assert [entry.act for entry in await desk.trail()] == ["mail.drafted", "mail.approved", "mail.sent"]


async def test_taken_back_within_the_minute_it_is_a_draft_again(storage: SqlStorage, clock: LeapingClock) -> None:
    async with serving() as box:
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        async with desk.working():
            draft = await desk.draft()
            await desk.approve(draft)
            await desk.passes(timedelta(seconds=40))
            assert "Undo (until 12:01:00 UTC)" in desk.card(desk.slack, draft)
            undone = await desk.mails.undo(await desk.actor(BEN), draft.id)
            assert undone.changed
            await desk.passes(2 * MINUTE)
            assert box.letters == []
            assert (await desk.kept(draft)).state is MailState.DRAFTED
            await desk.approve(draft)
            await desk.passes(MINUTE)
            assert len(box.letters) == 2
            late = await desk.mails.undo(await desk.actor(BEN), draft.id)
            assert (late.changed, late.says) == (False, "It is sent already.")
    assert await desk.story() == ["mail_drafted", "mail_approved", "mail_undone", "mail_approved", "mail_sent"]


async def test_a_crash_between_approval_and_sending_loses_and_doubles_nothing(
    storage: SqlStorage, clock: LeapingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler has put its letters when the process ends: all of it is undone, and done by the next one."""
    async with serving() as box:
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        draft = await desk.draft()
        await desk.approve(draft)
        await clock.leap(clock.now() + MINUTE)
        real, broken = Sending(clock, desk.board), asyncio.Event()

        async def dies(work, timer):
            await real.send(work, timer)
            broken.set()
            raise asyncio.CancelledError  # as an end of the process, amid the transaction

        keeper = Timekeeper(storage, clock, {sending.SEND: dies}, Silent())
        running = asyncio.create_task(keeper.run())
        async with asyncio.timeout(20):
            while not broken.is_set():
                await desk._turn()
        keeper.stop()
        await asyncio.gather(running, return_exceptions=True)
        assert (await desk.kept(draft)).state is MailState.APPROVED
        async with desk.working():
            await desk.passes(MINUTE)
        assert (await desk.kept(draft)).state is MailState.SENT
    assert len(box.letters) == 2


async def test_a_mail_server_that_is_away_gets_it_later(
    storage: SqlStorage, clock: LeapingClock, unused_port: int
) -> None:
    async with serving() as box:
        desk = await a_desk(storage, clock, f"smtp://127.0.0.1:{unused_port}")
        await desk.opens()
        async with desk.working():
            draft = await desk.draft()
            await desk.approve(draft)
            await desk.passes(3 * MINUTE)
            assert "has not taken it for ops@example.com, checkout@example.com yet" in desk.card(desk.teams, draft)
        desk.mail = (await a_desk(storage, clock, box.url)).mail
        async with desk.working():
            await desk.passes(7 * MINUTE, step=timedelta(seconds=9))
            await desk.rest()
            assert len(desk.lines(desk.slack)) == 1
    assert sorted(str(one["To"]) for one in box.letters) == [CHECKOUT, OPS]


async def test_one_refused_address_keeps_no_other_back(storage: SqlStorage, clock: LeapingClock) -> None:
    async with serving() as box:
        box.refuses = {CHECKOUT: "550 No such user"}
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        async with desk.working():
            draft = await desk.draft()
            await desk.approve(draft)
            await desk.passes(MINUTE)
            await desk.rest()
        kept = await desk.kept(draft)
    assert [str(one["To"]) for one in box.letters] == [OPS]
    assert (kept.state, kept.sent_to) == (MailState.SENT, (OPS,))
    (line,) = desk.lines(desk.slack)
    assert line.startswith(
        "Engineering alert sent to ops@example.com, 12:01 UTC. Refused: checkout@example.com (The mail"
    )
    assert "550 No such user" in line


async def test_what_nobody_got_can_be_mended(storage: SqlStorage, clock: LeapingClock) -> None:
    async with serving() as box:
        box.answers["RCPT"] = "550 Not here"
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        async with desk.working():
            draft = await desk.draft()
            await desk.approve(draft)
            await desk.passes(MINUTE)
            await desk.rest()
            failed = await desk.kept(draft)
            assert failed.state is MailState.FAILED
            assert desk.lines(desk.teams) == [
                "Engineering alert not sent, 12:01 UTC: The mail server refuses: 550 Not here"
            ]
            del box.answers["RCPT"]
            await desk.edit(failed, recipients=("new@example.com",))
            await desk.approve(await desk.kept(draft))
            await desk.passes(MINUTE)
            await desk.rest()
    assert [str(one["To"]) for one in box.letters] == ["new@example.com"]


async def test_a_figure_of_ones_own_needs_a_second_word(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, "smtp://127.0.0.1:9")
    await desk.opens()
    draft = await desk.draft()
    fine = await desk.edit(draft, body="It takes 650 ms, 30 % more than the 500 ms it may.")
    assert fine.draft.unsure == ()
    wrong = (await desk.edit(fine.draft, body="It takes 750 ms. Back at 14:30.")).draft
    assert wrong.unsure == ("750 ms", "14:30")
    with pytest.raises(Rejected, match="750 ms, 14:30 are no figures of this issue"):
        await desk.approve(wrong)
    with pytest.raises(Rejected, match="was edited by Anna Berger meanwhile"):
        await desk.approve(wrong, figures=True, edition=draft.edition)
    sent = await desk.approve(wrong, figures=True, edition=wrong.edition)
    assert sent.changed
    assert "with 750 ms, 14:30" in sent.says


async def test_only_allowed_recipients(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, "smtp://127.0.0.1:9")
    await desk.opens()
    draft = await desk.draft()
    with pytest.raises(Rejected, match=r"Not on the list of allowed recipients: eve@evil\.example"):
        await desk.edit(draft, recipients=(OPS, "eve@evil.example"))
    with pytest.raises(Rejected, match=r"sub\.example\.com"):
        await desk.edit(draft, recipients=("a@sub.example.com",))
    assert (await desk.edit(draft, recipients=(OPS, "OPS@example.com", SHOP))).draft.recipients == (
        "OPS@example.com",
        SHOP,
    )
    nobody = (await desk.edit(draft, recipients=())).draft
    with pytest.raises(Rejected, match="it has no recipients yet"):
        await desk.approve(nobody)


@pytest.mark.parametrize(
    ("url", "allowed", "says"),
    [("", ("example.com",), "MAIL_SMTP_URL"), ("smtp://127.0.0.1:9", (), "NIGHTDESK_MAIL_ALLOWED")],
)
async def test_by_default_nothing_is_sent_and_this_is_said(
    storage: SqlStorage, clock: LeapingClock, url: str, allowed: tuple[str, ...], says: str
) -> None:
    """Row MAIL-05."""
    desk = await a_desk(storage, clock, url, allowed=allowed)
    await desk.opens()
    async with desk.working():
        draft = await desk.draft()
        await desk.rest()
    assert says in desk.card(desk.slack, draft)
    assert "Approve" not in desk.card(desk.slack, draft)
    with pytest.raises(Rejected, match=says):
        await desk.approve(draft)


async def test_customers_are_written_to_about_critical_issues_by_whom_the_plan_names(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    async with serving() as box:
        desk = await a_desk(storage, clock, box.url)
        await desk.opens()
        await desk.opens(id="ISS-2-x", key="x", severity=Severity.HIGH)
        with pytest.raises(Rejected, match="critical issues only"):
            await desk.draft(Audience.CUSTOMER, "ISS-2-x")
        async with desk.working():
            draft = await desk.draft(Audience.CUSTOMER)
            with pytest.raises(Forbidden, match="needs the role admin; yours is operator"):
                await desk.approve(draft, role=Role.OPERATOR)
            await desk.approve(draft, role=Role.ADMIN)
            await desk.passes(MINUTE)
    (letter,) = box.letters
    text = letter.get_body(("plain",))
    assert text
    assert (str(letter["To"]), str(letter["Subject"])) == (SHOP, "The shop is disturbed at the moment")
    assert "The shop may not work as usual since 2026-03-18 12:00 UTC." in text.get_content()
    assert [one for one in ("checkout", "650", ID, "Anna") if one in text.get_content()] == []


async def test_a_notice_to_customers_stands_under_the_ticket_too(storage: SqlStorage, clock: LeapingClock) -> None:
    """Rows TKT-02 and MAIL-09: who answers customers may read another channel than who mends it."""
    support = Place("teams", "tenant-1", "19:support")
    departments = {"operations": {"categories": ["monitoring"], "to": [{"platform": "teams", "channel": "19:support"}]}}
    plan = Plan.model_validate({**PLAN.model_dump(mode="json"), "departments": departments})
    desk = await a_desk(storage, clock, "smtp://127.0.0.1:9", plan=plan)
    issue = await desk.opens()
    async with storage.work(DEFAULT_TENANT) as work:
        ticket = await automatic.ticket(work, issue, plan, TicketTelling(clock, desk.board.workspaces))
    async with desk.working():
        draft = await desk.draft(Audience.CUSTOMER)
        engineering = await desk.draft()
        await desk.approve(draft)
        await desk.passes(timedelta(seconds=8))
    cards = [(one.place, one.under) for one in desk.teams.posts.values() if draft.id in one.key]
    there = {receipt: one.place for receipt, one in desk.teams.posts.items() if one.key.startswith(f"ticket:{ticket}#")}
    assert [*there.values()] == [support]
    assert (support, Receipt(next(iter(there)))) in cards
    assert len(cards) == 2
    assert support not in [one.place for one in desk.teams.posts.values() if engineering.id in one.key]


async def test_drafted_by_itself_once_however_many_replicas_look(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, "smtp://127.0.0.1:9")
    desk.replicas = (storage, storage)
    issue = await desk.opens()
    async with desk.working():
        for _ in range(2):
            async with storage.work(DEFAULT_TENANT) as work:
                await sending.wanted(work, issue.id, clock.now())
            await desk.passes(timedelta(seconds=4))
        drafts = await desk.mails.latest(DEFAULT_TENANT, 10)
        assert sorted(one.audience for one in drafts) == ["customer", "engineering"]
        await desk.mails.discard(await desk.actor(), drafts[0].id)
        async with storage.work(DEFAULT_TENANT) as work:
            await sending.wanted(work, issue.id, clock.now())
        await desk.passes(timedelta(seconds=4))
    assert len(await desk.mails.latest(DEFAULT_TENANT, 10)) == 2, "what was discarded is not drafted again by itself"
    assert {one.drafted.name for one in drafts} == {"Nightdesk"}
    assert (await desk.draft(drafts[0].audience)).id not in {one.id for one in drafts}, "but by who asks for it"


async def test_what_an_alert_says_is_text(storage: SqlStorage, clock: LeapingClock) -> None:
    async with serving() as box:
        desk = await a_desk(storage, clock, box.url)
        await desk.opens(title=HOSTILE, description=HOSTILE, measured=HOSTILE, runbook="javascript:alert(1)")
        async with desk.working():
            draft = await desk.draft()
            await desk.approve(draft)
            await desk.passes(MINUTE)
    assert len(box.letters) == 2
    for letter in box.letters:
        assert letter["Bcc"] is None
        assert str(letter["Subject"]).startswith("Critical: x")
        html = letter.get_body(("html",))
        assert html
        assert "<script" not in html.get_content()
        assert "<a " not in html.get_content()


async def test_what_is_not_there(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, "")
    with pytest.raises(Missing, match="no issue ISS-9"):
        await desk.draft(issue="ISS-9")
    with pytest.raises(Missing, match="no draft ALR-9"):
        await desk.mails.discard(await desk.actor(), MailId("ALR-9"))


async def test_the_same_letter_acts_once(storage: SqlStorage, clock: LeapingClock) -> None:
    desk = await a_desk(storage, clock, "smtp://127.0.0.1:9", plan=PLAN)
    await desk.opens()
    draft = await desk.draft()
    await desk.approve(draft)
    undo = await desk.actor(cause="letter-7")
    assert (await desk.mails.undo(undo, draft.id)).changed
    await desk.approve(draft, BEN)
    assert not (await desk.mails.undo(undo, draft.id)).changed, "it was processed before a crash, and comes again"
    assert (await desk.kept(draft)).state is MailState.APPROVED
