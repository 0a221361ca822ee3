"""A letter as it travels. Pure: the same order gives the same letter, whose Message-ID makes a repeat recognisable."""

import hashlib
import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.model.errors import Rejected
from bot.model.harmless import clean
from bot.model.reply import File
from bot.ports.platform import Order
from handlers.mail.letters import render

OCTETS = ("application", "octet-stream")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def letter(order: Order, sender: Address, at: datetime) -> EmailMessage:
    """Raises Rejected for an address that is none."""
    drawing = render(order.reply, lambda _: "")
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = _recipient(order.place.channel)
    made["Subject"] = drawing.payload["subject"]
    made["Date"] = format_datetime(at)
    made["Message-ID"] = _id(f"{order.tenant}/{order.place.lane}/{order.key}", sender)
    made["References"] = made["In-Reply-To"] = _id(f"{order.tenant}/{_about(order.key)}", sender)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(drawing.payload["text"])
    made.add_alternative(drawing.payload["html"], subtype="html")
    for file in drawing.files:
        _attach(made, file)
    return made


def _recipient(address: str) -> Address:
    try:
        found = Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        found = Address()
    if not found.username or not found.domain or not address.isprintable():
        raise Rejected(f"“{clean(address)[:200]}” is not an e-mail address.", code="address")
    return found


def _attach(made: EmailMessage, file: File) -> None:
    main, _, sub = file.media_type.partition("/")
    if not _TYPE.fullmatch(file.media_type) or main in ("message", "multipart"):
        main, sub = OCTETS
    name = " ".join(clean(file.name).split())
    made.add_attachment(file.content, maintype=main, subtype=sub, filename=name)


def _id(name: str, sender: Address) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:40]
    return f"<{digest}@{sender.domain}>"


def _about(key: str) -> str:
    """Everything about one issue is one thread: `page:ISS-1:2.0:…#3` is about ISS-1; else the subject itself."""
    subject = key.rpartition("#")[0] or key
    parts = subject.split(":")
    return parts[1] if parts[0] in ("issue", "story", "page") and len(parts) > 1 else subject
