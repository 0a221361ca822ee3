"""Documents, as tests need them."""

from typing import Any

from bot.model.document import Document, id_of
from tests.fakes import NOON


def document(name: str = "disks", **given: Any) -> Document:
    plain: dict[str, Any] = {"title": f"About {name}", "content": "", "updated_at": NOON, "origin": "upload"}
    return Document(id_of("upload", name), **{**plain, **given})
