"""E-mail addresses as people write them, and the list of those that may be written to. Pure."""

import re
from collections.abc import Collection, Iterable
from email.errors import HeaderParseError
from email.headerregistry import Address

LONGEST = 254
_BETWEEN = re.compile(r"[\s,;]+")


def address(text: str) -> str:
    """One address, and nothing beside it. Raises ValueError."""
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        found = Address()
    if not found.username or not found.domain or not text.isprintable() or len(text) > LONGEST:
        raise ValueError(f"“{text[:LONGEST]}” is not an e-mail address")
    return text


def split(text: str) -> tuple[str, ...]:
    """Between commas, semicolons or spaces; each once. Raises ValueError."""
    return unique(address(one) for one in _BETWEEN.split(text.strip()) if one)


def unique(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple({one.casefold(): one for one in addresses}.values())


def refused(addresses: Iterable[str], allowed: Collection[str]) -> tuple[str, ...]:
    """Those that are neither on the list themselves nor of a domain that is."""
    known = {one.casefold().removeprefix("@") for one in allowed}
    return tuple(one for one in addresses if known.isdisjoint({one.casefold(), one.casefold().rpartition("@")[2]}))


def web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@\\]+(?:/[^\s\\]*)?", text):
        raise ValueError("holds something that is not an address such as https://docs.example.com/runbooks/")
    return text
