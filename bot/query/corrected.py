"""Rules that people taught, applied to a question before anybody reads it, and to what it became. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.rule import Rule, RuleKind

# As figures know them; else what was said stands behind the number.
_UNITS = {
    "ms": "ms", "millisecond": "ms", "milliseconds": "ms", "s": "seconds", "second": "seconds", "seconds": "seconds",
    "byte": "bytes", "bytes": "bytes", "%": "percent", "percent": "percent", "ratio": "ratio", "usd": "usd",
    "dollars": "usd", "requests per second": "req/s", "req/s": "req/s",
}  # fmt: skip


def text(asked: str, rules: Sequence[Rule]) -> str:
    """Each word that is taught is put in once, the longest first; what was put in is not read again."""
    means = {rule.said.casefold(): rule.means for rule in rules if rule.kind is RuleKind.ALIAS}
    if not means:
        return asked
    among = "|".join(re.escape(one) for one in sorted(means, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{among})(?![\w-])", re.IGNORECASE)
    return pattern.sub(lambda found: means[found[0].casefold()], asked)


def arguments(given: Mapping[str, Any], rules: Sequence[Rule]) -> Mapping[str, Any]:
    """With the unit that was taught for the metric of its query."""
    query = given.get("query")
    if not isinstance(query, str) or given.get("language", "promql") != "promql":
        return given
    taught = [rule.means for rule in rules if rule.kind is RuleKind.UNIT and _bare(query, rule.said)]
    return {**given, "unit": unit(taught[-1])} if taught else given


def unit(said: str) -> str:
    return _UNITS.get(said.strip().casefold(), said.strip())


def runbook(names: Sequence[str], rules: Sequence[Rule]) -> str:
    """Of the first of these names (an alert, a service) that has one; the last rule wins."""
    taught = {rule.said.casefold(): rule.means for rule in rules if rule.kind is RuleKind.RUNBOOK}
    return next((taught[name.casefold()] for name in names if name.casefold() in taught), "")


def _bare(query: str, metric: str) -> bool:
    """Whether it shows this metric in its own unit: a count of it, or a share, has another."""
    if re.search(
        r"\b(?:count|count_over_time|absent|rate|increase|irate|changes|resets)\s*(?:by|without)?\s*\(", query
    ):
        return False
    apart = re.sub(r"\{[^}]*\}", "", query)
    return re.search(rf"(?<![\w:]){re.escape(metric)}(?![\w:])", apart) is not None and "/" not in apart
