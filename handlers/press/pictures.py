"""A chart as a PNG: large letters, for it is mostly read on a phone."""

from io import BytesIO

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.ports.press import Drawable
from handlers.press import plots
from handlers.press.look import DARK, LIGHT

INCHES = (6.0, 4.2)
DOTS = 200  # an inch


def picture(chart: Drawable, *, dark: bool = False) -> bytes:
    look, out = DARK if dark else LIGHT, BytesIO()
    with rc_context({"text.parse_math": False}):  # what others wrote is no formula
        figure = Figure(figsize=INCHES, dpi=DOTS, facecolor=look.ground, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        plots.draw(figure.add_subplot(), chart, look)
        canvas.print_png(out, metadata={"Software": None})
    return out.getvalue()
