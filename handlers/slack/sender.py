"""The way out to Slack."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Problem, Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import File, Picture, Reply
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Pace, Step
from bot.ports.press import Press
from handlers.pictures import beside, pictured
from handlers.platform import Drawing
from handlers.slack import limits, views
from handlers.slack.api import WebApi
from handlers.slack.attachments import Attachments
from handlers.slack.authorize import Identities, token_of
from handlers.slack.blocks import HOME, MESSAGE, WITHOUT_NEWEST, bare, draw
from handlers.slack.colleagues import Colleagues, personal
from handlers.slack.delivery import Delivery, whereabouts
from handlers.slack.events import SLACK, receipt_id
from handlers.slack.live import Live
from handlers.slack.problems import DEAD_TOKEN

BURST = 3
SKEW = timedelta(seconds=10)  # Slack's clock is not ours
PAGE = 200
MOST_PAGES = 10

_REDRAW = frozenset("invalid_blocks invalid_blocks_format msg_blocks_too_long msg_blocks_too_many msg_too_long".split())

log = logging.getLogger(__name__)


class SlackSender:
    """Fills `bot.ports.platform.Platform`."""

    name = SLACK

    def __init__(
        self,
        api: WebApi,
        identities: Identities,
        attachments: Attachments,
        live: Live,
        colleagues: Colleagues,
        *,
        per_second: float = 1.0,
        press: Press | None = None,
    ) -> None:
        self._api, self._identities, self._attachments, self._live = api, identities, attachments, live
        self._colleagues, self._press = colleagues, press
        self.pace = Pace(max(BURST, round(per_second)), 1 / per_second)

    async def send(self, order: Order) -> Receipt:
        token = await token_of(self._identities, order.place.workspace)
        try:
            if order.place.kind is PlaceKind.HOME:
                return await self._publish(token, order)
            return await self._say(token, order)
        except Rejected as no:
            if no.code in DEAD_TOKEN:
                self._identities.forget(order.place.workspace)
            raise

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """By the key in the messages' metadata. Where we may not read the channel, nothing is found."""
        if place.kind is PlaceKind.HOME:
            return None
        token = await token_of(self._identities, place.workspace)
        try:
            place = await self._colleagues.direct(token, place)
            async for message in self._messages(token, place, since - SKEW):
                if _carries(message, key):
                    return Receipt(receipt_id(place.channel, message["ts"]))
        except Rejected as no:
            log.warning("cannot look", extra={"platform": SLACK, "place": place.key, "reason": no.code})
        return None

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:  # noqa: ARG002
        return await self._live.begin(place, to)

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:  # noqa: ARG002
        await self._live.progress(place, step, receipt)

    async def workspace(self) -> str:
        return await self._identities.only()

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:  # noqa: ARG002
        return await self._colleagues.profile(account)

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        return await self._colleagues.by_email(tenant, email)

    def personal(self, account: Account) -> Place:
        return personal(account)

    async def _publish(self, token: str, order: Order) -> Receipt:
        """The page has no thread for files, so they are linked to."""
        drawing = draw(order.reply, lambda file: self._attachments.address(order.tenant, file), HOME)
        if drawing.files:
            await self._attachments.keep(order.tenant, drawing.files)
        view = views.home(drawing.payload["blocks"])
        answer = await self._api.call("views.publish", token, user_id=order.place.channel, view=view)
        return Receipt(receipt_id(order.place.channel, str(answer.get("view", {}).get("id", "home"))))

    async def _say(self, token: str, order: Order) -> Receipt:
        delivery = Delivery(self._api, self._live, token, order)
        for drawing in self._drawings(order):
            try:
                receipt = await delivery.put(drawing.payload)
            except Rejected as no:
                if no.code not in _REDRAW or "blocks" not in drawing.payload:
                    raise
                log.warning("drawn more simply", extra={"platform": SLACK, "key": order.key, "reason": no.code})
                continue
            await self._attach(token, order, drawing, receipt)
            return receipt
        raise AssertionError("the last drawing has no blocks")

    def _drawings(self, order: Order) -> Iterator[Drawing]:
        """From the best look to the one that Slack cannot refuse."""

        def link(file: Any) -> str:
            return self._attachments.address(order.tenant, file)

        newest = draw(order.reply, link, MESSAGE)
        yield newest
        plainer = draw(order.reply, link, WITHOUT_NEWEST)
        if plainer.payload != newest.payload:
            yield plainer
        yield bare(order.reply)

    async def _attach(self, token: str, order: Order, drawing: Drawing, receipt: Receipt) -> None:
        """The message stands: what comes after it is tried, but no reason to post it again."""
        channel, _, ts = receipt.id.partition(":")
        try:
            # Files never stand beside a message in its channel: they go into its thread.
            thread = whereabouts(order)[1] or ts
            files = (*drawing.files, *await self._pictures(order.reply))
            await self._attachments.put(order.tenant, token, files, channel=channel, thread=thread, message=receipt.id)
            await self._live.finished(token, order.place)
        except Problem as problem:
            log.error("a file is missing", extra={"platform": SLACK, "key": order.key, "reason": str(problem)})

    async def _pictures(self, reply: Reply) -> list[File]:
        """Drawn once the message stands, so that no answer waits for its picture."""
        drawn = await pictured(reply, self._press, beside)
        return [one.file for one in drawn.blocks if isinstance(one, Picture) and one not in reply.blocks]

    async def _messages(self, token: str, place: Place, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        method = "conversations.replies" if place.thread else "conversations.history"
        cursor = None
        for _ in range(MOST_PAGES):
            page = await self._api.call(
                method,
                token,
                channel=place.channel,
                ts=place.thread or None,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
            for message in page["messages"]:
                yield message
            cursor = page.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
        log.warning("did not look further back", extra={"platform": SLACK, "place": place.key})


def _carries(message: Mapping[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    ours = metadata.get("event_type") == limits.METADATA_EVENT and bool(message.get("bot_id") or message.get("app_id"))
    return ours and metadata.get("event_payload", {}).get("key") == key
