"""One message to one reply: guard, understanding, intent, grounding. A problem always becomes a reply."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from pydantic import ValidationError

from bot.conversation import golden
from bot.conversation.context import Contexts
from bot.conversation.explaining import Met, model_asked, understood
from bot.conversation.grounding import Trace, TracedLogs, TracedMetrics, with_its_data
from bot.conversation.guard import admit
from bot.conversation.ledger import TracedLedger
from bot.conversation.lore import Lore
from bot.conversation.pages import page_on
from bot.conversation.planner import Planner
from bot.conversation.relay import passed_on
from bot.conversation.understanding import (
    about_issue,
    is_plain,
    marked,
    not_understood,
    puzzled,
    surely_meant,
    understand,
    understand_further,
)
from bot.conversation.within import facts_of, said, within
from bot.desk.catalogs import Catalogs
from bot.desk.pace import Pace
from bot.desk.reader import Asker
from bot.desk.readers import Readable
from bot.intents.catalog import BY_NAME
from bot.intents.intent import ANEW, AnyIntent, Question, Reading
from bot.model.errors import Missing, Problem, Rejected, TooHeavy, TooOften, Unavailable
from bot.model.issue import IssueId
from bot.model.message import Message, Person, PersonId, Place, PlaceKind, Role
from bot.model.parcel import Subject
from bot.model.reply import Button, Query, Reply, Text
from bot.model.rule import Rule
from bot.model.source import SECRETS
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.model.understood import Understood
from bot.ports.desks import Desks
from bot.ports.press import Press
from bot.ports.services import Clock, Meters
from bot.ports.tools import AnswerBook, FeedbackBook, MetricsSource, Tools, Turn, unheard
from bot.query import corrected
from bot.query.words.outcome import Outcome, Planned

log = logging.getLogger(__name__)

HOME = "home"
NOBODY = Person(PersonId(""), DEFAULT_TENANT, "", Role.VIEWER)
NOWHERE = Place("", "", "")


@dataclass(frozen=True, slots=True)
class Answer:
    reply: Reply | None
    intent: AnyIntent | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    queries: tuple[Query, ...] = ()
    instead_of: tuple[Subject, int] | None = None  # the message that it changes, and the revision that it then is


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of an answer while it is worked on."""

    step: Callable[[str], Awaitable[None]] = unheard
    words: Callable[[str], Awaitable[None]] = unheard
    halt: Callable[[], Awaitable[None]] | None = None


class Engine:
    def __init__(
        self,
        *,
        clock: Clock,
        sources: Readable,
        catalogs: Catalogs | None = None,
        feedback: FeedbackBook,
        questions_a_minute: int,
        patience: timedelta,
        meters: Meters,
        desks: Desks,
        answers: AnswerBook | None = None,
        press: Press | None = None,
        planner: Planner | None = None,
    ) -> None:
        self._clock, self._sources, self._feedback, self._desks = clock, sources, feedback, desks
        self._answers, self._press, self._planner = answers, press, planner
        self._contexts = Contexts(sources, catalogs, desks.profiles)
        self._pace = Pace(questions_a_minute)
        self._patience = patience
        self._meters = meters
        self._lore = Lore(clock, sources, desks)

    async def answer(
        self,
        message: Message,
        turn: Turn,
        tenant: Tenant | None,
        subject: Subject,
        step: Callable[[str], Awaitable[None]],
        words: Callable[[str], Awaitable[None]] = unheard,
        halt: Callable[[], Awaitable[None]] | None = None,
    ) -> Answer:
        began, intent_name, status = perf_counter(), "none", "answered"
        try:
            async with asyncio.timeout(self._patience.total_seconds()) as limit:
                answer = await self._answer(message, turn, tenant, subject, Listeners(step, words, halt), limit)
            intent_name = answer.intent.name if answer.intent else "none"
            status = "answered" if answer.reply or answer.intent else "overheard"
        except TimeoutError:
            status = "timeout"
            log.warning("answer_timed_out", extra={"subject": subject})
            waited = f"I gave up after {self._patience.total_seconds():g} s: a source was too slow."
            answer = Answer(_problem(Rejected(waited, advice="Try again, or ask for less."), message))
        except Problem as problem:
            status = type(problem).__name__.lower()
            answer = Answer(_problem(problem, message))
        except Exception:
            status = "failed"
            log.exception("answer_failed", extra={"subject": subject})
            mark = subject.rpartition(":")[2][-8:]
            answer = Answer(
                _problem(
                    Rejected(f"Something went wrong on my side (mark {mark}).", advice="It is in the log."), message
                )
            )
        if turn.place.kind is PlaceKind.HOME and answer.reply and intent_name != HOME:
            # On a page of one's own an answer takes the place of the page.
            answer = replace(answer, reply=replace(answer.reply, buttons=(*answer.reply.buttons, Button("Back", HOME))))
        self._meters.count("answers", platform=turn.place.platform, intent=intent_name, status=status)
        self._meters.observe("answer", perf_counter() - began, intent=intent_name)
        return answer

    async def learn(self, tenant: TenantId) -> None:
        """What exists in its sources, as its next question needs it."""
        await self._lore.names(tenant)
        await self._contexts.of(tenant, NOWHERE)

    async def rehearse(
        self, tenant: TenantId, place: Place, intent: str, arguments: Mapping[str, Any], now: datetime
    ) -> int:
        """An answer that nobody hears, so that what it reads is there when somebody asks; how many queries it took."""
        found, turn = BY_NAME[intent], Turn(tenant, NOBODY, place, now)
        trace = Trace(self._clock)
        tools = await self._tools(turn, trace, Asker(tenant, anew=True, ahead=True), Listeners())
        async with asyncio.timeout(self._patience.total_seconds()):
            await found.answer(found.asks.model_validate(dict(arguments)), tools)
        return len(trace.queries)

    async def _answer(
        self,
        message: Message,
        turn: Turn,
        tenant: Tenant | None,
        subject: Subject,
        listeners: Listeners,
        limit: asyncio.Timeout,
    ) -> Answer:
        issue = await self.issue_at(turn.tenant, turn.place)
        reading = await self._read(message, turn, issue or "")
        if await self._left_alone(message, turn, issue, reading):
            return Answer(None)
        self._pace.take(turn.person.id, turn.at)
        if puzzled(reading):
            admit(tenant, turn.person, Role.VIEWER)
            back = bool(reading and reading.asks_back)
            if page := await page_on(_asked(message), turn.tenant, self._desks.knowledge, instead=back):
                return Answer(page)
            reading = await self._read_further(message, turn, issue or "", reading, listeners.step)
        if reading is None:
            return Answer(not_understood(Question(_asked(message), turn.at)))
        intent = BY_NAME[reading.intent]
        admit(tenant, turn.person, intent.needs)
        if message.by_clock and not intent.by_clock:
            raise Rejected(f"“{message.text[:80]}” is nothing that I do by the clock.", advice="`report` lists them.")
        asker = Asker(turn.tenant, anew=bool(reading.arguments.get(ANEW)))
        reading = replace(reading, arguments={name: one for name, one in reading.arguments.items() if name != ANEW})
        trace = Trace(self._clock)
        tools = await self._tools(turn, trace, asker, listeners)
        if puzzled(reading):
            tools.source()  # without one no name is known, and to ask for another would lead nowhere
            asked_back = reading.asks_back or not_understood(Question(_asked(message), turn.at))
            return Answer(marked(asked_back, reading), intent, reading.arguments, reading.confidence)
        try:
            ask = intent.asks.model_validate(dict(reading.arguments))
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Rejected(f"I cannot use “{where}”: {first['msg'].lower()}.") from problem
        if intent.patience:
            limit.reschedule(asyncio.get_running_loop().time() + intent.patience.total_seconds())
        reply = await intent.answer(ask, tools)
        queries = tuple(trace.queries)
        if intent.in_place:
            if reply and queries:
                reply = with_its_data(trace.ground(reply, Subject(ask.of)), Subject(ask.of))
            stands = await _stands(ask.of, tools)
            return Answer(reply, intent, reading.arguments, reading.confidence, queries, instead_of=stands)
        if reply:
            reply = marked(said(reply, reading), reading)
            reply = trace.ground(_with_refresh(reply, reading) if trace.cached else reply, subject)
        if reply and self._answers and turn.place.kind is not PlaceKind.HOME:
            reply = with_its_data(reply, subject)
        return Answer(reply, intent, reading.arguments, reading.confidence, queries)

    async def _tools(
        self,
        turn: Turn,
        trace: Trace,
        asker: Asker,
        listeners: Listeners,
    ) -> Tools:
        metrics, logs = await self._sources.metrics(turn.tenant), await self._sources.logs(turn.tenant)

        async def named(name: str) -> MetricsSource:
            found = await self._sources.metrics(turn.tenant, name)
            assert found is not None
            return TracedMetrics(trace, found, asker)

        return Tools(
            turn,
            self._clock,
            TracedMetrics(trace, metrics, asker) if metrics else None,
            self._feedback,
            listeners.step,
            self._desks,
            TracedLogs(trace, logs, asker) if logs else None,
            named,
            self._answers,
            self._press,
            listeners.words,
            listeners.halt,
            TracedLedger(trace, self._desks.ledgers.of(turn.tenant)),
            lambda question: self.explained(question, turn),
        )

    async def _left_alone(self, message: Message, turn: Turn, issue: IssueId | None, reading: Reading | None) -> bool:
        """What people have among themselves: a human has the conversation, or nobody meant us in an issue's thread."""
        if (message.overheard or reading is None) and await passed_on(self._desks, message, turn):
            return True
        return message.overheard and issue is not None and not surely_meant(message.text, reading)

    async def explained(self, text: str, turn: Turn) -> Understood:
        """How it would be answered, told without answering it; no source is asked for figures, and no model."""
        issue, facts = await self.issue_at(turn.tenant, turn.place) or "", await self._facts(turn)
        rules, outcomes = await self._lore.rules(turn.tenant), list[Outcome]()
        question = replace(await self._question(text, turn, issue, facts, rules), translated=outcomes.append)
        reading = about_issue(within(await self._worded(question, rules, turn), facts), issue)
        known = await self._grounded(question, turn)
        back = bool(reading and reading.asks_back)
        page = puzzled(reading) and await page_on(text, turn.tenant, self._desks.knowledge, instead=back) is not None
        model = model_asked(
            reading, there=self._planner is not None, grounded=known is not None, page=page,
            allowed="plan" in (await self._desks.office.plan(turn.tenant)).model.use_for,
        )  # fmt: skip
        outcome = outcomes[-1] if outcomes else None
        return understood(reading, Met(text, known or question, rules, outcome, model))

    async def read_as(self, tenant: TenantId, text: str, rules: Sequence[Rule], at: datetime) -> str:
        """How a question would be understood under these rules, in a line; no source is asked for figures."""
        names = await self._lore.all_names(tenant)
        question = Question(corrected.text(text, rules), at, names=names, translated=self._translated)
        reading = await self._read_by_all(question, Turn(tenant, NOBODY, NOWHERE, at))
        return golden.told(reading, rules)

    async def issue_at(self, tenant: TenantId, place: Place) -> IssueId | None:
        """The issue whose message this thread hangs on."""
        return await self._desks.incidents.here(tenant, place) if place.thread else None

    async def _read(self, message: Message, turn: Turn, issue: str) -> Reading | None:
        facts = await self._facts(turn)
        return about_issue(within(await self._understood(message, turn, issue, facts), facts), issue)

    async def _facts(self, turn: Turn) -> Mapping[str, str]:
        """What this session is about, as labels and values that exist."""
        return facts_of(turn.context, await self._lore.names(turn.tenant)) if turn.context else {}

    async def _read_further(
        self, message: Message, turn: Turn, issue: str, best: Reading | None, step: Callable[[str], Awaitable[None]]
    ) -> Reading | None:
        """By a model, where there is one, what the rules leave open; else what they make of it."""
        closed = best is not None and bool(best.asks_back) and not best.open
        if self._planner is None or closed or message.overheard or message.by_clock:
            return best
        facts, rules = await self._facts(turn), await self._lore.rules(turn.tenant)
        question = await self._question(_asked(message).removeprefix("ask "), turn, issue, facts, rules)
        known = await self._grounded(question, turn)
        if known is None:
            return best
        await step("Asking the model what is meant")
        reading = golden.with_units(await self._planner.read(known, turn, best), rules)
        return about_issue(within(reading, facts), issue) or best

    async def _understood(self, message: Message, turn: Turn, issue: str, facts: Mapping[str, str]) -> Reading | None:
        if message.click and message.click.intent != "ask":
            if message.click.intent not in BY_NAME:
                raise Rejected("I no longer know this button.", advice="Ask again, and I answer anew.")
            return Reading(message.click.intent, message.click.arguments, 1.0)
        rules = await self._lore.rules(turn.tenant)
        return await self._worded(await self._question(_asked(message), turn, issue, facts, rules), rules, turn)

    async def _worded(self, question: Question, rules: Sequence[Rule], turn: Turn) -> Reading | None:
        reading = await self._read_by_all(question, turn)
        if reading and reading.intent == "ask":
            inner = corrected.text(str(reading.arguments["question"]), rules)
            reading = await self._read_by_all(replace(question, text=inner), turn)
        return golden.with_units(reading, rules) if reading is None or reading.intent != "ask" else None

    async def _question(
        self, text: str, turn: Turn, issue: str, facts: Mapping[str, str], rules: Sequence[Rule]
    ) -> Question:
        """In the words that people taught, whoever reads it then."""
        names = await self._lore.all_names(turn.tenant)
        question = Question(
            text, turn.at, turn.zone, names, turn.memory, issue, facts=facts, translated=self._translated
        )
        return replace(question, text=golden.corrected_text(question, rules))

    async def _read_by_all(self, question: Question, turn: Turn) -> Reading | None:
        """What is plain waits for no source: an act on an issue least of all."""
        reading = understand(question)
        if is_plain(reading):
            return reading
        known = await self._grounded(question, turn)
        return reading if known is None else understand_further(known, reading)

    async def _grounded(self, question: Question, turn: Turn) -> Question | None:
        """With what the sources hold; None where nothing of it is known."""
        began = perf_counter()
        app = question.names.named_app(question.text) or str(question.memory.get("arguments", {}).get("of", ""))
        context = await self._contexts.of(turn.tenant, turn.place, app)
        self._meters.observe("context_build", perf_counter() - began)
        if context is None:
            return None
        return replace(question, ground=context.ground, about=context.about, app=app)

    def _translated(self, outcome: Outcome) -> None:
        language = outcome.plan.language if isinstance(outcome, Planned) else "none"
        self._meters.count("query_translations", target_language=language, status=type(outcome).__name__.lower())


async def _stands(subject: str, tools: Tools) -> tuple[Subject, int] | None:
    kept = await tools.kept(subject)
    return (Subject(subject), kept.revision + 1) if kept else None


def _asked(message: Message) -> str:
    if message.click:
        return str(message.click.arguments.get("question", ""))
    return f"{message.text} {message.about}".strip() if message.about else message.text


def _with_refresh(reply: Reply, reading: Reading) -> Reply:
    """What was kept can be read anew; a reply that offers it already does so in its own place."""
    if any(ANEW in button.arguments for button in reply.buttons):
        return reply
    again = Button("Refresh", reading.intent, {**reading.arguments, ANEW: True})
    return replace(reply, buttons=(*reply.buttons, again))


def _problem(problem: Problem, message: Message) -> Reply:
    again: tuple[Button, ...] = ()
    later_helps = isinstance(problem, Unavailable) and not isinstance(problem, TooHeavy)
    if message.click and SECRETS & message.click.arguments.keys():
        pass  # a button would carry them into the chat
    elif later_helps and message.click:
        again = (Button("Try again", message.click.intent, message.click.arguments),)
    elif later_helps and message.text:
        again = (Button("Try again", "ask", {"question": message.text[:1500]}),)
    tone = "warning" if isinstance(problem, TooOften | Missing) else "bad"
    blocks = (Text((problem.advice,)),) if problem.advice else ()
    return Reply(problem.says, blocks, again, tone=tone)  # type: ignore[arg-type]
