"""What the connector looks at before it takes a message: size, words, pictures, mentions, citations, cards."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.playground.doubles.teams.card_check import check_card
from handlers.playground.doubles.teams.file_check import CONSENT, INFO, check_file_card
from handlers.playground.doubles.teams.problems import bad_syntax, too_big
from handlers.playground.doubles.teams.world import Conversation, World

REQUEST_BYTES = 262_144
MESSAGE_BYTES = 100 * 1024  # counted as UTF-16, card and mentions included
CITATIONS = 20
CITATION_NAME, CITATION_ABSTRACT, KEYWORDS, KEYWORD = 80, 160, 3, 28
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
CARDS = (
    ADAPTIVE,
    "application/vnd.microsoft.card.hero",
    "application/vnd.microsoft.card.thumbnail",
    "application/vnd.microsoft.card.oauth",
    "application/vnd.microsoft.card.signin",
    "application/vnd.microsoft.teams.card.o365connector",
    "application/vnd.microsoft.teams.card.list",
    CONSENT,
    INFO,
)
TEXT_FORMATS = ("plain", "markdown", "xml", "extendedmarkdown")
ROOT_MESSAGE = "https://schema.org/Message"


def size(activity: Mapping[str, Any]) -> int:
    return len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))


def check_message(activity: Mapping[str, Any], conversation: Conversation, world: World, limit: int) -> None:
    """Raises what the connector would answer; returns when the message may be shown."""
    if size(activity) > limit:
        raise too_big()
    text, attachments = activity.get("text") or "", activity.get("attachments") or []
    if not isinstance(text, str) or not isinstance(attachments, list):
        raise bad_syntax("Activity could not be parsed.")
    if not text and not attachments and not activity.get("suggestedActions"):
        raise bad_syntax("Activity must include a non empty 'text' field or at least 1 attachment.")
    if activity.get("textFormat", "markdown") not in TEXT_FORMATS:
        raise bad_syntax(f"Unknown text format '{activity['textFormat']}'.")
    if activity.get("attachmentLayout", "list") not in ("list", "carousel", "grid"):
        raise bad_syntax(f"Unknown attachment layout '{activity['attachmentLayout']}'.")
    for attachment in attachments:
        _check_attachment(attachment, conversation, world)
    _check_entities(activity.get("entities") or [], text, conversation, world)


def is_split(activity: Mapping[str, Any]) -> bool:
    """Text beside a card becomes two messages."""
    cards = [one for one in activity.get("attachments") or [] if one.get("contentType") in CARDS]
    return bool(activity.get("text") and cards)


def _check_attachment(attachment: Any, conversation: Conversation, world: World) -> None:
    kind = attachment.get("contentType") if isinstance(attachment, dict) else None
    if not isinstance(kind, str) or not (kind in CARDS or kind.startswith("image/") or kind == "text/html"):
        raise bad_syntax("Unknown attachment type")
    if kind.startswith("image/") and not attachment.get("contentUrl"):
        raise bad_syntax("Attachment needs a contentUrl.")
    check_file_card(attachment, conversation.kind)
    if kind == ADAPTIVE:
        check_adaptive(attachment.get("content"), conversation, world)


def check_adaptive(card: Any, conversation: Conversation, world: World) -> None:
    faults = check_card(card)
    if faults:
        raise bad_syntax("Failed to parse Adaptive Card: " + "; ".join(faults[:5]))
    everything = json.dumps(card, ensure_ascii=False)
    for entity in (card.get("msteams") or {}).get("entities") or []:
        _check_mention(entity, everything, conversation, world, wide=True)


def _check_entities(entities: Any, text: str, conversation: Conversation, world: World) -> None:
    if not isinstance(entities, list) or not all(isinstance(one, dict) and one.get("type") for one in entities):
        raise bad_syntax("Every entity needs a type.")
    for entity in entities:
        if entity["type"] == "mention":
            _check_mention(entity, text, conversation, world)
    roots = [one for one in entities if one["type"] == ROOT_MESSAGE and not one.get("@id")]
    if len(roots) > 1:
        raise bad_syntax("Only one root message entity is allowed.")
    for root in roots:
        _check_citations(root.get("citation") or [])


def _check_mention(
    entity: Mapping[str, Any], text: str, conversation: Conversation, world: World, *, wide: bool = False
) -> None:
    """A card may also name people by their Entra id or address; a message only by the id in the chat."""
    if entity.get("type") != "mention":
        return
    mentioned, words = entity.get("mentioned") or {}, entity.get("text")
    if not words or (json.dumps(words, ensure_ascii=False)[1:-1] not in text and words not in text):
        raise bad_syntax("The text of a mention must stand in the message.")
    person = world.person(str(mentioned.get("id")))
    known = person is not None and person.id in conversation.members and (wide or person.id == mentioned["id"])
    if not known and mentioned.get("id") != world.bot["id"]:
        raise bad_syntax("A mentioned user is not in the conversation roster.")


def _check_citations(citations: Sequence[Any]) -> None:
    if len(citations) > CITATIONS:
        raise bad_syntax(f"No more than {CITATIONS} citations are allowed.")
    for citation in citations:
        appearance = citation.get("appearance") if isinstance(citation, dict) else None
        if not isinstance(appearance, dict) or not isinstance(citation.get("position"), int):
            raise bad_syntax("A citation needs a position and an appearance.")
        if not appearance.get("name") or not appearance.get("abstract"):
            raise bad_syntax("A citation needs a name and an abstract.")
        keywords = appearance.get("keywords") or []
        fits = (
            len(appearance["name"]) <= CITATION_NAME
            and len(appearance["abstract"]) <= CITATION_ABSTRACT
            and len(keywords) <= KEYWORDS
            and all(len(word) <= KEYWORD for word in keywords)
        )
        if not fits:
            raise bad_syntax("A citation is longer than allowed.")
