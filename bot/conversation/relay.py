"""Once a human has taken a conversation over, what its person writes there reaches that human."""

from bot.model.message import Message
from bot.ports.desks import Desks
from bot.ports.tools import Turn


async def passed_on(desks: Desks, message: Message, turn: Turn) -> bool:
    """Only from the person to the desk: what colleagues say among themselves at the desk stays there."""
    if message.click or not message.text.strip():
        return False
    ticket = await desks.tickets.at(turn.tenant, turn.place)
    if ticket is None or ticket.claimed is None or ticket.place is None or ticket.place.key != turn.place.key:
        return False
    if ticket.by.person != turn.person.id:
        return False
    await desks.tickets.reply(turn.actor, ticket.id, message.text)
    return True
