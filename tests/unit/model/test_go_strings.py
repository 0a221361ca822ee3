"""Strings as Go reads them: what it takes, and what it refuses."""

import pytest

from bot.model.go_strings import unescaped


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("plain", "plain"), ("", ""), (r"a\tb\n", "a\tb\n"), (r"\"x\" \\", '"x" \\'), (r"\x41\101", "AA"),
        (r"\u00e4\U0001F600", "ä😀"), (r"\xc3\xa4", "ä"), ("ä😀", "ä😀"),
    ],
)  # fmt: skip
def test_escapes(text: str, meant: str):
    assert unescaped(text) == meant


@pytest.mark.parametrize("text", [r"\q", "\\", r"\x4", r"\400", r"\ud800", r"\U00110000", r"\UFFFFFFFF", r"\xff"])
def test_what_go_refuses(text: str):
    with pytest.raises(ValueError):
        unescaped(text)
