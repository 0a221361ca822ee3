"""Questions worth asking now, as buttons."""

from bot.model.errors import Problem
from bot.model.reply import Button
from bot.ports.tools import Tools


async def buttons(tools: Tools) -> tuple[Button, ...]:
    """None where how things stand cannot be told: the rest of an answer does not wait for them."""
    try:
        found = await tools.desks.suggestions.at(tools.turn.tenant, tools.turn.place)
    except Problem:
        return ()
    return tuple(Button(one.title, "ask", {"question": one.question}) for one in found)
