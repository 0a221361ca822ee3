"""A Reply as a letter: a subject, plain text, and the same as HTML. Pure; all is escaped, nothing is left out."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.model import plain
from bot.model.harmless import clean
from bot.model.reply import Reply, Tone, attached
from bot.model.text import capped
from handlers.mail.shapes import TONES, Line, Shape, acts, shapes
from handlers.platform import Drawing, Linker

LONGEST_SUBJECT = 200
BY_MODEL = "Written with AI. The figures come from queries; check what matters."


@dataclass(frozen=True, slots=True)
class Page:
    """What letter.html.j2 draws."""

    subject: str
    tone: Tone
    mood: str  # the tone in a word
    title: str
    summary: str
    shapes: tuple[Shape, ...]
    acts: tuple[Line, ...]
    small: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What letter.txt.j2 writes."""

    mood: str
    text: str
    small: tuple[str, ...]


def render(reply: Reply, link: Linker) -> Drawing:  # noqa: ARG001 - files are attached, so nothing is linked to
    files = attached(reply)
    return Drawing({"subject": subject(reply), "text": text(reply), "html": page(reply)}, files)


def subject(reply: Reply) -> str:
    """One line, whatever was written."""
    tone = TONES[reply.tone]
    words = " ".join(clean(f"{tone}: {reply.summary}" if tone else reply.summary or reply.title).split())
    return capped(words, LONGEST_SUBJECT)


def page(reply: Reply) -> str:
    drawn = Page(
        subject(reply),
        reply.tone,
        TONES[reply.tone],
        clean(reply.title),
        clean(reply.summary),
        tuple(shapes(reply.blocks)),
        acts(reply.buttons),
        tuple(clean(words) for words in (BY_MODEL if reply.by_model else "", reply.footer) if words),
    )
    return _TEMPLATES.get_template("letter.html.j2").render(letter=drawn)


def text(reply: Reply) -> str:
    words = Words(TONES[reply.tone], plain.render(reply), (BY_MODEL,) if reply.by_model else ())
    return _TEMPLATES.get_template("letter.txt.j2").render(letter=words)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
)
