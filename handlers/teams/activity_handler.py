"""One turn: what an activity is to us. Hands in and acknowledges; decides nothing."""

from typing import Any

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext

from bot.model.errors import Unavailable
from bot.model.message import Click, PlaceKind
from bot.ports.services import Clock
from handlers.platform import FrontDesk
from handlers.teams.activities import Incoming, place_of, to_click, to_message
from handlers.teams.consents import Consents
from handlers.teams.invokes import Invokes
from handlers.teams.previews import Previews
from handlers.teams.references import References


class TeamsHandler(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    def __init__(
        self, desk: FrontDesk, references: References, clock: Clock, previews: Previews, consents: Consents
    ) -> None:
        self._desk = desk
        self._references = references
        self._clock = clock
        self._invokes = Invokes(desk, clock, previews, consents)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        incoming = _incoming(turn_context)
        if incoming.sender.id == incoming.recipient.id:
            return
        await self._references.seen(incoming)
        await self._desk.receive(to_message(incoming, self._clock.now()))

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Not by way of the library's own handlers: they ask Teams for every member first."""
        incoming = _incoming(turn_context)
        await self._references.seen(incoming)
        joined = {party.id for party in incoming.members_added or ()}
        # In a personal chat Teams itself shows what can be asked.
        if incoming.recipient.id in joined and place_of(incoming).kind is not PlaceKind.PERSONAL:
            await self._desk.receive(to_click(incoming, Click("help"), self._clock.now()))

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        incoming = _incoming(turn_context)
        tenant = await self._references.seen(incoming)
        if incoming.action and incoming.action.startswith("remove"):
            await self._references.forget(tenant, place_of(incoming))

    async def on_invoke_activity(self, turn_context: TurnContext) -> Any:
        incoming = _incoming(turn_context)
        try:
            await self._references.seen(incoming)
            answer = await self._invokes.answer(incoming)
        except TimeoutError as late:
            raise Unavailable("Nightdesk's database") from late
        return InvokeResponse(status=answer.status, body=answer.body)


def _incoming(context: TurnContext) -> Incoming:
    incoming: Incoming = context.activity.incoming
    return incoming
