"""Excerpts and pages out of Markdown; what alerts had a hand in stays literal."""

import pytest

from bot.desk.excerpts import LONGEST_EXCERPT, blocks, excerpt, plain
from bot.model.reply import Code, Link, Strong, Text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# Head\n\nSome **bold** and `code`.\n- one\n2. two", "Head Some bold and code. one two"),
        ("See [the page](https://x.example/a?b) now", "See the page now"),
        ("```sh\nls -l\n```", "ls -l"),
    ],
)
def test_plain(content: str, expected: str):
    assert plain(content) == expected


def test_an_excerpt_is_around_what_was_asked():
    text = f"{'Nothing here. ' * 60}Rotate the certificate first. {'And more. ' * 60}"
    found = excerpt(text, {"rotat", "certificat"})
    assert "Rotate the certificate first." in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) <= LONGEST_EXCERPT + 4
    assert excerpt(text, {"absent"}).startswith("Nothing here.")
    assert excerpt("Short.", set()) == "Short."


def test_a_page_in_blocks():
    page = (
        "# Head\n\nTwo lines\nof `x_total`, see [it](https://x.example/a).\n\n- **first**\n- second\n\n```\na\nb\n```\n"
    )
    assert blocks(page, literal=False) == (
        Text((Strong("Head"),)),
        Text(("Two lines of ", Code("x_total"), ", see ", Link("it", "https://x.example/a"), ".")),
        Text((Strong("first"),), listed=True),
        Text(("second",), listed=True),
        Text((Code("a\nb"),)),
    )


@pytest.mark.parametrize("hostile", ["[x](https://evil.example)", "<!channel>", "**x**", "`x`"])
def test_what_came_from_alerts_is_words(hostile: str):
    assert blocks(f"- {hostile}", literal=True) == (Text((hostile,), listed=True),)


@pytest.mark.parametrize("hostile", ["[x](javascript:alert(1))", "[x](//evil.example)"])
def test_only_web_addresses_are_links(hostile: str):
    (block,) = blocks(hostile, literal=False)
    assert isinstance(block, Text)
    assert not any(isinstance(part, Link) for part in block.parts)
