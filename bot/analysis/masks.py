"""Lines as they may be shown in a chat: without what opens a door, and without whom they are about."""

import re

from bot.logs import HIDDEN, redact

_ADDRESS = re.compile(r"[\w.+'-]{1,64}@(?=[\w-]+\.[\w.-]*\w)")
_CARD = re.compile(r"(?<![\w-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?(\d{3,4})(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")


def masked(text: str) -> str:
    """Secrets, the name in e-mail addresses, and numbers of cards and accounts are hidden."""
    text = _ADDRESS.sub(f"{HIDDEN}@", redact(text))
    text = _CARD.sub(lambda found: f"{HIDDEN}{found[1]}" if _is_card(found[0]) else found[0], text)
    return _IBAN.sub(lambda found: f"{found[0][:4]}{HIDDEN}", text)


def _is_card(text: str) -> bool:
    """By its check digit."""
    digits = [int(one) for one in reversed(text) if one.isdigit()]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
