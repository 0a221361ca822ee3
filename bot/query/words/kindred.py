"""`drain percentage`: what one counter adds up to, out of the nearest of its family that is told in the same unit."""

from datetime import timedelta

from bot.query.plan import Binary, Call, Expr, Matcher, Selector
from bot.query.words.asked import Asked
from bot.query.words.fits import Fit
from bot.query.words.index import Index
from bot.query.words.pairs import BAD, likeness
from bot.query.words.prepared import Prepared
from bot.query.words.reading import Reading
from bot.query.words.shaping import gathered
from bot.query.words.shares import finished, windows


def of_all_kin(asked: Asked, fit: Fit, index: Index) -> Reading | None:
    whole = _nearest(fit, index) if not asked.when.against else None
    if whole is None or fit.loose or fit.part or not fit.named:
        return None
    window, peak = windows(asked)

    def side(name: str, matchers: tuple[Matcher, ...], ago: timedelta) -> Expr:
        return gathered("sum", Call("rate", (Selector(name, matchers, window, ago),)), (*fit.by, *fit.which))

    def at(ago: timedelta) -> Expr:
        return Binary("/", side(fit.metric.name, fit.matchers, ago), side(whole.name, fit.matchers, ago))

    return finished(asked, fit, at, peak, "share of", (fit.metric.name, whole.name), 0.0)


def _nearest(fit: Fit, index: Index) -> Prepared | None:
    part = fit.metric
    if part.unit is None or part.unit.dimension not in ("volume", "mass", "money", "energy", "time"):
        return None  # bytes in are no share of bytes out
    alike = part.unit.dimension == "time"  # seconds stalled of seconds watched: of the same things
    needed = {*fit.by, *fit.which, *(m.label for m in fit.matchers)}
    kin = [
        one
        for one in index.metrics
        if one is not part
        and one.counts
        and one.unit == part.unit
        and one.words[:1] == part.words[:1]
        and needed <= set(one.labels)
        and (not alike or set(one.labels) == set(part.labels))
        and not BAD & set(one.words)
    ]
    return None if alike and len(kin) > 1 else max(kin, key=lambda one: (likeness(part, one), -one.place), default=None)
