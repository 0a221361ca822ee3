"""The one way in: a message is kept first, acknowledged then, and answered by a worker that survives its process."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.conversation import memory
from bot.conversation.acquaintance import Acquaintances
from bot.conversation.continuing import FULL, continued, is_full, measured, noted, titled
from bot.conversation.engine import Answer, Engine
from bot.conversation.hearing import Heard, Hearing
from bot.conversation.previewing import Previewer
from bot.conversation.roles import Roles, as_stored
from bot.conversation.stopping import Stopping
from bot.conversation.telling import Seat, telling
from bot.delivery.crew import Crew, Work
from bot.desk.answer_cost import with_cost
from bot.desk.suggestions import Suggestions
from bot.intents import forms
from bot.intents.catalog import BY_COMMAND, BY_NAME
from bot.intents.export import has_data
from bot.model import plain
from bot.model.errors import Problem, Rejected
from bot.model.message import Message, Person, Place, PlaceKind, Vouched
from bot.model.parcel import Letter, LetterId, Subject
from bot.model.reply import Form, Reply
from bot.model.session import PROGRAMS
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.desks import Desks, Suggestion
from bot.ports.platform import Platform
from bot.ports.services import Clock, Meters
from bot.ports.storage import Conversation, Said, Storage
from bot.ports.tools import Turn

log = logging.getLogger(__name__)

AT_ONCE = 16  # answers worked on at the same time
LONGEST_TEXT = 4000  # of a question; what is longer is no question, and is cut where it is kept as history
TENANTS_KEPT = 1000
ALONE = "--no-context"


class Inbox:
    """What the doors hand in to."""

    def __init__(self, storage: Storage, clock: Clock, meters: Meters) -> None:
        self._storage, self._clock, self._meters = storage, clock, meters
        self._suggestions = Suggestions(storage, clock)
        self._tenants: dict[tuple[str, str], TenantId] = {}
        self.desks: Desks | None = None  # likewise built later
        self.previewer: Previewer | None = None  # made from the engine, which is built later

    async def receive(self, message: Message, tenant: TenantId | None = None) -> bool:
        """`tenant`: where the door knows it by a key or a token."""
        tenant = tenant or await self._tenant(message.place)
        new = await self._storage.letters.accept(tenant, _trimmed(message), self._clock.now())
        self._meters.count("messages", platform=message.place.platform, result="new" if new else "seen")
        return new

    def form(self, intent: str, arguments: Mapping[str, Any], asks: tuple[str, ...]) -> Form:
        if intent not in BY_NAME:
            raise Rejected("I no longer know this button.", advice="Ask again, and I answer anew.")
        return forms.form(BY_NAME[intent], arguments, asks)

    async def given(self, place: Place, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        known = BY_NAME.get(intent)
        if known is None or known.filled is None or self.desks is None:
            return arguments
        return {**arguments, **await known.filled(arguments, await self._tenant(place), self.desks)}

    def faults(self, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        return forms.faults(BY_NAME[intent].asks, arguments) if intent in BY_NAME else {}

    def commands(self) -> Mapping[str, str]:
        return {verb: intent.help for verb, intent in BY_COMMAND.items()}

    async def suggestions(self, place: Place) -> Sequence[Suggestion]:
        return await self._suggestions.at(await self._tenant(place), place)

    async def preview(self, message: Message) -> Reply | None:
        return await self.previewer.of(await self._tenant(message.place), message) if self.previewer else None

    async def _tenant(self, place: Place) -> TenantId:
        key = (place.platform, place.workspace)
        if key not in self._tenants:
            found = await self._storage.directory.installation(*key)
            if found is None:
                return DEFAULT_TENANT  # not remembered: the installation may be on its way
            if len(self._tenants) >= TENANTS_KEPT:
                self._tenants.clear()
            self._tenants[key] = found.tenant
        return self._tenants[key]


class InboxWorker:
    """Answers what was kept. Any number of them may run, in any number of processes."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        engine: Engine,
        platforms: Mapping[str, Platform],
        zone: str,
        *,
        roles: Roles = as_stored,
        hearing: Hearing | None = None,
    ) -> None:
        self._storage, self._clock, self._engine = storage, clock, engine
        self._hearing = hearing or Hearing()
        self._platforms, self._zone = platforms, zone
        self._acquaintances = Acquaintances(storage, clock, platforms, roles)
        self._crew = Crew(
            "inbox", size=AT_ONCE, clock=clock, arrived=storage.letters.arrived, take=self._take, renew=self._renew
        )

    async def run(self) -> None:
        await self._crew.run()

    def stop(self) -> None:
        self._crew.stop()

    async def _take(self, free: int) -> Mapping[str, Work]:
        letters = await self._storage.letters.claim(free, self._clock.now())
        return {letter.id: self._answer(letter) for letter in letters}

    async def _renew(self, letters: Sequence[str]) -> None:
        await self._storage.letters.renew([LetterId(letter) for letter in letters], self._clock.now())

    async def _answer(self, letter: Letter) -> None:
        try:
            await self._answered(letter)
        except Exception as problem:  # a door: the letter is kept and comes again
            log.warning("letter_given_back", extra={"letter": letter.id}, exc_info=not isinstance(problem, Problem))
            wait = timedelta(seconds=min(60, 2 ** min(letter.attempts, 6)))
            try:
                await self._storage.letters.give_back(letter.id, self._clock.now() + wait)
            except Problem:
                log.warning("letter_waits_for_its_lease", extra={"letter": letter.id})

    async def _answered(self, letter: Letter) -> None:
        message, subject = letter.message, Subject(f"answer:{letter.id}")
        if message.overheard and not await self._ours(letter):
            return
        person, conversation, note = await self._met(letter)
        vouched = message.vouched or Vouched()
        tenant = await self._storage.directory.tenant(letter.tenant)
        turn = Turn(
            tenant=letter.tenant,
            person=person,
            place=message.place,
            at=letter.received_at,
            zone=person.zone or (tenant.zone if tenant else "") or self._zone,
            about=message.about,
            memory=conversation.memory if conversation and not message.alone else {},
            cause=letter.id,
            account=message.author,
            pressed_on=message.click.message if message.click else "",
            session=conversation.id if conversation else "",
            context=conversation.context if conversation and not message.alone else {},
            program=vouched.program,
        )
        platform = self._platforms.get(message.place.platform)
        quiet = message.place.kind is PlaceKind.HOME or message.overheard or message.by_clock or _in_place(message)
        speaks = None if quiet else platform
        full = turn.place.platform == PROGRAMS and conversation is not None and is_full(conversation)
        seat = Seat(letter.tenant, message.place, message.author, subject)
        async with telling(self._storage, self._clock, speaks, seat) as told:
            halt = Stopping(self._storage, self._clock, letter, told).halt
            step, words = self._hearing.step(message, told.step), self._hearing.words(message, told.words)
            if full:
                answer = Answer(Reply(FULL, tone="warning"))
            else:
                answer = await self._engine.answer(message, turn, tenant, subject, step, words, halt)
        if answer.reply:
            answer = replace(answer, reply=noted(answer.reply, conversation, note))
        await self._book(letter, None if full else conversation, turn, subject, answer, kept=not full)
        self._hearing.tell(message.place.key, Heard("done", message.key))

    async def _ours(self, letter: Letter) -> bool:
        """What nobody said to us concerns us in a conversation of ours and in the thread of an issue."""
        place = letter.message.place
        async with self._storage.work(letter.tenant) as work:
            found = await work.conversations.find(place)
        if found or await self._engine.issue_at(letter.tenant, place):
            return True
        async with self._storage.work(letter.tenant) as work:
            await work.letters.done(letter.id, self._clock.now())
        return False

    async def _met(self, letter: Letter) -> tuple[Person, Conversation | None, str]:
        """What is overheard begins no conversation: it may need no answer."""
        message, now, note = letter.message, self._clock.now(), ""
        async with self._storage.work(letter.tenant) as work:
            person = await self._acquaintances.seen(work, message.author)
            conversation = await work.conversations.find(message.place)
            strange = self._acquaintances.strange(message, letter.tenant, person)
            if not message.overheard and not (strange and conversation is None):
                conversation, note = await continued(work, message.place, person.id, now, conversation)
        if strange:
            person = await self._acquaintances.introduce(letter.tenant, message.author, person)
        if message.vouched and message.vouched.role:
            person = replace(person, role=message.vouched.role)
        return person, conversation, note

    async def _book(
        self,
        letter: Letter,
        conversation: Conversation | None,
        turn: Turn,
        subject: Subject,
        answer: Answer,
        *,
        kept: bool = True,
    ) -> None:
        """Answered and said together, or not at all."""
        now, message = self._clock.now(), letter.message
        async with self._storage.work(letter.tenant) as work:
            if not await work.letters.done(letter.id, now):
                return
            if answer.reply is None:
                return
            reply = await with_cost(work, answer.reply, subject, letter.received_at)
            subject, revision = answer.instead_of or (subject, 1)
            await work.parcels.put(message.place, subject, revision, reply, now)
            if not kept:
                return
            conversation = conversation or await work.conversations.at(message.place, turn.person.id, now)
            intent = answer.intent.name if answer.intent else ""
            asked = message.text or (f"[{message.click.intent}]" if message.click else "")
            await titled(work, conversation, asked)
            own = f"answer:{letter.id}"
            told = measured((now - letter.received_at).total_seconds(), answer.queries)
            said = plain.render(reply)[:LONGEST_TEXT]
            await work.conversations.add(
                conversation.id,
                Said("user", asked[:LONGEST_TEXT], message.said_at, turn.person.id, intent, answer.confidence, own),
                Said("assistant", said, now, None, intent, answer.confidence, own, told),
            )
            if answer.intent:
                after = memory.after(turn.memory, answer.intent, answer.arguments, subject, answer.queries,
                    has_data=has_data(reply),
                )  # fmt: skip
                if after != turn.memory:
                    await work.conversations.remember(conversation.id, after)


def _in_place(message: Message) -> bool:
    """It changes a message that stands: a live one beside it would never be finished."""
    intent = BY_NAME.get(message.click.intent) if message.click else None
    return intent is not None and intent.in_place


def _trimmed(message: Message) -> Message:
    if ALONE in message.text:
        message = replace(message, text=" ".join(message.text.replace(ALONE, " ").split()), alone=True)
    if len(message.text) <= LONGEST_TEXT and len(message.about) <= LONGEST_TEXT:
        return message
    return replace(message, text=message.text[:LONGEST_TEXT], about=message.about[:LONGEST_TEXT])
