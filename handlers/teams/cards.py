"""A Reply as one Teams message: an Adaptive Card, or plain text where nothing needs a card. Never both in one."""

from collections.abc import Iterator
from typing import Any

from bot.model.reply import Choices, Form, Reply
from handlers.platform import Drawing, Linker
from handlers.teams import limits, text
from handlers.teams.actions import button_sets
from handlers.teams.blocks import draw as draw_block
from handlers.teams.fit import Fitting
from handlers.teams.runs import COLOURS, WORDS, broken, run
from handlers.teams.sheet import Element, Sheet

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def render(reply: Reply, link: Linker) -> Drawing:
    return draw(reply, link, limits.CARD_BYTES)


def draw(reply: Reply, link: Linker, budget: int) -> Drawing:
    """`render` with another budget, for the connector may find a message too big all the same."""
    if _needs_no_card(reply):
        return Drawing(_plain(reply))
    message, sheet = Fitting(reply, link, _parts, _message).within(budget)
    return Drawing(message, tuple(sheet.files))


def card(body: list[Element], sheet: Sheet) -> dict[str, Any]:
    """A card around these elements."""
    teams: dict[str, Any] = {"width": "full"}
    if sheet.mentions:
        teams["entities"] = list(sheet.mentions.values())
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": limits.CARD_VERSION,
        "msteams": teams,
        "body": body,
    }


def _needs_no_card(reply: Reply) -> bool:
    more = reply.blocks or reply.buttons or reply.title or reply.footer or reply.tone in ("warning", "bad")
    return not more and len(reply.summary) <= limits.PLAIN_TEXT


def _plain(reply: Reply) -> dict[str, Any]:
    # textFormat plain: nothing in it is read as markup. An empty message would be refused.
    words = text.literal(reply.summary).strip() or "—"
    return {"type": "message", "textFormat": "plain", "text": words, **_signs(reply, [])}


def _parts(reply: Reply, sheet: Sheet) -> Iterator[list[Element]]:
    """What matters most comes first, for the end gives way when room is short."""
    sheet.only_input = sum(isinstance(block, Form | Choices) for block in reply.blocks) <= 1
    yield _head(reply, sheet)
    for block in sheet.some(reply.blocks, limits.BLOCKS, scaled=False):
        yield draw_block(block, sheet)
    yield button_sets(reply.buttons, sheet)
    if reply.footer:
        yield [*broken([run(sheet.fit(reply.footer, limits.FOOTER), size="Small", isSubtle=True)])]


def _head(reply: Reply, sheet: Sheet) -> list[Element]:
    """Tone by word and by colour, for one of the two is lost on someone."""
    tone = [] if reply.tone == "neutral" else [_word(reply)]
    title = []
    if reply.title:
        words = run(sheet.fit(reply.title, limits.TITLE), size="Large", weight="Bolder")
        title = list(broken([*tone, words]))
        tone = []
    strong = {} if reply.title else {"weight": "Bolder"}
    return [*title, *broken([*tone, run(sheet.fit(reply.summary, limits.SUMMARY) or "—", **strong)])]


def _word(reply: Reply) -> Element:
    return run(f"{WORDS[reply.tone]} · ", weight="Bolder", color=COLOURS[reply.tone])


def _message(reply: Reply, sheet: Sheet, body: list[Element]) -> dict[str, Any]:
    told = text.clipped(text.literal(reply.summary), limits.NOTIFIED) or "—"
    content = card(body, sheet)
    content["fallbackText"] = told
    return {
        "type": "message",
        "summary": told,
        "attachments": [{"contentType": CARD_TYPE, "content": content}],
        **_signs(reply, sheet.claims),
    }


def _signs(reply: Reply, claims: list[Element]) -> dict[str, Any]:
    """What Teams draws around a message: the label that a model wrote it, sources, thumbs."""
    signs: dict[str, Any] = {}
    if reply.by_model or claims:
        # Teams takes exactly one such entity.
        said: dict[str, Any] = {"type": "https://schema.org/Message", "@type": "Message"}
        said["@context"] = "https://schema.org"
        if reply.by_model:
            said["additionalType"] = ["AIGeneratedContent"]
        if claims:
            said["citation"] = claims
        signs["entities"] = [said]
    if reply.rateable:
        signs["channelData"] = {"feedbackLoop": {"type": "default"}}
    return signs
