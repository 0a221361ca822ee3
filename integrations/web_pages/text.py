"""A page of HTML as the plain words of it, in Markdown: headings, lists and code keep their shape, all else is text.
Pure. Nothing of it is run, fetched or linked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

LONGEST_TITLE = 200
_NEVER = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "nav", "footer", "aside", "form",
     "button", "select", "textarea", "audio", "video", "canvas", "dialog", "title"}
)  # fmt: skip
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_BLOCKS = frozenset(
    {"p", "div", "section", "header", "ul", "ol", "dl", "dt", "dd", "table", "tr", "blockquote", "figure", "figcaption",
     "main", "article", "body", "details", "summary", "address"}
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MARK_AT_BEGIN = re.compile(r"^(?=#{1,6}\s|```)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    content: str


def words(html: str) -> Words:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    content = _tidy(reader.main) or _tidy(reader.whole)
    heading = next((line.lstrip("# ") for line in content.splitlines() if line.startswith("# ")), "")
    title = heading or " ".join("".join(reader.title).split())
    return Words(title[:LONGEST_TITLE], content)


class _Reader(HTMLParser):
    """`main`: what stands inside the page's main part; a page without one is taken whole."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.main: list[str] = []
        self.whole: list[str] = []
        self.title: list[str] = []
        self._inside = 0  # of main and article
        self._left_out: tuple[str, int] | None = None  # a part that is nothing to read, and how deep in it
        self._in_title = self._in_code = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self._left_out:
            name, depth = self._left_out
            self._left_out = (name, depth + (tag == name))
            return
        if tag == "title" and not self.title:
            self._in_title = True
        if tag not in _VOID and (tag in _NEVER or _is_hidden(attrs)):
            self._left_out = (tag, 1)
            return
        if tag in ("main", "article"):
            self._inside += 1
        self._put(self._begun(tag))

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            name, depth = self._left_out
            if tag == name:
                self._left_out = (name, depth - 1) if depth > 1 else None
                self._in_title = False
            return
        if tag == "pre":
            self._put("\n```\n\n")
            self._in_code = False
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._put("\n\n")
        elif tag == "code" and not self._in_code:
            self._put("`")
        if tag in ("main", "article"):
            self._inside = max(0, self._inside - 1)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._left_out:
            self._put(data.replace("```", "'''") if self._in_code else _plain(data))

    def _begun(self, tag: str) -> str:
        if tag == "pre":
            self._in_code = True
            return "\n\n```\n"
        if tag in _HEADINGS:
            return f"\n\n{_HEADINGS[tag]} "
        if tag == "li":
            return "\n- "
        if tag in ("td", "th"):
            return " | "
        if tag == "code" and not self._in_code:
            return "`"
        return "\n" if tag in ("br", "hr") else "\n\n" if tag in _BLOCKS else ""

    def _put(self, text: str) -> None:
        self.whole.append(text)
        if self._inside:
            self.main.append(text)


def _plain(data: str) -> str:
    """On one line, as browsers show it; what looks like a mark of ours stays what it is."""
    flat = re.sub(r"\s+", " ", data)
    return _MARK_AT_BEGIN.sub("\u200b", flat)


def _is_hidden(attrs: Sequence[tuple[str, str | None]]) -> bool:
    given = {name: value or "" for name, value in attrs}
    return "hidden" in given or given.get("aria-hidden") == "true" or bool(_HIDDEN.search(given.get("style", "")))


def _tidy(parts: Sequence[str]) -> str:
    """Spaces outside of code are one, empty lines are one, and an empty heading or item is none."""
    lines: list[str] = []
    in_code = False
    for line in "".join(parts).splitlines():
        if line.strip() == "```":
            in_code = not in_code
        kept = line.rstrip() if in_code else " ".join(line.split()).removeprefix("| ")
        if not in_code and kept in ("-", *_HEADINGS.values()):
            continue
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip()
