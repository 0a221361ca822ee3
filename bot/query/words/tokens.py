"""A question cut into words that remember where they stood, and the forms of a word that count as one."""

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(
    r"""https?://[^\s,;?"']+|/[\w{}:*./-]*[\w}*]|/(?=[\s,?.!]|$)"""
    r"""|\w+(?:[.:/@-]+\w+)*%?|>=|<=|!=|==|[><=+*÷×%-]"""
)
_QUOTED = re.compile(r"""(?<!\w)(?:"([^"]+)"|'([^'\n]+)'(?!\w)|`([^`]+)`|“([^”]+)”|‘([^’]+)’|«([^»]+)»)""")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(r"[^A-Za-z0-9]+")
_GLUED = re.compile(
    r"(bytes|messages|requests|records|packets|errors|octets|msgs)(in|out|sent|received|read|written|total|rejected)"
)
_ENDINGS = (
    "izations", "ization", "izing", "ized", "izes", "ize",
    "ations", "ation", "ating", "ated", "ates", "ate", "ments", "ment", "ings", "ing", "ions",
    "ion", "iness", "eness", "ness", "ures", "ure", "ances", "ance",
    "ive", "ies", "ied", "ed", "es", "ly", "al", "y", "e", "s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int
    quoted: bool = False

    @property
    def low(self) -> str:
        return self.text.lower()


def tokens(text: str) -> list[Token]:
    found = [
        Token(next(part for part in match.groups() if part is not None), match.start(), match.end(), quoted=True)
        for match in _QUOTED.finditer(text)
    ]
    rest = list(text)
    for token in found:
        rest[token.start : token.end] = " " * (token.end - token.start)
    bare = "".join(rest).replace("’s ", "'s ")
    bare = re.sub(r"'(?:s|re|ve|ll|d|m)\b|n't\b", lambda held: " " * len(held[0]), bare)
    found += [Token(match[0], match.start(), match.end()) for match in _WORD.finditer(bare)]
    return sorted(found, key=lambda token: token.start)


@lru_cache(maxsize=65536)
def parts(name: str) -> tuple[str, ...]:
    """The words in a name: `node_memory_MemAvailable_bytes` is node, memory, mem, available, bytes."""
    pieces = [piece.lower() for piece in _PARTS.split(_CAMEL.sub("_", name)) if piece]
    return tuple(spelled(part) for piece in pieces for part in _split(piece))


def _split(piece: str) -> tuple[str, ...]:
    """`bytesin` and `messagesout` are written without a gap by some exporters."""
    match = _GLUED.fullmatch(piece)
    return (match[1], match[2]) if match else (piece,)


@lru_cache(maxsize=65536)
def spelled(word: str) -> str:
    """British and American spelling as one."""
    if len(word) > 6:
        word = re.sub(r"is(?=(?:e|es|ed|ing|ation|ations)$)", "iz", word)
        word = re.sub(r"our(?=s?$)", "or", word)
    return _SPELLED.get(word, word)


_SPELLED = {
    "cancellation": "canceled", "cancellations": "canceled",
    "cancelled": "canceled", "catalogue": "catalog", "licence": "license", "send": "sent", "sends": "sent",
    "sending": "sent", "sell": "sold", "sells": "sold", "selling": "sold", "ran": "run", "wrote": "written",
    "broke": "broken", "froze": "frozen", "lose": "lost", "loses": "lost", "losing": "lost", "loss": "lost",
    "losses": "lost", "built": "build", "bought": "purchased", "buy": "purchased", "buys": "purchased",
    "fetches": "fetch", "denial": "denied", "denials": "denied", "refusal": "refused", "refusals": "refused",
    "paid": "payment", "pay": "payment", "pays": "payment", "thrown": "throw", "caught": "catch", "drawn": "draw",
}  # fmt: skip


_IRREGULAR = {
    "children": "child", "women": "woman", "men": "man", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "indices": "index", "vertices": "vertex", "matrices": "matrix", "leaves": "leaf",
    "buses": "bus", "gases": "gas", "lenses": "lens", "viruses": "virus", "statuses": "status", "aliases": "alias",
    "bonuses": "bonus", "campuses": "campus", "shelves": "shelf", "halves": "half", "wolves": "wolf", "knives": "knife",
}  # fmt: skip


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in (
        "gpus",
        "cpus",
        "skus",
        "menus",
        "apis",
        "kpis",
        "ops",
        "uris",
        "ips",
        "vms",
        "dbs",
        "lbs",
        "pgs",
        "ids",
        "urls",
        "taxis",
        "skis",
    ):
        return word[:-1]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "aws", "dns", "tls", "gas")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What `bounced`, `bounces` and `bouncing` have in common; never shorter than three letters."""
    word = singular(word)
    if word.endswith("lly") and len(word) > 6:  # partially
        word = word[:-2]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word


def begins(short: str, long: str) -> bool:
    return long.startswith(short)


def abbreviates(short: str, long: str, dropped: str = "aeiou") -> bool:
    """`iface` for interface, `batt` for battery, `pkt` for packet; never two words of nearly the same length."""
    if len(short) < 3 or len(long) < len(short) + 2 or short[0] != long[0] or not long.isalpha():
        return False
    rest = iter(long)
    ends_alike = len(short) > 3 and short[-1] == long.rstrip("s")[-1]
    spoken = begins(short, long) or ends_alike or not set(short[1:]) & set(dropped)
    return spoken and all(letter in rest for letter in short)


def coded(short: str, long: str) -> bool:
    """`gva` for geneva: three letters of a place, the first and the last among them."""
    if len(short) != 3 or len(long) < 5 or short[0] != long[0] or short[-1] != long[-1]:
        return False
    return short[1] in long[1:-1]
