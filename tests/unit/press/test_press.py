"""Pictures and pages of every chart, hostile words included; and that nothing is loaded before one is wanted."""

import math
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.model.chart import Band, Group, Mark, Threshold
from bot.model.reply import Bars, Chart, Query, Table
from bot.model.series import Point, Series
from bot.ports.press import Drawable, Sheet
from handlers.press.look import DARK, LIGHT, Look
from handlers.press.press import MatplotlibPress
from tests.fakes import NOON

EVIL = "$\\frac{x}{$ <b>&amp; \x07\u202e 🎉 %s {} \\n" + "x" * 5000
MINUTE = timedelta(minutes=1)


def series(*values: float, name: str = "web", unit: str = "seconds") -> Series:
    return Series(name, tuple(Point(NOON + n * MINUTE, value) for n, value in enumerate(values)), unit)


AROUND = {
    "marks": (Mark(NOON + MINUTE, EVIL, "deploy"), Mark(NOON - 99 * MINUTE, "outside")),
    "bands": (Band(EVIL), Band("b", NOON, NOON + MINUTE, 0.1, math.nan, breach=True), Band("far", low=1e300)),
    "thresholds": (Threshold(0.2, EVIL), Threshold(math.inf), Threshold(1e300)),
}
CHARTS: dict[str, Drawable] = {
    "line": Chart("p95", (series(0.1, 0.3, 0.2),)),
    "annotated": Chart(EVIL, (series(0.1, math.nan, 0.2, name=EVIL), series(0.2, math.inf)), zone="No/Where", **AROUND),
    "area": Chart("a", (series(1, 2), series(3, 4, name="$a$ $b$")), "area", stacked=True, zone="Europe/Vienna"),
    "bars over time": Chart("b", (series(1, 2, unit="usd"), series(3, 4)), "bar", stacked=True),
    "many": Chart("m", tuple(series(*range(700), name=f"s{n}") for n in range(40))),
    "one point": Chart("o", (series(5),)),
    "nothing": Chart("n", (series(math.nan),)),
    "no series": Chart("", ()),
    "huge": Chart("h", (series(sys.float_info.max, 1e-300),)),
    "by name": Bars(EVIL, (EVIL, "eu"), (Group("$5xx$", (1, math.nan)), Group("4xx", (2,))), stacked=True),
    "no names": Bars("", (), ()),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("dark", [False, True])
async def test_every_chart_is_drawn_and_alike_each_time(name: str, dark: bool) -> None:
    drawn = await MatplotlibPress().picture(CHARTS[name], dark=dark)
    with Image.open(BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert image.width >= 1000
        corner = image.convert("RGB").getpixel((2, 2))
    assert "#{:02x}{:02x}{:02x}".format(*corner) == (DARK if dark else LIGHT).ground  # type: ignore[misc]
    assert len(drawn) < 400_000
    assert await MatplotlibPress().picture(CHARTS[name], dark=dark) == drawn


async def test_two_charts_are_two_pictures() -> None:
    press = MatplotlibPress()
    drawn = [await press.picture(CHARTS[name]) for name in ("line", "annotated", "area", "line")]
    assert len(set(drawn)) == 3


async def test_a_page_holds_its_words_and_stays_one() -> None:
    query = Query("Prometheus", "promql", EVIL, NOON, NOON + MINUTE, MINUTE)
    rows = tuple((f"pod-{n}", float(n)) for n in range(500))
    sheet = Sheet(EVIL, (CHARTS["annotated"], CHARTS["by name"]), (Table(("Pod", EVIL), rows),), (query,), "Read at")
    page = await MatplotlibPress().page(sheet)
    assert page.startswith(b"%PDF-")
    assert page.count(b"/Type /Page ") == 1
    assert await MatplotlibPress().page(sheet) == page


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_from_the_ground(look: Look) -> None:
    for colour, least in [(look.ink, 4.5), (look.quiet, 4.5), (look.breach, 4.5), (look.usual, 4.5)]:
        assert _contrast(colour, look.ground) >= least
    assert all(_contrast(colour, look.ground) >= 3 for colour in look.series)


def test_nothing_is_loaded_before_it_is_wanted() -> None:
    heavy = ("matplotlib", "PIL", "openai", "httpx2")
    told = f"import sys, bot.main; print(any(name.startswith({heavy}) for name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(a * b for a, b in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
