"""What may stand in a text or JSON column on both engines."""

import pytest

from storage.columns import storable, storable_tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("nul \0", "nul \ufffd"), ("ü 🙂 \u202e", "ü 🙂 \u202e"), ("half \ud83d", "half ?"), ("", "")],
)
def test_storable(text: str, expected: str):
    assert storable(text) == expected


def test_a_tree():
    assert storable_tree({"a\0": ["\0", 1, None, {"b": ("\ud83d", b"\0")}]}) == {
        "a\ufffd": ["\ufffd", 1, None, {"b": ["?", b"\0"]}]
    }
