"""The colours of the page can be read: every pair that is used together keeps WCAG AA, by day and by night."""

import re
from pathlib import Path

import pytest

from handlers.playground.server import PAGE

NAMES = (
    "--bg --bg-raised --bg-sunken --fg --fg-muted --line --accent --accent-fg --good --warn --bad --link --focus "
    "--radius --space-1 --space-2 --space-3 --space-4 --space-5 --space-6 --font --mono"
).split()
GROUNDS = ("--bg", "--bg-raised", "--bg-sunken")
TEXTS = ("--fg", "--fg-muted", "--good", "--warn", "--bad", "--link", "--accent")
ON_SOFT = [(tone, f"{tone}-soft") for tone in ("--good", "--warn", "--bad", "--accent")]
READ = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *ON_SOFT,
    *(("--fg", soft) for _, soft in ON_SOFT),
    *(("--fg-muted", soft) for _, soft in ON_SOFT),
    ("--accent-fg", "--accent"),
]
SEEN = [
    *((mark, ground) for mark in ("--focus", "--line-strong") for ground in GROUNDS),
    *((f"--series-{n}", "--bg-raised") for n in range(1, 7)),
]


def tokens(theme: str) -> dict[str, str]:
    """The custom properties in force under a theme: those of the dark theme stand over the first ones."""
    text = Path(PAGE / "tokens.css").read_text()
    first, _, dark = text.partition(':root[data-theme="dark"]')
    found = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", first))
    return {**found, **dict(re.findall(r"(--[\w-]+):\s*([^;]+);", dark))} if theme == "dark" else found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_promised_name_is_there(theme: str) -> None:
    assert set(NAMES) <= set(tokens(theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    found = tokens(theme)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), SEEN)
def test_edges_focus_and_lines_can_be_seen(theme: str, mark: str, ground: str) -> None:
    found = tokens(theme)
    assert contrast(found[mark], found[ground]) >= 3
