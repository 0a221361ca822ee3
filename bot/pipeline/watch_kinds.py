"""What a query's values are of, and limits as people write them. Pure."""

import re

from bot.analysis.kinds import KINDS
from bot.model.errors import Rejected
from bot.model.watch import CERTAIN

_ERRORS = re.compile(r"error|fail|5\.\.|5xx|exception|rejected|outcome", re.IGNORECASE)
_HITS = re.compile(r"hit|success|availab|\bup\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?P<way>above|over|below|under|>|<)\s*(?P<number>-?\d+(?:\.\d+)?)\s*(?P<unit>%|(?!or\b|and\b)[a-zA-Z]{0,3})"
)
_SCALES = {
    ("seconds", "ms"): 1e-3, ("seconds", "s"): 1.0, ("seconds", "min"): 60.0, ("seconds", "m"): 60.0,
    ("seconds", "h"): 3600.0, ("ratio", "%"): 0.01, ("percent", "%"): 1.0,
    ("bytes", "KiB"): 1024.0, ("bytes", "MiB"): 1024.0**2, ("bytes", "GiB"): 1024.0**3, ("bytes", "TiB"): 1024.0**4,
    ("bytes", "kB"): 1e3, ("bytes", "MB"): 1e6, ("bytes", "GB"): 1e9, ("bytes", "TB"): 1e12,
}  # fmt: skip


def kind_of(query: str, unit: str) -> str:
    """The kind that its shape tells; a gauge where it tells nothing, for which both more and less are strange."""
    shares = unit in ("ratio", "percent") or " / " in query
    if "histogram_quantile" in query or (unit == "seconds" and "duration" in query):
        return "latency"
    if shares and _HITS.search(query) and not _ERRORS.search(query):
        return "hit ratio" if unit != "percent" else "gauge"
    if shares and _ERRORS.search(query):
        return "error ratio"
    if "rate(" in query and not shares:
        return "traffic"
    if re.fullmatch(r"[a-zA-Z_:][\w:]*_total(\{.*\})?", query.strip()):
        return "counter"
    return "gauge"


def limits(text: str, unit: str) -> tuple[float | None, float | None]:
    """`above 90 %`, `below 3 GiB`, both, or `none`: above and below, in the unit of the watch."""
    if text.strip().lower() in ("none", "off", "no limit"):
        return None, None
    found = list(_LIMIT.finditer(text))
    if not found or _LIMIT.sub("", text).replace("and", "").replace("or", "").strip(" ,."):
        raise Rejected(
            f"I do not know the limit “{text[:80]}”.", advice="Say it like above 90 %, below 3 GiB, or none."
        )
    above = below = None
    for one in found:
        value = float(one["number"]) * _scale(one["unit"], unit)
        if one["way"] in ("above", "over", ">"):
            above = value
        else:
            below = value
    return above, below


def known_kind(kind: str) -> str:
    if kind not in KINDS and kind not in CERTAIN:
        there = ", ".join((*KINDS, *CERTAIN))
        raise Rejected(f"I do not know the kind “{kind[:40]}”.", advice=f"There are: {there}.")
    return kind


def _scale(written: str, unit: str) -> float:
    if not written:
        return 1.0
    found = _SCALES.get((unit, written))
    if found is None:
        raise Rejected(
            f"“{written}” does not fit what this watch measures{f', which is in {unit}' if unit else ''}.",
            advice="Give the limit as a bare number.",
        )
    return found
