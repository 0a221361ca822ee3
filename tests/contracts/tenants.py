"""What tenant A keeps, and everything that tenant B may try with what it knows of A by accident."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.model.budget import Limit, Pot, Reserve, Scope
from bot.model.charge import By
from bot.model.issue import IssueId
from bot.model.log_event import Standing as ServiceStanding
from bot.model.message import Account, Message, Person, PersonId, Place
from bot.model.parcel import Draft, LetterId, Outcome, ParcelId, Receipt, Subject
from bot.model.plan import Plan
from bot.model.reply import File, Reply
from bot.model.rule import Rule, RuleId, RuleKind, RuleState
from bot.model.source import Health
from bot.model.tenant import TenantId
from bot.model.timer import TimerId
from bot.model.usage import Outcome as Became
from bot.model.usage import Spent, Usage
from bot.model.watch import Mark, Standing
from bot.ports.calls import Exchange
from bot.ports.events import WantedEvents
from bot.ports.incidents import Wanted
from bot.ports.knowledge import Candidate, Pool, Sought
from bot.ports.model import Line
from bot.ports.storage import ConversationId, Entry, Key, Said, Trail, UnitOfWork
from storage.storage import SqlStorage
from tests.contracts.charges import charge
from tests.contracts.documents import document
from tests.contracts.events import event
from tests.contracts.incidents import alert, analysis, cover, happening, issue, mail, silence, storm, ticket
from tests.contracts.sources import profile, source, watch
from tests.fakes import NOON

A, B = TenantId("a"), TenantId("b")
HERE = Place("slack", "T1", "C1", "1.1")
ADA = Account("slack", "T1", "U1", "Ada", "ada@example.com")
ABOUT = Subject("incident:1")
DAY = timedelta(days=1)
ISSUE = IssueId("ISS-1-checkout")
POT = Pot(Scope.DAY, NOON, NOON + DAY)


@dataclass(frozen=True)
class Known:
    """What B could know of A by accident: ids from a log, a link, a forwarded message."""

    person: Person
    conversation: ConversationId
    letter: LetterId
    parcel: ParcelId  # a dead one
    timer: TimerId


async def as_a(storage: SqlStorage) -> Known:
    await storage.letters.accept(A, Message("k1", HERE, ADA, NOON, "A's question"), NOON)
    [letter] = await storage.letters.claim(1, NOON)
    async with storage.work(A) as work:
        person = await work.people.of(ADA)
        await work.places.remember(HERE, {"secret of": "A"}, NOON)
        conversation = await work.conversations.at(HERE, person.id, NOON)
        said = Said("user", "A's question", NOON, person.id, about="answer:1")
        await work.conversations.add(conversation.id, said)
        await work.parcels.put(HERE, ABOUT, 1, Reply("A's reply"), NOON)
        await work.parcels.save_receipt(HERE, ABOUT, Receipt("m1"))
        await work.feedback.keep(person.id, "answer:1", positive=True, comment="A's", at=NOON)
        await work.audit.add(Entry("ask", "A's", NOON))
        await work.downloads.save("k", File("a.txt", "text/plain", b"A's"), NOON + DAY)
        await incidents_of_a(work)
        timer = await work.timers.get("quiet", ISSUE)
        assert timer is not None
    await storage.keys.add(Key("key-1", A, "api", "A's", NOON), "digest-of-a")
    [lost] = await storage.parcels.claim(9, 9, NOON)
    await storage.parcels.settle([Outcome(lost.id, "dead", NOON, error="gone")])
    return Known(person, conversation.id, letter.id, lost.id, timer.id)


async def incidents_of_a(work: UnitOfWork) -> None:
    await work.issues.save([issue(description="A's", services=("checkout",))])
    await work.issues.keep_apart("A's", "key", NOON)
    await work.issues.save_alerts([alert(title="A's")])
    await work.issues.record([happening(says="A's", cause="c")])
    await work.plans.save(Plan(owner="A's"), NOON)
    await work.silences.save(silence(comment="A's"))
    await work.timers.set("quiet", ISSUE, NOON, {"of": "A's"})
    await work.covers.add(cover(instead_of="A's"))
    await work.tickets.number(2026)
    await work.tickets.save(ticket(body="A's", place=HERE, issue=ISSUE))
    await work.mails.add(mail(body="A's", issue=ISSUE))
    await work.analyses.add(analysis(cause="A's"))
    await work.codes.save("digest", replace(ADA, name="A's"), NOON + DAY)
    await work.storms.save(storm(place=HERE, by_label={"of": {"A's": 1}}))
    await work.sources.save(source(url="http://A's"), {"token": "secret of A"})
    await work.profiles.save(profile(description="A's"))
    await work.events.add([event(message="A's")])
    await work.events.save_standings({"checkout": ServiceStanding(open=("A's",))})
    await work.events.save_note("thresholds", {"of": "A's"})
    await work.documents.save([document(content="A's page on disks", place="A", metrics=("up_total",))])
    await work.watches.save(watch(name="A's"))
    await work.watches.mark([Mark(watch().id, "A's", NOON, open=True)])
    await work.usages.add(replace(usage("A's"), about="answer:1"))
    await work.prompts.keep("call", Exchange((Line("user", "A's"),), "A's"), NOON)
    await work.budgets.open(POT, Spent(1, 1, Decimal(1)), NOON)
    await work.budgets.reserve("call", [POT], Reserve(1, Decimal(1)), NOON + DAY)
    await work.rules.save(rule(why="A's"))


def rule(**changes: Any) -> Rule:
    made = Rule(
        RuleId("R1"), RuleKind.ALIAS, "shop", "checkout", PersonId("p1"), "Ada", NOON, NOON + DAY, RuleState.ACTIVE
    )
    return replace(made, **changes)


def usage(about: str) -> Usage:
    return Usage(
        NOON, "analysis", "analysis/1", "gpt-4o-mini", Became.OK, timedelta(seconds=1), about=about, endpoint=about
    )


Step = Callable[[UnitOfWork, Known], Awaitable[Any]]


async def nobody(work: UnitOfWork, known: Known) -> None:
    person = await work.people.of(ADA)
    assert (person.tenant, person.id != known.person.id) == (B, True)


async def own_conversation(work: UnitOfWork, known: Known) -> None:
    found = await work.conversations.at(HERE, known.person.id, NOON)
    assert found.id != known.conversation


async def adding_is_refused(work: UnitOfWork, known: Known) -> None:
    with pytest.raises(LookupError):
        await work.conversations.add(known.conversation, Said("user", "B was here", NOON))


async def linking_is_refused(work: UnitOfWork, known: Known) -> None:
    with pytest.raises(LookupError):
        await work.people.link(ADA, known.person.id)


async def at_most_its_own(work: UnitOfWork, _: Known) -> None:
    own = await work.issues.alerts(ISSUE, firing=True, limit=9)
    assert await work.issues.firing([ISSUE]) == {ISSUE: len(own)}


async def found(pool: Awaitable[Pool]) -> Sequence[Candidate]:
    told = await pool
    assert told.total == len(told.candidates) == told.having["disk"] <= told.size
    return told.candidates


async def saving_is_lost(work: UnitOfWork, known: Known) -> None:
    mine = await work.conversations.at(HERE, known.person.id, NOON)
    await work.conversations.save(replace(mine, id=known.conversation, title="B was here"))


async def rated_only_its_own(work: UnitOfWork, _: Known) -> None:
    told = await work.feedback.rated(NOON - DAY, sessions=False)
    assert "A's" not in told.comments


STEPS: dict[str, Step] = {
    "people.of": nobody,
    "people.get": lambda work, known: work.people.get(known.person.id),
    "people.save": lambda work, known: work.people.save(replace(known.person, name="B was here")),
    "places.remember": lambda work, _: work.places.remember(HERE, {"mine": "B"}, NOON),
    "places.details": lambda work, _: work.places.details(HERE),
    "places.forget": lambda work, _: work.places.forget(HERE),
    "conversations.at": own_conversation,
    "conversations.place": lambda work, known: work.conversations.place(known.conversation),
    "conversations.find": lambda work, _: work.conversations.find(HERE),
    "conversations.add": adding_is_refused,
    "conversations.history": lambda work, known: work.conversations.history(known.conversation, 9),
    "conversations.remember": lambda work, known: work.conversations.remember(known.conversation, {"b": 1}),
    "conversations.get": lambda work, known: work.conversations.get(known.conversation),
    "conversations.of": lambda work, known: work.conversations.of(known.person.id, 9),
    "conversations.about": lambda work, _: work.conversations.about("answer:1"),
    "conversations.save": saving_is_lost,
    "conversations.erase": lambda work, known: work.conversations.erase(known.conversation),
    "conversations.leave": lambda work, known: work.conversations.leave(known.conversation),
    "conversations.idle": lambda work, _: work.conversations.idle(NOON + DAY, NOON + DAY),
    "letters.find": lambda work, _: work.letters.find("k1"),
    "feedback.rated": rated_only_its_own,
    "letters.put": lambda work, _: work.letters.put(Message("k1", HERE, ADA, NOON, "B's question"), NOON),
    "letters.done": lambda work, known: work.letters.done(known.letter, NOON),
    "letters.behind": lambda work, _: work.letters.behind(LetterId("another"), HERE),
    "parcels.put": lambda work, _: work.parcels.put(HERE, ABOUT, 2, Reply("B's reply"), NOON),
    "parcels.receipt": lambda work, _: work.parcels.receipt(HERE, ABOUT),
    "parcels.save_receipt": lambda work, _: work.parcels.save_receipt(HERE, ABOUT, Receipt("m2")),
    "parcels.subject": lambda work, _: work.parcels.subject(HERE, "m1"),
    "parcels.state": lambda work, _: work.parcels.state(HERE, ABOUT),
    "feedback.keep": lambda work, known: work.feedback.keep(
        known.person.id, "answer:1", positive=False, comment="B was here", at=NOON
    ),
    "audit.add": lambda work, _: work.audit.add(Entry("ask", "B was here", NOON)),
    "audit.latest": lambda work, _: work.audit.latest(99),
    "downloads.save": lambda work, _: work.downloads.save("k", File("b", "b", b"B's"), NOON + DAY),
    "downloads.add": lambda work, _: work.downloads.add("k", File("b", "b", b"B's"), NOON + DAY, NOON),
    "downloads.get": lambda work, _: work.downloads.get("k", NOON),
    "people.by_email": lambda work, _: work.people.by_email(ADA.email),
    "people.accounts": lambda work, known: work.people.accounts(known.person.id),
    "people.link": linking_is_refused,
    "people.every": lambda work, _: work.people.every(9),
    "parcels.put_all": lambda work, _: work.parcels.put_all([Draft(HERE, ABOUT, 3, Reply("B's reply"))], NOON),
    "parcels.dead": lambda work, _: work.parcels.dead(9),
    "parcels.said": lambda work, _: work.parcels.said(HERE, ABOUT),
    "parcels.behind": lambda work, _: work.parcels.behind("m1"),
    "parcels.resend": lambda work, known: work.parcels.resend(known.parcel, NOON),
    "audit.add_all": lambda work, _: work.audit.add_all([Entry("ask", "B was here", NOON)]),
    "audit.find": lambda work, _: work.audit.find(Trail()),
    "issues.current": lambda work, _: work.issues.current([ISSUE], NOON),
    "issues.turn": lambda work, _: work.issues.turn(["checkout"]),
    "issues.near": lambda work, _: work.issues.near(["checkout"], "alertmanager", NOON - DAY, 9),
    "issues.apart": lambda work, _: work.issues.apart(["key"]),
    "issues.keep_apart": lambda work, _: work.issues.keep_apart("B's", "key", NOON),
    "issues.get": lambda work, _: work.issues.get(ISSUE),
    "issues.look": lambda work, _: work.issues.look(ISSUE),
    "issues.taken": lambda work, _: work.issues.taken([ISSUE]),
    "issues.find": lambda work, _: work.issues.find(Wanted()),
    "issues.count": lambda work, _: work.issues.count(Wanted()),
    "issues.save": lambda work, _: work.issues.save([issue(description="B's")]),
    "issues.known": lambda work, _: work.issues.known("alertmanager", ["f1"]),
    "issues.save_alerts": lambda work, _: work.issues.save_alerts([alert(title="B's")]),
    "issues.alerts": lambda work, _: work.issues.alerts(ISSUE, firing=False, limit=9),
    "issues.firing": at_most_its_own,
    "issues.seen_between": lambda work, _: work.issues.seen_between(NOON - DAY, NOON + DAY, 9),
    "issues.record": lambda work, _: work.issues.record([happening(says="B's", cause="c")]),
    "issues.happened": lambda work, _: work.issues.happened(ISSUE, "c"),
    "issues.history": lambda work, _: work.issues.history(ISSUE, 9),
    "issues.happenings": lambda work, _: work.issues.happenings(NOON - DAY, NOON + DAY, 9),
    "plans.get": lambda work, _: work.plans.get(),
    "plans.save": lambda work, _: work.plans.save(Plan(owner="B's"), NOON),
    "silences.save": lambda work, _: work.silences.save(silence(comment="B's")),
    "silences.get": lambda work, _: work.silences.get(silence().id),
    "silences.active": lambda work, _: work.silences.active(NOON),
    "silences.latest": lambda work, _: work.silences.latest(9),
    "timers.set": lambda work, _: work.timers.set("quiet", ISSUE, NOON, {"of": "B's"}),
    "timers.set_patient": lambda work, _: work.timers.set_patient("quiet", [ISSUE], NOON),
    "timers.stop": lambda work, _: work.timers.stop("quiet", ISSUE),
    "timers.get": lambda work, _: work.timers.get("quiet", ISSUE),
    "timers.of_kind": lambda work, _: work.timers.of_kind("quiet"),
    "timers.take": lambda work, known: work.timers.take(known.timer, NOON + DAY),
    "covers.add": lambda work, _: work.covers.add(cover(instead_of="B's")),
    "covers.remove": lambda work, _: work.covers.remove(cover().id),
    "covers.between": lambda work, _: work.covers.between("primary", NOON - DAY, NOON + DAY),
    "tickets.number": lambda work, _: work.tickets.number(2026),
    "tickets.save": lambda work, _: work.tickets.save(ticket(body="B's", place=HERE, issue=ISSUE)),
    "tickets.get": lambda work, _: work.tickets.get(ticket().id),
    "tickets.unresolved": lambda work, _: work.tickets.unresolved(),
    "tickets.at": lambda work, _: work.tickets.at(HERE),
    "tickets.of_issue": lambda work, _: work.tickets.of_issue(ISSUE),
    "mails.add": lambda work, _: work.mails.add(mail(body="B's", issue=ISSUE)),
    "mails.save": lambda work, _: work.mails.save(mail(body="B's", issue=ISSUE)),
    "mails.get": lambda work, _: work.mails.get(mail().id),
    "mails.of_issue": lambda work, _: work.mails.of_issue(ISSUE),
    "mails.latest": lambda work, _: work.mails.latest(9),
    "analyses.add": lambda work, _: work.analyses.add(analysis(cause="B's")),
    "analyses.of_issue": lambda work, _: work.analyses.of_issue(ISSUE),
    "codes.save": lambda work, _: work.codes.save("digest", replace(ADA, name="B's"), NOON + DAY),
    "codes.take": lambda work, _: work.codes.take("digest", NOON),
    "storms.current": lambda work, _: work.storms.current(HERE),
    "storms.running": lambda work, _: work.storms.running(),
    "storms.save": lambda work, _: work.storms.save(storm(place=HERE)),
    "sources.every": lambda work, _: work.sources.every(),
    "sources.get": lambda work, _: work.sources.get(source().id),
    "sources.save": lambda work, _: work.sources.save(source(is_default=True), {"token": "B's"}),
    "sources.secrets": lambda work, _: work.sources.secrets(source().id),
    "sources.note": lambda work, _: work.sources.note(source().id, Health(up=False, at=NOON, says="B was here")),
    "sources.remove": lambda work, _: work.sources.remove(source().id),
    "profiles.every": lambda work, _: work.profiles.every(),
    "profiles.get": lambda work, _: work.profiles.get(profile().id),
    "profiles.save": lambda work, _: work.profiles.save(profile(description="B's")),
    "profiles.remove": lambda work, _: work.profiles.remove(profile().id),
    "events.standings": lambda work, _: work.events.standings(),
    "events.save_standings": lambda work, _: work.events.save_standings({"checkout": ServiceStanding(open=("B's",))}),
    "events.look": lambda work, _: work.events.look(),
    "events.taken": lambda work, _: work.events.taken([event().id]),
    "events.add": lambda work, _: work.events.add([event(message="B's")]),
    "events.get": lambda work, _: work.events.get(event().id),
    "events.find": lambda work, _: work.events.find(WantedEvents()),
    "events.clear": lambda work, _: work.events.clear(),
    "events.note": lambda work, _: work.events.note("thresholds"),
    "events.save_note": lambda work, _: work.events.save_note("thresholds", {"of": "B's"}),
    "events.turn": lambda work, _: work.events.turn("thresholds"),
    "documents.save": lambda work, _: work.documents.save([document(content="B's")]),
    "documents.get": lambda work, _: work.documents.get(document().id),
    "documents.several": lambda work, _: work.documents.several([document().id]),
    "documents.search": lambda work, _: found(work.documents.search(Sought(["disk"]))),
    "documents.of_place": lambda work, _: work.documents.of_place("A"),
    "documents.naming": lambda work, _: work.documents.naming(),
    "documents.remove": lambda work, _: work.documents.remove([document().id]),
    "conversations.counted": lambda work, _: work.conversations.counted(NOON - DAY, NOON + DAY),
    "conversations.questions": lambda work, _: work.conversations.questions(9),
    "rules.every": lambda work, _: work.rules.every(),
    "rules.active": lambda work, _: work.rules.active(NOON),
    "rules.get": lambda work, _: work.rules.get(rule().id),
    "rules.add": lambda work, _: work.rules.add(rule(why="B was here")),
    "rules.save": lambda work, _: work.rules.save(rule(why="B was here")),
    "watches.every": lambda work, _: work.watches.every(),
    "watches.get": lambda work, _: work.watches.get(watch().id),
    "watches.save": lambda work, _: work.watches.save(watch(name="B's")),
    "watches.note": lambda work, _: work.watches.note(watch().id, Standing("empty", says="B was here")),
    "watches.marks": lambda work, _: work.watches.marks(watch().id),
    "watches.open": lambda work, _: work.watches.open(),
    "watches.mark": lambda work, _: work.watches.mark([Mark(watch().id, "B's", NOON, open=True)]),
    "watches.remove": lambda work, _: work.watches.remove(watch().id),
    "usages.add": lambda work, _: work.usages.add(usage("B's")),
    "usages.spent": lambda work, _: work.usages.spent("nightdesk", NOON - DAY, NOON + DAY),
    "prompts.keep": lambda work, _: work.prompts.keep("call", Exchange(came="B's"), NOON),
    "prompts.latest": lambda work, _: work.prompts.latest(9),
    "prompts.find": lambda work, _: work.prompts.find("%"),
    "prompts.read": lambda work, _: work.prompts.read("call"),
    "usages.latest": lambda work, _: work.usages.latest(9),
    "usages.dearest": lambda work, _: work.usages.dearest(NOON - DAY, NOON + DAY, 9),
    "usages.about": lambda work, _: work.usages.about("answer:1", NOON - DAY),
    "budgets.held_by_one": lambda work, _: work.budgets.held_by_one(),
    "budgets.levels": lambda work, _: work.budgets.levels([Limit(POT)], NOON),
    "budgets.open": lambda work, _: work.budgets.open(POT, Spent(9, 9, Decimal(9)), NOON),
    "budgets.reserve": lambda work, _: work.budgets.reserve("call", [POT], Reserve(9, Decimal(9)), NOON + DAY),
    "budgets.book": lambda work, _: work.budgets.book("call", [POT], Decimal(9), 9, NOON),
    "budgets.refused": lambda work, _: work.budgets.refused(POT, NOON),
    "charges.add": lambda work, _: work.charges.add([charge(tool="B's")]),
    "charges.revise": lambda work, _: work.charges.revise([charge(tool="B was here")]),
    "charges.sums": lambda work, _: work.charges.sums(NOON - DAY, NOON + DAY, [By.TOOL, By.ENDPOINT]),
    "charges.each": lambda work, _: work.charges.each(NOON - DAY, NOON + DAY, 9),
    "charges.known": lambda work, _: work.charges.known(),
}
# Alone, before B has anything of its own, each of these finds nothing.
NOTHING = {
    "conversations.get", "conversations.of", "conversations.about", "conversations.idle", "letters.find",
    "conversations.erase", "people.get", "places.details", "conversations.find", "conversations.history",
    "letters.done", "letters.behind",
    "parcels.receipt", "parcels.subject", "parcels.state", "audit.latest", "downloads.get",
    "people.by_email", "people.accounts",
    "people.every", "parcels.dead", "parcels.resend", "audit.find", "issues.current", "issues.get", "issues.look",
    "issues.near", "issues.apart",
    "issues.taken", "issues.find", "issues.count", "issues.known", "issues.alerts", "issues.seen_between",
    "issues.happened", "issues.history", "issues.happenings", "plans.get", "silences.get", "silences.active",
    "silences.latest", "timers.stop", "timers.get", "timers.of_kind", "timers.take", "covers.remove",
    "covers.between", "tickets.get", "tickets.unresolved", "tickets.at", "tickets.of_issue", "codes.take",
    "storms.current", "storms.running", "sources.every", "sources.get", "sources.secrets", "sources.note",
    "sources.remove", "profiles.every", "profiles.get", "profiles.remove", "parcels.said", "parcels.behind",
    "mails.get", "mails.of_issue", "mails.latest", "analyses.of_issue",
    "events.standings", "events.look", "events.taken", "events.get", "events.find", "events.clear", "events.note",
    "events.turn",
    "documents.get", "documents.several", "documents.search", "documents.of_place",
    "documents.naming", "documents.remove",
    "watches.every", "watches.get", "watches.marks", "watches.open", "watches.remove", "usages.latest",
    "usages.about", "usages.dearest",
    "conversations.place",
    "charges.sums", "charges.each", "charges.known",
    "rules.every", "rules.active", "rules.get", "conversations.questions",
    "prompts.latest", "prompts.find", "prompts.read",
}  # fmt: skip
