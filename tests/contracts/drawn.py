"""What a person finds in a drawing, whichever platform it is for: words, links and what can be pressed."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from bot.model import figures
from handlers.platform import Drawing

# Signs that nobody sees: renderers put them between others, take them out or replace them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd\ud800-\udfff]"
)
_ESCAPE = re.compile(r"\\([\\`*_\[\]~+>#.-])")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ")
_WORD = re.compile(r"\w+(?:[.,]\w+)*")
_UNREAD = frozenset({"type", "style"})  # they would stand between the halves of what was torn
_LINKS = frozenset({"url", "href"})

Act = tuple[str, str]


def act(intent: Any, arguments: Any) -> Act:
    """An intent and its arguments, comparable whatever way they were written."""
    return str(intent), json.dumps(arguments, sort_keys=True, default=str)


@dataclass
class Found:
    strings: list[str] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    acts: set[Act] = field(default_factory=set)

    def has_word(self, word: str) -> bool:
        """Torn in two by a limit in its middle, it still stands in what follows one another."""
        return word in self._words or word in self._whole

    def has_text(self, text: str) -> bool:
        return _flat(text) in self._whole

    def seal(self) -> "Found":
        self._whole = _flat("".join(self.strings))
        self._words = set(_WORD.findall("\n".join(normal(one) for one in self.strings)))
        return self


def find(drawing: Drawing) -> Found:
    found = Found()
    _walk(drawing.payload, found)
    for file in drawing.files:
        found.strings.append(file.name)
        if file.media_type.startswith("text/"):
            found.strings.append(file.content.decode(errors="replace"))
    return found.seal()


def words(text: str) -> set[str]:
    return set(_WORD.findall(normal(text)))


def normal(text: str) -> str:
    """As it is read: escapes and unseen signs gone, instants as figures.clock writes them."""
    text = _ESCAPE.sub(r"\1", html.unescape(html.unescape(_UNSEEN.sub("", text))))
    return _INSTANT.sub(r"\1 \2 UTC", text)


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", normal(text))


def _walk(value: Any, found: Found) -> None:
    match value:
        case str():
            found.strings.append(value)
            if value.startswith("{"):
                _walk_json(value, found)
        case bool() | None:
            pass
        case int() | float():
            found.strings += [str(value), figures.plain(value)]
        case Mapping():
            _walk_mapping(value, found)
        case _:
            for inner in value:
                _walk(inner, found)


def _walk_json(text: str, found: Found) -> None:
    try:
        inner = json.loads(text)
    except ValueError:
        return
    _walk(inner, found)


def _walk_mapping(value: Mapping[str, Any], found: Found) -> None:
    if "i" in value and "a" in value:
        found.acts.add(act(value["i"], value["a"]))
    if "F" in value:
        found.acts.add(act(value["F"]["intent"], value["F"].get("arguments", {})))
    if value.get("type") == "date" and "timestamp" in value:
        found.strings.append(figures.clock(datetime.fromtimestamp(value["timestamp"], UTC)))
    for name, inner in value.items():
        if name in _LINKS and isinstance(inner, str):
            found.links.add(inner)
        if name == "html":
            for one in _Page.read(inner, found):
                found.strings.append(one)
        elif name not in _UNREAD:
            _walk(inner, found)


class _Page(HTMLParser):
    @classmethod
    def read(cls, markup: str, found: Found) -> Iterator[str]:
        page = cls(found)
        page.feed(markup)
        page.close()
        yield from page.said

    def __init__(self, found: Found) -> None:
        super().__init__()
        self.found = found
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.said += [given[name] for name in ("value", "data-value", "download", "href") if name in given]
        if "href" in given:
            self.found.links.add(given["href"])
        if "data-intent" in given:
            self.found.acts.add(act(given["data-intent"], json.loads(given["data-arguments"])))

    def handle_data(self, data: str) -> None:
        self.said.append(data)
