"""Literal text as HTML that stays literal: nothing that users, alerts or logs wrote becomes markup or a hidden sign."""

import html
import re
from urllib.parse import urlsplit

from bot.model.harmless import clean

SCHEMES = ("http", "https", "mailto")
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_LOOKS_LIKE_ADDRESS = re.compile(r"\w[.。．｡]\w|://|@")


def text(value: str) -> str:
    """Escaped for text and for quoted attributes alike."""
    return html.escape(clean(value))


def attributes(**given: str | bool | None) -> str:
    """`data_intent="x"` as ` data-intent="x"`; True stands bare, False and None are left out."""
    words = []
    for name, value in given.items():
        name = name.rstrip("_").replace("_", "-")
        if value is True:
            words.append(f" {name}")
        elif isinstance(value, str):
            words.append(f' {name}="{text(value)}"')
    return "".join(words)


def address(url: str) -> str | None:
    """The address, where following it is harmless: a web page or a mail; else None."""
    if _UNSPEAKABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    known = parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")
    return url if known else None


def link(label: str, url: str, *, looks: str = "") -> str:
    """An anchor; the address stands beside it where the label could be taken for another one, or cannot be followed."""
    target = address(url)
    beside = f' <span class="address">({text(url)})</span>' if label != url else ""
    if target is None:
        return f"{text(label)}{beside}"
    if not _LOOKS_LIKE_ADDRESS.search(label):
        beside = ""
    anchor = attributes(class_=looks or None, href=target, rel="noopener noreferrer", target="_blank")
    return f"<a{anchor}>{text(label)}</a>{beside}"
