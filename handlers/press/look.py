"""Colours of pictures: text reads at 4.5:1 and lines at 3:1 on both grounds, and no line is told by colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    ground: str
    ink: str
    quiet: str
    grid: str
    breach: str
    usual: str
    series: tuple[str, ...]


LIGHT = Look(
    ground="#ffffff",
    ink="#1c1e26",
    quiet="#565965",
    grid="#dcd9d1",
    breach="#b3261e",
    usual="#146c43",
    series=("#4150b5", "#b4541a", "#1c7f6b", "#97348a", "#8a7000", "#5c6470"),
)
DARK = Look(
    ground="#1b1e29",
    ink="#e7e8ee",
    quiet="#a4a8b7",
    grid="#2e3242",
    breach="#ff9189",
    usual="#63c996",
    series=("#a9b4ff", "#f0a06a", "#5ecdb2", "#dd8fd2", "#d9c257", "#a4a8b7"),
)
DASHES = ("-", "--", "-.", ":")
SIGNS = {"alert": "▲", "deploy": "●", "anomaly": "◆", "note": "■"}
