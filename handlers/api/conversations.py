"""Conversations that programs hand over: what is said into them is kept, and they fetch it (row ESC-11)."""

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.hearing import Heard, Hearing
from bot.model import plain
from bot.model.message import Account, PersonId, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.session import place_of as place_of
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace, Step
from bot.ports.services import Clock
from bot.ports.storage import Said, Storage
from handlers.api.route import API

MOST_LINES = 500
ANSWER = "answer:"
_PROGRAM = PersonId(API)  # who begins these is nobody that could be chosen or called


class Conversations:
    """Fills bot.ports.platform.Platform, so that answers come here as to any chat: in order, and once."""

    name = API
    pace = Pace(burst=1000, every=0.001)

    def __init__(self, storage: Storage, clock: Clock, hearing: Hearing | None = None) -> None:
        self._storage, self._clock, self._hearing = storage, clock, hearing or Hearing()

    async def send(self, order: Order) -> Receipt:
        receipt = Receipt(f"{order.place.channel}:{order.key}")
        if order.receipt is not None:  # the news of a card; a program asks where its ticket stands
            return order.receipt
        if order.key.startswith(ANSWER):  # kept when it was answered
            return receipt
        now, place, said = self._clock.now(), order.place, plain.render(order.reply)
        async with self._storage.work(order.tenant) as work:
            conversation = await work.conversations.at(place, _PROGRAM, now)
            if conversation.id in [where for where, _ in await work.conversations.about(order.key)]:
                return receipt
            await work.conversations.add(conversation.id, Said("assistant", said, now, about=order.key))
        self._hearing.tell(place.key, Heard("said", text=said))
        return receipt

    async def said(self, tenant: TenantId, conversation: str) -> Sequence[Said] | None:
        """Oldest first; None: nothing was ever said there."""
        async with self._storage.work(tenant) as work:
            found = await work.conversations.find(place_of(tenant, conversation))
            return await work.conversations.history(found.id, MOST_LINES) if found else None

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """`send` itself knows what was said before."""
        return None

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:  # noqa: ARG002
        return None

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        """Whoever asks is not there to see it."""

    async def workspace(self) -> str:
        return ""

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:  # noqa: ARG002
        return None

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:  # noqa: ARG002
        return None

    def personal(self, account: Account) -> Place:
        return Place(API, account.workspace, account.user, kind=PlaceKind.PERSONAL)
