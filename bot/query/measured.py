"""What the figures of a query are measured in, followed from its metrics through its arithmetic."""

from bot.query.catalog import Catalog
from bot.query.plan import Aggregate, Binary, Call, Expr, LogRange, Number, Plan, Selector, Subquery, Unwrap
from bot.query.words.units import Unit, measured_in

_NAMES = {"s": "seconds", "bytes": "bytes", "B": "bytes", "%": "percent", "ratio": "ratio", "dollars": "usd"}
_SCALED = {
    ("seconds", 1e-3): "ms", ("seconds", 60.0): "min", ("seconds", 3600.0): "h", ("seconds", 86400.0): "d",
    ("bytes", 1e3): "kB", ("bytes", 1e6): "MB", ("bytes", 1e9): "GB", ("bytes", 1e12): "TB",
    ("bytes", 1024.0): "KiB", ("bytes", 1024.0**2): "MiB", ("bytes", 1024.0**3): "GiB", ("bytes", 1024.0**4): "TiB",
    ("bytes/s", 0.125): "bit/s", ("bytes", 0.125): "bit", ("ratio", 0.01): "percent", ("cores", 0.01): "percent",
    ("ms", 1e3): "seconds", ("bytes/s", 1e6): "MB/s", ("bytes/s", 1024.0**2): "MiB/s",
}  # fmt: skip
_RATES = frozenset(("rate", "irate", "deriv"))
_COUNTS = frozenset(("count", "group", "changes", "resets", "count_over_time", "present_over_time", "absent"))
_OF_LINES = {"rate": "lines/s", "bytes_rate": "bytes/s", "bytes_over_time": "bytes", "count_over_time": "lines"}
_COMPARES = frozenset((">", ">=", "<", "<=", "==", "!=", "and", "or", "unless"))


def unit(plan: Plan, catalog: Catalog) -> str:
    """A name of `figures.measured`; empty where it is a bare number, or nobody knows."""
    found = _of(plan.expr, catalog)
    return "ratio" if not found and plan.frame == "share" else found


def _of(expr: Expr, catalog: Catalog) -> str:
    match expr:
        case Selector(metric=name):
            return _held(name, catalog)
        case Subquery(inner=inner):
            return _of(inner, catalog)
        case Call(name=name, inputs=inputs):
            return _called(name, inputs, catalog)
        case Aggregate(op=op, inner=inner):
            return "" if op in _COUNTS else _of(inner, catalog)
        case Binary(op=op, left=left, right=right):
            return _joined(op, left, right, catalog)
        case LogRange():
            return _of_log(expr)
        case _:
            return ""


def _held(name: str, catalog: Catalog) -> str:
    family = catalog.family(name)
    if family is None or (name != family.name and name.endswith("_count")):
        return ""
    words = tuple(word for word in family.name.lower().split("_") if word)
    return _named(measured_in(family.unit, words, family.help))


def _named(held: Unit | None) -> str:
    if held is None or held.dimension == "count":
        return ""
    if held.dimension == "money":
        return "usd" if held.name == "dollars" and held.size == 1 else held.name
    return _NAMES.get(held.name, held.name)


def _called(name: str, inputs: tuple[Expr, ...], catalog: Catalog) -> str:
    if name == "time":
        return "seconds"
    if name in _COUNTS:
        return ""
    inner = next((one for one in reversed(inputs) if not isinstance(one, Number)), None)
    held = _of(inner, catalog) if inner is not None else ""
    if name == "histogram_quantile":
        return _undone(held)
    if name not in _RATES:
        return held
    if held == "seconds" and "cpu" in str(inner):
        return "cores"
    return {"bytes": "bytes/s", "": "per s"}.get(held, f"{held} per s")


def _undone(rate: str) -> str:
    """What a rate was made of: quantiles are measured in what their buckets are."""
    return {"bytes/s": "bytes", "per s": ""}.get(rate, rate.removesuffix(" per s"))


def _joined(op: str, left: Expr, right: Expr, catalog: Catalog) -> str:
    one, other = _of(left, catalog), _of(right, catalog)
    if op in _COMPARES:
        return one
    if op in ("+", "-", "%"):
        return one or other
    if op in ("*", "/") and isinstance(right, Number) and right.value:
        by = right.value if op == "/" else 1 / right.value
        return _scaled(left, one, by)
    if op == "/":
        return _divided(one, other)
    return one if isinstance(right, Number) else other if isinstance(left, Number) else ""


def _scaled(whole: Expr, held: str, by: float) -> str:
    if not held and abs(by - 0.01) < 1e-12 and _is_share(whole):
        return "percent"
    return next((name for (unit_, size), name in _SCALED.items() if unit_ == held and abs(size / by - 1) < 1e-9), "")


def _is_share(expr: Expr) -> bool:
    match expr:
        case Binary(op="/"):
            return True
        case Binary(op="-", left=Number(value=1), right=right):
            return _is_share(right)
        case Aggregate(inner=inner):
            return _is_share(inner)
        case _:
            return False


def _divided(one: str, other: str) -> str:
    if other == "per s":  # so much for each
        return _undone(one) if one != "per s" else ""
    return "ratio" if one and one == other else one if not other else ""


def _of_log(expr: LogRange) -> str:
    unwrap = next((stage for stage in expr.lines.stages if isinstance(stage, Unwrap)), None)
    if unwrap is None:
        return _OF_LINES.get(expr.function, "")
    held = {"duration": "seconds", "duration_seconds": "seconds", "bytes": "bytes"}.get(unwrap.conversion, "")
    held = held or _named(measured_in("", tuple(unwrap.field.lower().split("_")), ""))
    return {"bytes": "bytes/s", "": "per s"}.get(held, f"{held} per s") if expr.function == "rate" else held
