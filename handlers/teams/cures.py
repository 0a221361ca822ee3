"""botbuilder 4.17.1 is archived: what it gets wrong and nobody will put right is put right here, once at start."""

import logging
from typing import Any

from botbuilder.schema import ChannelAccount, ConversationAccount, Entity
from msrest.serialization import Model


def apply() -> None:
    # It knows only the `type` of an entity and drops the rest on sending: streaming, mentions, citations, AI label.
    # Likewise `tenantId` of a conversation, which it spells `tenantID`.
    for shape in (Entity, ConversationAccount, ChannelAccount):
        shape.enable_additional_properties_sending()
    # Warns of unknown attributes in ordinary Teams traffic.
    logging.getLogger("msrest.serialization").setLevel(logging.ERROR)


def invoke_body(body: Any) -> Any:
    """Its own adapter serialises the body of an invoke twice, and so answers every one with 500."""
    return body.serialize() if isinstance(body, Model) else body  # type: ignore[no-untyped-call]
