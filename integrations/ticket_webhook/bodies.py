"""What the ticket webhook is sent, how it is signed, and what its answer tells. Pure."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from bot.model import ticket_sheet
from bot.model.harmless import clean
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.model.ticket_sheet import Sheet
from bot.ports.platform import Order

LONGEST_ID = 200
LONGEST_PAGE = 1000
NAMELESS = "-"  # the receipt of an answer that did not say what the ticket is called there


def body_of(order: Order, key: str) -> bytes:
    """The same order gives the same bytes."""
    sheet = ticket_sheet.read(order.reply)
    given: dict[str, Any] = {
        "event": _event(sheet, order),
        "key": key,
        "tenant": order.tenant,
        "outside_id": named(order.receipt).text if order.receipt else "",
        "ticket": ticket_sheet.plain_fields(sheet),
    }
    return json.dumps(given, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def headers_of(body: bytes, key: str, secret: str, now: datetime) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": quote(key, safe="/:#"),
        "X-Nightdesk-Timestamp": timestamp,
        "X-Nightdesk-Signature": f"sha256={signature(secret, timestamp, body)}",
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def receipt_of(answer: Any, order: Order) -> Receipt:
    """What the other side calls it, and its page. Where it does not say, what it said before holds."""
    said = answer if isinstance(answer, Mapping) else {}
    name, page = _one_line(said.get("id"), LONGEST_ID), _page(said.get("url"))
    if not name:
        return Receipt(order.receipt.id if order.receipt else NAMELESS)
    return Receipt(f"{name} {page}".strip())


def named(receipt: Receipt) -> Link:
    """`text` is empty where the other side never said."""
    if receipt.id == NAMELESS:
        return Link("", "")
    name, _, page = receipt.id.rpartition(" ")
    return Link(name, page) if name and _page(page) else Link(receipt.id, "")


def words_of(answer: Any) -> str:
    """What an error's body says, wherever it says it."""
    if isinstance(answer, Mapping):
        answer = answer.get("message") or answer.get("error") or answer.get("detail") or ""
    return _one_line(answer, 300) if isinstance(answer, str) else ""


def _event(sheet: Sheet, order: Order) -> str:
    if sheet.status == "resolved":
        return "resolved"
    return "changed" if order.receipt else "opened"


def _one_line(value: object, longest: int) -> str:
    """Ids may be numbers."""
    known = isinstance(value, str | int) and not isinstance(value, bool)
    return " ".join(clean(str(value)).split())[:longest] if known else ""


def _page(value: object) -> str:
    """Only what a browser may open."""
    if not isinstance(value, str) or len(value) > LONGEST_PAGE or clean(value) != value or " " in value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and parts.hostname else ""
