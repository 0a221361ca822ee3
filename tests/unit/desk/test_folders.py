"""Folders of pages: read as they are, and what is bad is named."""

from pathlib import Path

import pytest

from bot.desk import folders
from bot.model.errors import Misconfigured


def page(folder: Path, text: str, name: str = "a.md"):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return folders.read(folder)


@pytest.mark.parametrize(
    ("text", "title", "category", "tags", "content"),
    [
        ("---\ntitle: T\ncategory: c\ntags: [a, b]\n---\nText", "T", "c", ("a", "b"), "Text"),
        ("---\ntags: a, b\nauthor: me\n---\n# Head\n\nText", "Head", "", ("a", "b"), "# Head\n\nText"),
        ("# Head #\r\nText", "Head", "", (), "# Head #\nText"),
        ("Text", "how to log in", "", (), "Text"),
        ("---\n---\nText\n---\n", "how to log in", "", (), "Text\n---"),
    ],
)
def test_a_page(tmp_path: Path, text: str, title: str, category: str, tags: tuple[str, ...], content: str):
    (found,) = page(tmp_path, text, "deep/how-to_log-in.md").documents
    assert (found.title, found.category, found.tags, found.content) == (title, category, tags, content)
    assert (found.path, found.origin) == ("deep/how-to_log-in.md", "folder")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a.md is empty."),
        ("---\ntitle: T\n---\n", "a.md is empty."),
        ("---\ntitle: [\n---\nx", "a.md, line 2"),
        ("---\nurl: javascript:alert(1)\n---\nx", "a.md, url: has to begin with https:// or /."),
        ("---\ntags: [two words]\n---\nx", "a.md, tags"),
        ("x" * 200_001, "a.md is larger than 200 kB."),
    ],
)
def test_a_bad_page_is_named_and_the_others_are_read(tmp_path: Path, text: str, says: str):
    page(tmp_path, "Fine", "b.md")
    found = page(tmp_path, text)
    assert [one.path for one in found.documents] == ["b.md"]
    assert found.unread == {"a.md"}
    (told,) = found.bad
    assert told.startswith(says)


def test_what_is_no_page_is_left_alone(tmp_path: Path):
    page(tmp_path, "x", "note.txt")
    assert page(tmp_path, "x", ".git/a.md").documents == []
    with pytest.raises(Misconfigured, match="There is no folder"):
        folders.read(tmp_path / "gone")
