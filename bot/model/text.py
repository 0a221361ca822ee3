"""Small matters of English, written the same everywhere."""


def capital(text: str) -> str:
    """The first letter alone: names in it stay as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def capped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def many(count: int, noun: str, nouns: str = "") -> str:
    """`1 call`, `1,204 calls`; `nouns` where it is not one with an s."""
    return f"1 {noun}" if count == 1 else f"{count:,} {nouns or f'{noun}s'}"
