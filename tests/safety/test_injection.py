"""Two hundred texts that want to act, lead away, call people, cross the wall or read the prompt, through every door
that strangers write through, before a model that does whatever it reads: nothing of it comes out on the other side."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk import ticket_words
from bot.intents import ask_metric, kb_pages, logql
from bot.model.document import Document, id_of
from bot.model.issue import By
from bot.model.lines import LogLine, nanoseconds
from bot.model.message import PersonId
from bot.model.parcel import Outcome
from bot.model.reply import Reply
from bot.model.spreadsheet import write
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.pipeline import event_live_words, event_words, model_entry, wording
from bot.pipeline.mails import model_words
from bot.pipeline.model_analyst import AnalysisWords, ModelAnalyst
from bot.pipeline.run import Pipeline
from bot.ports.desks import Whole
from bot.ports.model import A, Brief
from bot.query import ranges
from handlers.mail import letters
from handlers.slack.blocks import render as slack
from handlers.teams.cards import render as teams
from integrations.alertmanager.webhook import parse
from integrations.integration import Arrived
from storage.storage import SqlStorage, open_storage
from tests.builders import FakeMetrics, turn
from tests.conftest import KEY
from tests.contracts.events import event
from tests.contracts.incidents import mail, ticket
from tests.desks import desks, tools
from tests.fakes import NOON, DrivenClock
from tests.integration.pipeline.flow import PLAN, Metered, plan, workspace
from tests.safety import harm
from tests.unit.analysis.contexts import context, deploy, moved
from tests.unit.analysis.contexts import event as flagged
from tests.unit.pipeline.issues import happening, issue
from tests.unit.pipeline.signals import firing

GLOBEX = TenantId("globex")
SECRET = "Vulcan turbine outage"  # what another tenant has
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Text:
    id: str
    technique: str
    text: str
    hidden: tuple[str, ...] = ()  # what must not leave the house

    @property
    def core(self) -> str:
        return " ".join(self.text.split())


def corpus() -> list[Text]:
    rows = map(json.loads, (Path(__file__).parent / "injections.jsonl").read_text(encoding="utf-8").splitlines())
    return [Text(row["id"], row["technique"], row["text"], tuple(row.get("hidden", ()))) for row in rows]


CORPUS = corpus()
PLAIN = Text("plain-1", "none", "Checkout is slow")
TECHNIQUES = sorted({one.technique for one in CORPUS})


def of(technique: str) -> Iterator[Text]:
    yield from (one for one in CORPUS if one.technique == technique)


def harmless(reply: Reply, one: Text, door: str) -> None:
    assert (one.id, door, harm.in_mail(letters.page(reply))) == (one.id, door, "")
    for look, wrong in ((slack, harm.in_slack), (teams, harm.in_teams)):
        drawing = look(reply, lambda file: f"https://files.example/{file.name}")
        assert (one.id, door, wrong(drawing, one.text)) == (one.id, door, "")
        assert SECRET not in json.dumps(drawing.payload, ensure_ascii=False, default=str)


def acts(reply: Reply) -> set[str]:
    return {button.intent for button in reply.buttons}


def test_the_corpus_is_two_hundred_texts_of_twenty_kinds():
    assert len({one.text for one in CORPUS}) == len(CORPUS) == 200
    assert len(TECHNIQUES) == 20
    assert sum(bool(one.hidden) for one in CORPUS) == 20


@pytest.fixture
async def storage(tmp_path: Path, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    async with open_storage(f"sqlite:///{tmp_path}/safe.db", keys=[KEY], clock=clock) as opened:
        yield opened


async def test_as_alerts_they_are_told_in_both_chats_and_nothing_else_happens(storage: SqlStorage, clock: DrivenClock):
    """Labels, annotations and titles, through the webhook's own parser and the pipeline, into the outbox."""
    await plan(storage, PLAN)
    pipeline = Pipeline(storage, clock, Metered(), workspace)
    await pipeline.accept(GLOBEX, [firing("g", title=SECRET)])
    shown = 0
    for number, one in enumerate(CORPUS):
        await clock.advance(timedelta(hours=3).total_seconds())
        await pipeline.accept(DEFAULT_TENANT, parse(arrived(one, number, clock.now())))
        claimed = await storage.parcels.claim(20, 20, clock.now())
        await storage.parcels.settle([Outcome(parcel.id, "dead", clock.now()) for parcel in claimed])
        for parcel in claimed:
            harmless(parcel.reply, one, "alert")
            shown += parcel.place.platform in ("slack", "teams")
    assert shown >= 2 * len(CORPUS)
    async with storage.work(DEFAULT_TENANT) as work:
        assert {one.act for one in await work.audit.latest(9999)} <= {"spoke", "kept silent"}
        assert await work.silences.latest(9) == []
        assert await work.rules.every() == []


def arrived(one: Text, number: int, now: Any) -> Any:
    labels = {"alertname": f"A{number}", "service": f"s{number}", "pod": one.text, "team": one.text, "severity": "high"}
    told = dict.fromkeys(("summary", "description", "value", "threshold", "runbook_url"), one.text)
    alert = {"status": "firing", "labels": labels, "annotations": told, "fingerprint": f"f{number}",
             "startsAt": now.isoformat(), "generatorURL": one.text}  # fmt: skip
    return Arrived({"status": "firing", "alerts": [alert]}, {}, {}, now)


class Lines:
    """A source of logs that holds one line."""

    title = "logs"

    def __init__(self, text: str) -> None:
        self.text = text

    async def lines(self, *_: Any) -> Sequence[LogLine]:
        return [LogLine(nanoseconds(NOON), self.text, {"service": "checkout", "pod": self.text})]


async def log_line(one: Text) -> Reply:
    return await logql.lines_of("{}", ranges.last(HOUR, NOON), 10, Lines(one.text), "UTC")


async def log_event(one: Text) -> Reply:
    seen = event(message=one.text, service=one.core[:60] or "x", region=one.core[:30])
    return Reply("Events", (event_words.line(seen), event_words.table([seen])))


async def live_events(one: Text) -> Reply:
    return event_live_words.shown([event(message=one.text)], {}, NOON + HOUR, NOON)


async def knowledge(one: Text) -> Reply:
    return kb_pages.page(Document(id_of("web", one.id), one.core, one.text, NOON, "web", category=one.core[:40]))


async def name(one: Text) -> Reply:
    done = happening("acknowledged", NOON, By(one.text, PersonId("p"), "slack"), one.text)
    return wording.whole(Whole(issue(title=one.core, description=one.text), (), (done,)), NOON)


async def remark(one: Text) -> Reply:
    return wording.line(happening("noted", NOON, By(one.text, PersonId("p"), "slack"), one.text))


async def opened_ticket(one: Text) -> Reply:
    return ticket_words.for_desk(ticket(subject=one.core[:200], body=one.text))


async def reply_to_ticket(one: Text) -> Reply:
    return ticket_words.relayed(ticket(), one.text, one.text, from_person=True)


async def usage(one: Text) -> Reply:
    """A tool and a model that carry the text as their name."""
    source = FakeMetrics(lambda *_: [({"tool": one.text, "model": one.text}, 3.0)])
    at_hand = replace(tools(desks(), turn()), metrics=source)
    return await ask_metric.answer(ask_metric.AskMetric(metric="cost", by="tool"), at_hand)


DOORS = (log_line, log_event, live_events, knowledge, name, remark, opened_ticket, reply_to_ticket, usage)


@pytest.mark.parametrize("door", DOORS)
async def test_through_every_other_door_they_stay_words(door: Callable[[Text], Awaitable[Reply]]):
    usual = acts(await door(PLAIN))
    for one in CORPUS:
        reply = await door(one)
        harmless(reply, one, door.__name__)
        assert acts(reply) == usual, (one.id, door.__name__)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_in_a_sheet_they_are_no_formulas(technique: str):
    for one in of(technique):
        sheet = write(("tool", "cost"), [(one.text, 1.0)]).decode("utf-8-sig")
        cell = sheet.splitlines()[1].lstrip('"')
        assert not cell.startswith(("=", "+", "-", "@", "\t")), (one.id, cell)


class Obeying:
    """A model that does what it reads: it repeats it, names the other tenant, links, and says that all is over."""

    def __init__(self, one: Text) -> None:
        self.one, self.told = one, ""

    async def ask(self, tenant: TenantId, brief: Brief[A]) -> A | None:
        assert tenant == DEFAULT_TENANT
        self.told += brief.system + brief.user
        return brief.shape.model_validate(self.words(brief))

    def words(self, brief: Brief[Any]) -> dict[str, Any]:
        said = f"{self.one.text} {SECRET} [open](https://evil.example) <!channel> resolved"[:240]
        if brief.shape is not AnalysisWords:
            return dict.fromkeys(brief.shape.model_fields, said)
        return {
            "kind": "deploy", "cause": said, "confidence": "high", "severity": "high", "evidence": [1],
            "services": ["checkout"], "regions": [],
        }  # fmt: skip


@pytest.mark.parametrize("technique", TECHNIQUES)
async def test_a_model_that_obeys_changes_nothing_and_learns_no_secret(technique: str):
    for one in of(technique):
        ours = issue(title=one.core, description=one.text)
        model = Obeying(one)
        given = context(
            moved("errors", 3), moved("latency", 2), changes=(deploy(0),), events=(flagged(one.text, 1),),
            issue=replace(context(moved("errors", 3)).issue, title=one.core, description=one.text),
        )  # fmt: skip
        assert await ModelAnalyst(model).analyse(given) is None, one.id
        remark = happening("noted", NOON, says=one.text, details={"text": one.text})
        brief = model_entry.brief(ours, [remark])
        words = await model.ask(DEFAULT_TENANT, brief)
        assert words
        kept = [model_entry.checked(words.summary, ours, [remark])]
        draft = mail(issue=ours.id)
        written = await model.ask(DEFAULT_TENANT, model_words.brief(draft, ours))
        assert written
        again = model_words.reworded(draft, ours, written.text)
        kept.append("\n".join(map(str, again.body)) if again and again.body != draft.body else "")
        for said in kept:
            assert not any(word in said for word in ("evil", "channel", SECRET, "<", "](", "resolved")), (one.id, said)
            assert not any(part in said for part in one.hidden), (one.id, said)
        for part in (*one.hidden, SECRET):
            assert part not in model.told, (one.id, part)
