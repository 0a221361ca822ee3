"""What is told while an answer is being worked on: a status line, or a live message that lists the steps."""

import logging
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from bot.model.errors import Problem, Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import Button
from bot.ports.platform import Step, Stopped
from handlers.slack import limits
from handlers.slack.api import WebApi
from handlers.slack.authorize import Identities, token_of
from handlers.slack.controls import Controls
from handlers.slack.events import SLACK, receipt_id
from handlers.slack.recent import Recent
from handlers.slack.text import clean, mrkdwn, shorten, shorten_mrkdwn

ENDED = frozenset(("message_not_in_streaming_state", "message_not_found"))
BY_PERSON = "stopped_by_user"
STOP = Button("Stop", "stop")
Holds: TypeAlias = Literal["steps", "stop", "words"]
_STATUS = {"running": "in_progress", "done": "complete", "failed": "error"}

log = logging.getLogger(__name__)


class Live:
    def __init__(self, api: WebApi, identities: Identities) -> None:
        self._api, self._identities = api, identities
        self._running: Recent[str, str] = Recent()  # the step of a live message that is not done yet
        self._at_work: Recent[str, bool] = Recent()  # conversations that Slack marks as being worked on
        self._holds: Recent[str, Holds] = Recent()  # what stands in the live messages that were begun here
        self._words: Recent[str, str] = Recent()  # what stands in a live message of the answer
        self._ended: Recent[str, bool] = Recent()  # those that Slack has ended: they are updated instead

    async def begin(self, place: Place, to: Account) -> Receipt | None:
        """Slack streams only into threads, and in channels to a person who is named."""
        if not place.thread or place.kind is PlaceKind.HOME:
            return None
        try:
            token = await token_of(self._identities, place.workspace)
            opened = await self._api.call(
                "chat.startStream",
                token,
                channel=place.channel,
                thread_ts=place.thread,
                task_display_mode="timeline",
                recipient_user_id=to.user,
                recipient_team_id=to.workspace,
            )
            await self._start_work(token, place)
        except Problem as problem:
            log.info("no live message", extra={"platform": SLACK, "reason": str(problem)})
            return None
        receipt = Receipt(receipt_id(opened.get("channel", place.channel), opened["ts"]), live=True)
        self._holds.put(receipt.id, "steps")
        return receipt

    def holds(self, receipt: Receipt) -> Holds:
        """What the answer finds there. Of a message that another process began nobody knows: perhaps words."""
        self._words.pop(receipt.id)
        self._ended.pop(receipt.id)
        return self._holds.pop(receipt.id) or "words"

    async def progress(self, place: Place, step: Step, receipt: Receipt | None) -> None:
        try:
            token = await token_of(self._identities, place.workspace)
            if receipt is not None and receipt.live:
                await self._show(token, receipt, step)
            elif step.state == "words":
                return
            elif place.thread and place.kind is not PlaceKind.HOME:
                await self._say(token, place, step)
        except Problem as problem:
            log.info("progress not shown", extra={"platform": SLACK, "reason": str(problem)})

    async def finished(self, token: str, place: Place) -> None:
        """The mark that we are at work does not go by itself."""
        if self._at_work.pop(place.key):
            await self._session(token, place, "active")

    async def _say(self, token: str, place: Place, step: Step) -> None:
        status = shorten(clean(step.text), limits.STATUS_TEXT) if step.state == "running" else ""
        if status:
            await self._start_work(token, place)
        await self._api.call(
            "assistant.threads.setStatus", token, channel_id=place.channel, thread_ts=place.thread, status=status
        )
        if not status:
            await self.finished(token, place)

    async def _start_work(self, token: str, place: Place) -> None:
        """With the mark comes the button that stops us."""
        if not self._at_work.get(place.key):
            self._at_work.put(place.key, True)
            await self._session(token, place, "processing")

    async def _session(self, token: str, place: Place, status: str) -> None:
        try:
            await self._api.call(
                "agents.sessions.setStatus", token, channel_id=place.channel, thread_ts=place.thread, status=status
            )
        except Problem as problem:  # not every workspace has sessions
            log.debug("no session", extra={"platform": SLACK, "reason": str(problem)})

    async def _show(self, token: str, receipt: Receipt, step: Step) -> None:
        if self._ended.get(receipt.id):
            return await self._update(token, receipt, step)
        chunks = self._words_of(receipt, step) if step.state == "words" else self._tasks_of(receipt, step)
        if step.stops and self._holds.get(receipt.id) == "steps":
            self._holds.put(receipt.id, "stop")
            chunks += [{"type": "blocks", "blocks": Controls().buttons([STOP])}]
        channel, _, ts = receipt.id.partition(":")
        if not chunks:
            return None
        try:
            await self._api.call("chat.appendStream", token, channel=channel, ts=ts, chunks=chunks)
        except Rejected as no:
            if no.code == BY_PERSON:
                raise Stopped from no
            if no.code not in ENDED:
                raise
            self._ended.put(receipt.id, True)
            return await self._update(token, receipt, step)
        if step.state == "words":
            self._words.put(receipt.id, step.text)
        return None

    async def _update(self, token: str, receipt: Receipt, step: Step) -> None:
        """A stream lives some five minutes; what comes then takes the place of what stood there."""
        if step.state != "words":
            return
        channel, _, ts = receipt.id.partition(":")
        text = shorten_mrkdwn(step.text, limits.MESSAGE_TEXT)
        await self._api.call("chat.update", token, channel=channel, ts=ts, text=text, blocks=[], parse="none")

    def _tasks_of(self, receipt: Receipt, step: Step) -> list[dict[str, Any]]:
        before = self._running.get(receipt.id)
        chunks = [_task(before, "done")] if before and before != step.text else []
        chunks.append(_task(step.text, step.state))
        if step.state == "running":
            self._running.put(receipt.id, step.text)
        else:
            self._running.pop(receipt.id)
        return chunks

    def _words_of(self, receipt: Receipt, step: Step) -> list[dict[str, Any]]:
        """What is new of them: a stream is appended to."""
        self._holds.put(receipt.id, "words")
        new = step.text.removeprefix(self._words.get(receipt.id) or "")
        text = mrkdwn(clean(shorten(new, limits.STREAMED_TEXT)))
        return [*self.last_step(receipt), {"type": "markdown_text", "text": text}] if new else []

    def last_step(self, receipt: Receipt) -> list[dict[str, Any]]:
        """What closes the list of steps when the answer comes."""
        running = self._running.pop(receipt.id)
        return [_task(running, "done")] if running else []


def _task(text: str, state: str) -> dict[str, Any]:
    title = shorten(clean(text).strip() or "…", limits.STATUS_TEXT)
    # The same words are the same step, whichever replica tells of it.
    return {
        "type": "task_update",
        "id": sha256(text.encode()).hexdigest()[:16],
        "title": title,
        "status": _STATUS[state],
    }
