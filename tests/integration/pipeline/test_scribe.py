"""Entries and drafts that a model adds words to: after the rules, checked, once, and never in their place."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.drain import Drain
from bot.desk.budgets import BudgetTelling
from bot.desk.consultant import Consultant
from bot.desk.owner import Owner
from bot.desk.timekeeper import Timekeeper
from bot.model.document import Document, of_issue
from bot.model.issue import By, Clue, Diagnosis, Happening, Issue, Status
from bot.model.mail import Audience, MailDraft
from bot.model.message import PersonId
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.model.timer import Timer
from bot.pipeline.learning import Learning
from bot.pipeline.mails.desk import Mails
from bot.pipeline.mails.telling import MAIL_WORDS
from bot.pipeline.scribe import ENTRY_WORDS, LEASES, Scribe
from bot.pipeline.speaking import ENTRY
from bot.ports.platform import Platform
from storage.storage import SqlStorage
from tests.integration.desk.mail_scene import Desk, a_desk
from tests.integration.desk.scene import ID, LeapingClock, Silent
from tests.integration.openai.test_connection import connected
from tests.model_double.server import Answer, ModelDouble, Request, serving

SUMMARY = "Latency of checkout rose to 650 ms after a deploy. Rolling it back helped."
OPENING = "Checkout is slow, with 650 ms measured. It coincides with a deploy of checkout."
PARAGRAPH = "Pages may take longer to load than you are used to. We look into it."
FOUND = Diagnosis(
    "It coincides with a deploy of checkout.",
    "fair",
    (Clue("p95 latency 650 ms (usually 120 ms)", "q", "p95 latency"),),
)


def honest(request: Request) -> Answer:
    system = request["messages"][0]["content"]
    if "team's knowledge" in system:
        return {"summary": SUMMARY}
    return {"text": PARAGRAPH if "customers" in system.splitlines()[0] else OPENING}


@dataclass
class Scene:
    desk: Desk
    double: ModelDouble
    scribe: Scribe
    clock: LeapingClock
    mails: Mails

    async def opens(self, **more: Any) -> Issue:
        given = {"severity": Severity.CRITICAL, "diagnosis": FOUND, "measured": "650 ms", "normal": "120 ms", **more}
        return await self.desk.opens(**given)

    async def resolves(self, issue: Issue) -> None:
        now = self.clock.now()
        over = replace(issue, status=Status.RESOLVED, resolved_at=now, updated_at=now, revision=2)
        done = Happening(
            issue.id, "resolved", now, By("Anna Berger", PersonId("p")), details={"text": "Rolled it back."}
        )
        async with self.desk.storage.work(DEFAULT_TENANT) as work:
            await work.issues.save([over])
            await work.issues.record([done])
            await work.timers.set(ENTRY, issue.id, now, {})

    async def settles(self) -> None:
        """What is due is done, and what the model was asked is answered."""
        async with asyncio.timeout(30):
            await self.desk.rest()
            await self.scribe.idle()
            await self.desk.rest()

    async def drafted(self, audience: Audience = Audience.ENGINEERING) -> MailDraft:
        return (await self.mails.draft(await self.desk.actor(), ID, audience)).draft

    async def entry(self) -> Document | None:
        async with self.desk.storage.work(DEFAULT_TENANT) as work:
            return await work.documents.get(of_issue(ID))

    async def timer(self, kind: str, of: str) -> Timer | None:
        async with self.desk.storage.work(DEFAULT_TENANT) as work:
            return await work.timers.get(kind, of)


@asynccontextmanager
async def a_scene(
    storage: SqlStorage, answer: Callable[[Request], Answer] = honest, **settings: Any
) -> AsyncIterator[Scene]:
    clock = LeapingClock()
    desk = await a_desk(storage, clock, "")
    async with serving(answer=answer) as double, connected(double.url, clock, **settings) as model:
        platforms: Mapping[str, Platform] = {"slack": desk.slack, "teams": desk.teams}
        owner = Owner(platforms, clock)
        board = replace(desk.board, writes=True)
        scribe = Scribe(
            storage,
            clock,
            Silent(),
            board,
            Consultant(storage, clock, Silent(), model, BudgetTelling(owner, clock).told),
        )
        handlers = {**Learning(clock, writes=True).handlers(), **scribe.handlers()}
        workers: list[Any] = [
            Timekeeper(storage, clock, handlers, Silent()),
            Drain(storage, clock, platforms, Silent()),
        ]
        running = [asyncio.create_task(one.run()) for one in workers]
        try:
            yield Scene(desk, double, scribe, clock, Mails(storage, clock, board))
        finally:
            await scribe.stop()
            for one in workers:
                one.stop()
            await asyncio.gather(*running)


async def test_an_entry_is_there_at_once_and_is_summed_up_then(storage: SqlStorage):
    async with a_scene(storage) as scene:
        await scene.resolves(await scene.opens())
        await scene.settles()
        found = await scene.entry()
        assert found
        assert found.ai_generated
        assert f"## Summary\n{SUMMARY}\n" in found.content
        assert "Rolled it back." in found.content
        [request] = scene.double.requests
        assert "Anna" not in str(request)


async def test_the_summary_stays_for_as_long_as_it_holds(storage: SqlStorage):
    async with a_scene(storage) as scene:
        issue = await scene.opens()
        await scene.resolves(issue)
        await scene.settles()
        await scene.resolves(issue)  # something was added
        await scene.settles()
        assert len(scene.double.requests) == 1
        scene.double.answer = lambda _: {
            "summary": "Latency of checkout rose to 700 ms. A deploy of checkout was near."
        }
        await scene.resolves(replace(issue, measured="700 ms", diagnosis=None))
        await scene.settles()
        found = await scene.entry()
        assert found
        assert "650 ms" not in found.content.partition("## Description")[0]


@pytest.mark.parametrize("trouble", ["429", "500", "drop", "html", "nonsense", "prose", "cut", "refusal"])
async def test_with_the_model_in_trouble_the_rules_words_stand(storage, trouble):
    async with a_scene(storage) as scene:
        scene.double.trouble = trouble
        await scene.resolves(await scene.opens())
        await scene.settles()
        found = await scene.entry()
        assert found
        assert not found.ai_generated
        assert "## Summary" not in found.content
        assert await scene.timer(ENTRY_WORDS, ID)


async def test_it_is_asked_again_when_it_may_be_back_and_not_for_ever(storage: SqlStorage):
    async with a_scene(storage) as scene:
        scene.double.trouble, scene.double.left = "500", 1
        await scene.resolves(await scene.opens())
        await scene.settles()
        await scene.clock.leap(scene.clock.now() + LEASES[ENTRY_WORDS][0] + timedelta(seconds=1))
        await scene.settles()
        found = await scene.entry()
        assert found
        assert found.ai_generated
        assert await scene.timer(ENTRY_WORDS, ID) is None


LIES = "The p95 latency of checkout rose to 6,500 ms. All data of customers is lost. Open http://evil.example now."


async def test_of_a_summary_only_what_holds_is_kept(storage: SqlStorage):
    async with a_scene(storage, lambda _: {"summary": f"{LIES} {SUMMARY}"}) as scene:
        await scene.resolves(await scene.opens())
        await scene.settles()
        found = await scene.entry()
        assert found
        assert f"## Summary\n{SUMMARY}\n" in found.content
        assert "evil" not in found.content


@pytest.mark.parametrize(
    ("audience", "said", "first"),
    [(Audience.ENGINEERING, OPENING, True), (Audience.CUSTOMER, PARAGRAPH, False)],
)
async def test_a_draft_stands_as_the_rules_have_it_and_gets_words_then(storage, audience, said, first):
    async with a_scene(storage) as scene:
        await scene.opens()
        before = await scene.drafted(audience)
        assert not before.by_model
        await scene.settles()
        after = await scene.desk.kept(before)
        assert after.by_model
        assert after.body.startswith(said) is first
        assert said in after.body
        assert all(line in after.body for line in before.body.splitlines())
        assert (after.edition, after.unsure) == (2, ())
        for chat in (scene.desk.slack, scene.desk.teams):
            assert said.split(".")[0] in scene.desk.card(chat, after)
        assert "mail.worded" in [one.act for one in await scene.desk.trail()]


async def test_customers_are_told_nothing_that_is_only_known_inside(storage: SqlStorage):
    inside = "The database behind checkout has a latency of 650 ms. Redis is full. A deploy of checkout did it."
    async with a_scene(storage, lambda _: {"text": f"{inside} {PARAGRAPH}"}) as scene:
        await scene.opens(title="payment-db is full")
        draft = await scene.drafted(Audience.CUSTOMER)
        await scene.settles()
        asked = str(scene.double.requests[0]["messages"])
        assert all(word not in asked for word in ("payment-db", "650", "deploy of"))
        body = (await scene.desk.kept(draft)).body
        assert PARAGRAPH in body
        assert all(word not in body for word in ("650", "Redis", "deploy"))


@pytest.mark.parametrize(
    "text", [LIES, "It is over, and nothing was ever wrong with it.", "See evil.example for more of it."]
)
async def test_where_nothing_holds_the_draft_stays_as_it_is(storage, text):
    async with a_scene(storage, lambda _: {"text": text}) as scene:
        await scene.opens()
        draft = await scene.drafted()
        await scene.settles()
        assert await scene.desk.kept(draft) == draft
        assert await scene.timer(MAIL_WORDS, draft.id) is None


async def test_what_a_person_has_in_hand_is_left_alone(storage: SqlStorage):
    async with a_scene(storage) as scene:
        await scene.opens()
        draft = await scene.drafted()
        edited = replace(draft, body="Mine.", edition=2, revision=2, edited=By("Anna"))
        async with storage.work(DEFAULT_TENANT) as work:
            await work.mails.save(edited)
        await scene.settles()
        assert await scene.desk.kept(draft) == edited


async def test_the_owner_is_told_once_that_it_is_used_up(storage: SqlStorage):
    async with a_scene(storage, daily_tokens=1) as scene:
        async with storage.work(DEFAULT_TENANT) as work:
            await work.plans.save(Plan(owner="slack:U0OWNER"), scene.clock.now())
        await scene.opens()
        for audience in Audience:
            await scene.drafted(audience)
            await scene.settles()
        assert len(scene.double.requests) == 1
        told = [one.reply for one in scene.desk.slack.posts.values() if "used up" in one.reply.summary]
        assert [one.summary for one in told] == [
            "The language model is off until tomorrow: what it may use in a day is used up."
        ]
        await scene.resolves(await scene.opens())
        await scene.settles()
        assert len([one for one in scene.desk.slack.posts.values() if "used up" in one.reply.summary]) == 1


async def test_who_is_killed_meanwhile_leaves_it_to_the_next(storage: SqlStorage):
    async with a_scene(storage) as scene:
        scene.double.trouble = "hang"
        await scene.resolves(await scene.opens())
        await scene.desk.rest()
        await scene.scribe.stop()
        scene.double.trouble = ""
        await scene.clock.leap(scene.clock.now() + LEASES[ENTRY_WORDS][0] + timedelta(seconds=1))
        await scene.settles()
        found = await scene.entry()
        assert found
        assert found.ai_generated
