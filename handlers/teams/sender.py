"""The way out to Teams: posts, updates, live messages and typing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model.errors import Problem, Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import File
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace, Step, Stopped
from handlers.pictures import instead, pictured
from handlers.platform import Drawing, Means, download_key
from handlers.teams import cards, streams
from handlers.teams.actions import suggested
from handlers.teams.activities import PLATFORM, ROOT, activity_id, chat_with, conversation_of, receipt_id
from handlers.teams.connector import Connector
from handlers.teams.consents import FILES_KEPT, Consents
from handlers.teams.limits import CARD_BYTES
from handlers.teams.people import People
from handlers.teams.references import Reference, References
from handlers.teams.refusals import STREAM_ENDED, TOO_BIG
from handlers.teams.settings import TeamsSettings
from handlers.teams.streams import Streams
from handlers.teams.text import escaped

BURST = 6  # published: 7 in a second
SMALLER = CARD_BYTES // 3
OPENING = "Looking…"
GONE = ("404", "ActivityNotFoundInConversation")
LEFT = ("MessageWritesBlocked", "ConversationBlockedByUser", "BotNotInConversationRoster", "ConversationNotFound")
TYPING_KEPT = 1000


class TeamsSender:
    name: str = PLATFORM

    def __init__(
        self,
        means: Means,
        connector: Connector,
        references: References,
        people: People,
        consents: Consents,
        settings: TeamsSettings,
    ) -> None:
        self._means = means
        self._connector = connector
        self._references = references
        self._people = people
        self._consents = consents
        self._home = settings.home if len(settings.tenant_id) == 1 else ""
        self.pace = Pace(max(BURST, round(settings.messages_per_second)), 1 / settings.messages_per_second)
        self._streams = Streams()
        self._typed_at: dict[str, datetime] = {}

    async def send(self, order: Order) -> Receipt:
        order = replace(order, reply=await pictured(order.reply, self._means.press, instead))
        reference = await self._references.find(order.tenant, order.place)
        try:
            conversation = reference.conversation or await self._people.open(order.tenant, order.place, reference)
            standing = replace(order, place=_standing(order, conversation))
            receipt = await self._fitted(standing, reference)
        except Rejected as refused:
            if refused.code in LEFT:
                await self._references.forget(order.tenant, order.place)
            raise
        if order.receipt is None or order.receipt.live:
            await self._consents.offer(standing, reference)
        return receipt

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """None: Teams has no search, and a bot may not read a conversation back."""
        return None

    async def workspace(self) -> str:
        return self._home

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:
        return await self._people.profile(tenant, account)

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        return await self._people.by_email(tenant, email)

    def personal(self, account: Account) -> Place:
        return chat_with(account.workspace, account.user)

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:  # noqa: ARG002
        """Teams knows live messages in personal chats only."""
        if place.kind is not PlaceKind.PERSONAL:
            return None
        try:
            reference = await self._references.find(tenant, place)
            opening = _addressed(streams.line(OPENING, 1), place, reference)
            stream = await self._connector.post(reference.service_url, conversation_of(place), opening)
        except Problem:
            return None
        if not stream:
            return None
        receipt = Receipt(receipt_id(place.channel, stream), live=True)
        self._streams.opened(receipt, self._means.clock.now())
        return receipt

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        if receipt and self._streams.over(receipt):
            await self._updated_words(tenant, place, step, receipt)
            return
        activity = self._told(place, step, receipt)
        if activity is None:
            return
        try:
            reference = await self._references.find(tenant, place)
            addressed = _addressed(activity, place, reference)
            await self._connector.post(reference.service_url, conversation_of(place), addressed)
        except Rejected as refused:
            if receipt is None or refused.code != STREAM_ENDED:
                return
            if not self._streams.refused(receipt, self._means.clock.now()):
                raise Stopped from refused
            await self._updated_words(tenant, place, step, receipt)
        except Problem:
            return

    async def _updated_words(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt) -> None:
        """A stream whose two minutes are over is an ordinary message."""
        if step.state != "words":
            return
        try:
            reference = await self._references.find(tenant, place)
            said = _addressed({"type": "message", "text": escaped(step.text)}, place, reference)
            stands = activity_id(receipt.id, place.channel)
            await self._connector.update(reference.service_url, conversation_of(place), stands, said)
        except Problem:
            return

    def _told(self, place: Place, step: Step, receipt: Receipt | None) -> Mapping[str, Any] | None:
        """None while the last sign of life is fresh enough."""
        now = self._means.clock.now()
        if receipt and receipt.live:
            words = step.state == "words"
            number = self._streams.next(receipt, now, words=words)
            if number is None:
                return None
            draw = streams.spoken if words else streams.line
            return draw(step.text, number, activity_id(receipt.id, place.channel))
        last = self._typed_at.pop(place.key, None)
        if last is not None and now - last < streams.PACE:
            self._typed_at[place.key] = last
            return None
        if len(self._typed_at) >= TYPING_KEPT:
            self._typed_at.pop(next(iter(self._typed_at)))
        self._typed_at[place.key] = now
        return {"type": "typing"}

    async def _fitted(self, order: Order, reference: Reference) -> Receipt:
        try:
            return await self._drawn(order, reference, CARD_BYTES)
        except Rejected as refused:
            if refused.code != TOO_BIG:
                raise
            return await self._drawn(order, reference, SMALLER)

    async def _drawn(self, order: Order, reference: Reference, budget: int) -> Receipt:
        def link(file: File) -> str:
            return self._means.link(order.tenant, download_key(file))

        drawing = cards.draw(order.reply, link, budget)
        await self._keep_files(order.tenant, drawing)
        offered = suggested(order.reply.buttons) if order.place.kind is PlaceKind.PERSONAL else {}
        activity = {**drawing.payload, **offered, **_replying(order)}
        return await self._said(order, reference, _addressed(activity, order.place, reference))

    async def _keep_files(self, tenant: TenantId, drawing: Drawing) -> None:
        """Before the message, so that no link in it leads nowhere."""
        if not drawing.files:
            return
        until = self._means.clock.now() + FILES_KEPT
        async with self._means.storage.work(tenant) as work:
            for file in drawing.files:
                await work.downloads.save(download_key(file), file, until)

    async def _said(self, order: Order, reference: Reference, activity: Mapping[str, Any]) -> Receipt:
        if order.receipt is None:
            return await self._posted(order.place, reference, activity)
        if order.receipt.live:
            return await self._finished(order.place, order.receipt, reference, activity)
        return await self._updated(order.place, order.receipt, reference, activity)

    async def _posted(self, place: Place, reference: Reference, activity: Mapping[str, Any]) -> Receipt:
        if place.kind is PlaceKind.CHANNEL and not place.thread:
            return await self._new_thread(place, reference, activity)
        posted = await self._connector.post(reference.service_url, conversation_of(place), activity)
        return Receipt(receipt_id(place.channel, posted))

    async def _new_thread(self, place: Place, reference: Reference, activity: Mapping[str, Any]) -> Receipt:
        conversation = {
            "isGroup": True,
            "tenantId": place.workspace,
            "channelData": {"channel": {"id": place.channel}, "tenant": {"id": place.workspace}},
            "bot": reference.speaker,
            "activity": activity,
        }
        started = await self._connector.start(reference.service_url, place.channel, conversation)
        root = str(started.get("activityId") or str(started.get("id") or "").partition(ROOT)[2])
        return Receipt(receipt_id(place.channel, root))

    async def _updated(
        self, place: Place, receipt: Receipt, reference: Reference, activity: Mapping[str, Any]
    ) -> Receipt:
        stands = activity_id(receipt.id, place.channel)
        try:
            await self._connector.update(reference.service_url, conversation_of(place), stands, activity)
        except Rejected as refused:
            if refused.code not in GONE:
                raise
            return await self._posted(place, reference, activity)  # someone deleted it; the news is still news
        return Receipt(receipt.id)

    async def _finished(
        self, place: Place, receipt: Receipt, reference: Reference, activity: Mapping[str, Any]
    ) -> Receipt:
        self._streams.closed(receipt)
        stream = activity_id(receipt.id, place.channel)
        try:
            last = streams.final(activity, stream)
            posted = await self._connector.post(reference.service_url, conversation_of(place), last)
        except Rejected as refused:
            if refused.code != STREAM_ENDED:
                raise
            # Two minutes were over, or Stop was pressed: the same message becomes an ordinary one.
            return await self._updated_or_posted(place, Receipt(receipt.id), reference, activity)
        return Receipt(receipt_id(place.channel, posted or stream))

    async def _updated_or_posted(
        self, place: Place, receipt: Receipt, reference: Reference, activity: Mapping[str, Any]
    ) -> Receipt:
        try:
            return await self._updated(place, receipt, reference, activity)
        except Rejected as refused:
            if refused.code == TOO_BIG:
                raise
            return await self._posted(place, reference, activity)


def _standing(order: Order, conversation: str) -> Place:
    """Where it is said: in the chat that a person stands for, in the thread of the post that it belongs under."""
    place = replace(order.place, channel=conversation)
    if order.under is None or place.thread or place.kind is not PlaceKind.CHANNEL:
        return place
    return place.in_thread(activity_id(order.under.id, conversation))


def _replying(order: Order) -> dict[str, str]:
    """Chats have no threads: there a message can but name the one that it belongs to."""
    if order.under is None or order.place.kind is PlaceKind.CHANNEL:
        return {}
    return {"replyToId": activity_id(order.under.id, order.place.channel)}


def _addressed(payload: Mapping[str, Any], place: Place, reference: Reference) -> dict[str, Any]:
    conversation = {"id": conversation_of(place), "tenantId": place.workspace}
    speaker = {"from": reference.speaker} if reference.speaker else {}
    return {**payload, **speaker, "conversation": conversation}
