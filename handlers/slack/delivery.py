"""One message to Slack: a new one, a changed one, or a live one that is finished."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.errors import Rejected
from bot.model.parcel import Receipt
from bot.ports.platform import Order
from handlers.slack import limits
from handlers.slack.api import WebApi
from handlers.slack.events import receipt_id
from handlers.slack.live import BY_PERSON, ENDED, Live

_ENDED = ENDED | {BY_PERSON}
_GONE = frozenset(("message_not_found", "edit_window_closed", "cant_update_message"))

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    api: WebApi
    live: Live
    token: str
    order: Order

    async def put(self, payload: Payload) -> Receipt:
        receipt = self.order.receipt
        if receipt is None:
            return await self._post(payload)
        if receipt.live:
            return await self._finish(payload, receipt)
        return await self._update(payload, receipt)

    async def _post(self, payload: Payload) -> Receipt:
        channel, thread = whereabouts(self.order)
        answer = await self.api.call(
            "chat.postMessage",
            self.token,
            channel=channel,
            thread_ts=thread or None,
            metadata=self._metadata(),
            mrkdwn=False,
            parse="none",
            unfurl_links=False,
            unfurl_media=False,
            **payload,
        )
        # A person as the channel is their direct message with us: Slack answers which one that is.
        return Receipt(receipt_id(str(answer.get("channel", channel)), str(answer["ts"])))

    async def _update(self, payload: Payload, receipt: Receipt, *, may_be_live: bool = True) -> Receipt:
        channel, ts = _parts(receipt)
        content = {"blocks": [], **payload}
        try:
            await self.api.call(
                "chat.update", self.token, channel=channel, ts=ts, metadata=self._metadata(), parse="none", **content
            )
        except Rejected as no:
            if no.code == "streaming_state_conflict" and may_be_live:
                return await self._finish(payload, receipt)
            if no.code in _GONE:
                return await self._post(payload)
            raise
        return Receipt(receipt.id)

    async def _finish(self, payload: Payload, receipt: Receipt) -> Receipt:
        """What Slack has ended by itself, after some five minutes or at a person's wish, is updated instead.

        So is what holds more than steps, or may: the answer takes its place, whether early words hold or not.
        """
        channel, ts = _parts(receipt)
        holds = self.live.holds(receipt)
        blocks = None if holds == "words" else payload.get("blocks")
        try:
            await self.api.call(
                "chat.stopStream",
                self.token,
                channel=channel,
                ts=ts,
                metadata=self._metadata(),
                chunks=self.live.last_step(receipt) or None,
                blocks=blocks,
            )
        except Rejected as no:
            if no.code not in _ENDED:
                raise
            return await self._update(payload, receipt, may_be_live=False)
        if not blocks or holds != "steps":
            return await self._update(payload, receipt, may_be_live=False)
        return Receipt(receipt.id)

    def _metadata(self) -> dict[str, Any]:
        return {"event_type": limits.METADATA_EVENT, "event_payload": {"key": self.order.key}}


def whereabouts(order: Order) -> tuple[str, str]:
    """Channel and thread. What is said under a message goes where that one stands."""
    if order.under is None:
        return order.place.channel, order.place.thread
    channel, ts = _parts(order.under)
    return channel, order.place.thread or ts


def _parts(receipt: Receipt) -> tuple[str, str]:
    channel, _, ts = receipt.id.partition(":")
    return channel, ts
