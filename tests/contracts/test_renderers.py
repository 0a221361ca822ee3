"""Every platform says the same: the figures, names, links and acts of a reply stand in each of its drawings."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from bot.model import plain
from bot.model.reply import (
    Block,
    Button,
    Buttons,
    Choices,
    File,
    Files,
    Form,
    Link,
    Mention,
    Part,
    Picture,
    Query,
    Reply,
    Sources,
)
from bot.model.reply import Text as Paragraph
from handlers.catalog import PLATFORMS
from handlers.platform import Renderer, download_key
from handlers.playground import pages
from handlers.playground.examples import EXAMPLES
from tests.contracts.drawn import Act, Found, act, find, words
from tests.contracts.replies import big_reply, replies

LOOKS: list[tuple[str, Renderer]] = [("html", pages.render), *((kind.name, kind.render) for kind in PLATFORMS)]
every_look = pytest.mark.parametrize("render", [pytest.param(render, id=name) for name, render in LOOKS])


def link(file: File) -> str:
    return f"https://files.example.com/{download_key(file)}"


@every_look
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(render: Renderer, name: str) -> None:
    compare(EXAMPLES[name], render)


@every_look
@given(reply=replies())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_replies_of_every_shape(render: Renderer, reply: Reply) -> None:
    compare(reply, render)


@every_look
@pytest.mark.parametrize("factor", [1, 3, 50])
def test_replies_far_over_every_limit(render: Renderer, factor: int) -> None:
    compare(big_reply(factor), render)


@every_look
def test_drawing_is_pure(render: Renderer) -> None:
    for reply in EXAMPLES.values():
        assert render(reply, link) == render(reply, link)


def compare(reply: Reply, render: Renderer) -> None:
    drawing = render(reply, link)
    found = find(drawing)
    missing = sorted(word for word in words(plain.render(spoken(reply))) if not found.has_word(word))
    assert missing == [], "figures or names are missing"
    assert [one for one in mentions(reply) if not is_mentioned(one, found)] == []
    assert [url for url in links(reply) if url not in found.links and not found.has_text(url)] == []
    assert [deed for deed in deeds(reply) if not can_be_done(deed, found)] == [], "acts are missing"

    own = {link(file) for file in (*attached(reply), *drawing.files)}
    assert found.links - set(links(reply)) - own == set(), "links that the reply does not have"
    assert found.acts - allowed(reply) == set(), "acts that the reply does not have"


def spoken(reply: Reply) -> Reply:
    """The same with everything that plain text says in a way of its own brought down to its words."""
    blocks = tuple(Paragraph((said,)) for block in reply.blocks for said in _said(block))
    return replace(reply, blocks=blocks, buttons=(), footer="\n".join([reply.footer, *labels(reply.buttons)]))


def _said(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(parts):
            yield " ".join(plain.part(part) for part in parts if not isinstance(part, Mention))
        case Files(files):
            yield from (file.name for file in files)
        case Picture(file):
            yield file.name
        case Buttons(buttons):
            yield from labels(buttons)
        case Choices(label, options):
            yield from (label, *(option.label for option in options))
        case Form(title, fields, submit=submit):
            yield from (title, submit)
            for field in fields:
                yield from (field.label, field.value, field.hint, *(option.label for option in field.options))
        case _:
            yield plain.render(Reply("", (block,)))


def labels(buttons: tuple[Button, ...]) -> list[str]:
    return [button.label for button in buttons]


def parts(reply: Reply) -> Iterator[Part]:
    for block in reply.blocks:
        if isinstance(block, Paragraph):
            yield from block.parts


def mentions(reply: Reply) -> list[Mention]:
    return [part for part in parts(reply) if isinstance(part, Mention)]


def is_mentioned(mention: Mention, found: Found) -> bool:
    account = mention.account
    return account.user in found.strings or found.has_text(account.name or account.user)


def attached(reply: Reply) -> list[File]:
    found = [file for block in reply.blocks if isinstance(block, Files) for file in block.files]
    for block in reply.blocks:
        if isinstance(block, Picture):
            found += [block.file, *([block.dark] if block.dark else [])]
    return found


def pressable(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(one for block in reply.blocks if isinstance(block, Buttons) for one in block.buttons)]


def links(reply: Reply) -> list[str]:
    found = [part.url for part in parts(reply) if isinstance(part, Link)]
    for block in reply.blocks:
        if isinstance(block, Sources):
            found += [one.url for one in block.links]
        if isinstance(block, Query) and block.url:
            found.append(block.url)
    return [*found, *(button.url for button in pressable(reply) if button.url)]


class Deed(NamedTuple):
    """Something that can be done: an intent, and for a choice the value that its argument takes."""

    intent: str
    arguments: Mapping[str, Any]
    argument: str = ""
    value: str = ""

    @property
    def whole(self) -> dict[str, Any]:
        return {**self.arguments, self.argument: self.value} if self.argument else dict(self.arguments)


def deeds(reply: Reply) -> list[Deed]:
    found = [Deed(button.intent, button.arguments) for button in pressable(reply) if not button.url]
    for block in reply.blocks:
        if isinstance(block, Form):
            found.append(Deed(block.intent, block.arguments))
        if isinstance(block, Choices):
            found += [Deed(block.intent, block.arguments, block.argument, one.value) for one in block.options]
    return found


def can_be_done(deed: Deed, found: Found) -> bool:
    """By a press, by a choice and a press, or by the command that stands where no press can carry it."""
    chosen = bool(deed.argument) and act(deed.intent, deed.arguments) in found.acts and deed.value in found.strings
    typed = plain.command(deed.intent, deed.whole)
    return chosen or act(deed.intent, deed.whole) in found.acts or found.has_text(typed)


def allowed(reply: Reply) -> set[Act]:
    all_of_it = {act(deed.intent, deed.whole) for deed in deeds(reply)}
    # What is carried beside a choice, whose value is added when it is made.
    all_of_it |= {act(block.intent, block.arguments) for block in reply.blocks if isinstance(block, Choices)}
    ratings = {act("feedback", {"positive": positive}) for positive in (True, False)}
    return all_of_it | ratings if reply.rateable else all_of_it
