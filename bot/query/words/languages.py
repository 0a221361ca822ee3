"""Metrics or logs: where words could mean either, which of the two answers the question."""

import re
from collections.abc import Sequence

from bot.query.plan import FieldFilter, Language, LineFilter
from bot.query.words.asked import Asked
from bot.query.words.choosing import Prepared
from bot.query.words.lexicon import ERROR_WORDS
from bot.query.words.log_frames import Found
from bot.query.words.reading import Reading
from bot.query.words.subjects import spells
from bot.query.words.tokens import singular
from bot.query.words.units import TELLING

CLEARLY, BARELY = 0.2, 0.08  # by how much one reading explains the words better than the other

_SAYS = re.compile(
    r"\bwhat (?:does|do|did|has|is) .+ (?:say|saying|said|log|print|write|written|complain\w*)\b"
    r"|\b(?:any|some|every)thing (?:about|mentioning|like)\b",
    re.IGNORECASE,
)
_SLOW = re.compile(r"\b(?:slowest|fastest|quickest)\b", re.IGNORECASE)
_BIG = re.compile(r"\b(?:biggest|largest|heaviest|smallest|lightest)\b", re.IGNORECASE)


def speaks_of_logs(asked: Asked) -> bool:
    return any(word.logs for word in asked.words) or asked.limit is not None or bool(_SAYS.search(asked.text))


def chosen(asked: Asked, metrics: Sequence[Reading], logs: Sequence[Found], ground: Prepared) -> Language:
    if not logs or not metrics:
        return "logql" if logs else "promql"
    best, line = metrics[0], logs[0]
    if not speaks_of_logs(asked) and _no_such_figure(asked, best, line):
        return "promql"
    if _names_field(asked, line, ground):
        return "logql"
    return (
        _by_talk(asked, best, line, ground)
        or _by_explaining(asked, best, line, ground)
        or _by_figure(asked, best, line)
        or _by_names(asked, best, line, ground)
    )


def _no_such_figure(asked: Asked, best: Reading, line: Found) -> bool:
    """A quantile, or so many bits: no lines tell it without a field that holds it."""
    bits = asked.unit is not None and asked.unit.dimension == "bits"
    flowing = asked.unit is not None and asked.unit.dimension == "bytes" and asked.per is not None and not best.loose
    return line.field is None and (asked.quantile is not None or bits or flowing)


def _names_field(asked: Asked, line: Found, ground: Prepared) -> bool:
    """`p99 of took in rates`: the service and its field, as they are written."""
    if not line.named or line.field is None or line.loose:
        return False
    own = line.field.name.lower()
    spelled = any(word.low == own and not word.quoted for word in asked.words)
    return spelled and own not in {one for metric in ground.index.metrics for one in metric.spelled}


def _by_talk(asked: Asked, best: Reading, line: Found, ground: Prepared) -> Language | None:
    """Whether lines are spoken of."""
    if line.searched and not best.loose and not speaks_of_logs(asked):
        return "promql"
    plain = not (asked.has("count", "sum", "ratio", "avg", "graph") or asked.top or asked.per or asked.quantile)
    if plain and asked.has("listing") and line.named and line.stages_said and asked.when.window and not line.loose:
        return "logql"
    named_so = any(
        word.logs and ground.index.strengths(word.low).get(best.fit.metric.place, 0) >= 0.9 for word in asked.words
    )
    if speaks_of_logs(asked) and not named_so and not (line.loose and not best.loose):
        return "logql"
    return None


def _by_explaining(asked: Asked, best: Reading, line: Found, ground: Prepared) -> Language | None:
    """Which of the two explains the words clearly better: the groups, what is measured, what is left out."""
    silent, full = not speaks_of_logs(asked), not best.loose
    if silent and full and _figures_of_metrics(asked, best, line):
        return "promql"
    if not line.named and not line.stages_said and silent and full:
        return "promql"
    if full and _group_spelled(asked, best.fit.groups) and not _group_spelled(asked, line.groups):
        return "promql"
    if line.named and not line.loose:
        if not best.fit.by and _group_spelled(asked, line.groups):
            return "logql"
        if _only_lines_measure(asked, best, line) or _explain_better(asked, best, line, ground):
            return "logql"
    if line.named and best.score - line.score > CLEARLY and full and not line.bounded and silent:
        return "promql"
    if (full and _told_by_metrics(asked, best, line)) or (
        full and (asked.when.against or asked.top) and not line.named and silent
    ):
        return "promql"
    if len(best.loose) != len(line.loose):
        return "promql" if len(best.loose) < len(line.loose) else "logql"
    return None


def _figures_of_metrics(asked: Asked, best: Reading, line: Found) -> bool:
    """A quantile, or so many bytes: no line tells them where no field of it holds such a figure."""
    held, unit = best.fit.metric, asked.unit
    if asked.quantile is not None and held.type in ("histogram", "summary") and best.fit.told:
        return line.field is None
    flows = unit is not None and unit.dimension in ("bytes", "bits") and held.unit is not None
    told = line.field.dimension if line.field is not None else ""
    return flows and held.unit is not None and held.unit.dimension in ("bytes", "bits") and told != "bytes"


def _told_by_metrics(asked: Asked, best: Reading, line: Found) -> bool:
    """A code that is counted, a quantile of what keeps buckets."""
    coded = any(m.label == best.fit.metric.code_label for m in best.fit.part)
    grouped = bool(best.fit.groups) and not line.named
    if coded and (asked.top or grouped or asked.has("count", "ratio", "rate")):
        return True
    return bool(asked.quantile and best.fit.metric.type in ("histogram", "summary") and best.fit.named)


def _by_figure(asked: Asked, best: Reading, line: Found) -> Language | None:
    """Which of the two has such figures."""
    if any(word.quoted for word in asked.words) and not best.fit.by_value:
        return "logql"
    if _known_by_unit(asked, best):
        return "promql"
    if line.field is not None and _sized_apart(asked, best, line):
        return "logql"
    if line.named and line.field is not None and line.direct >= 1:
        return "logql"
    filtered = line.bounded and not asked.has("ratio", "count", "avg") and asked.quantile is None
    if filtered and asked.when.window and (line.named or line.direct >= 1):
        return "logql"
    figures = asked.has("ratio", "delta", "deriv", "predict", "age") or asked.per is not None or asked.when.ahead
    rated = any(word.low in ("rate", "rates") for word in asked.words)
    if figures or rated or asked.quantile is not None or asked.has("graph"):
        return "promql"
    if not asked.when.window and not asked.when.against:
        return "promql"
    bucketed = best.frame in ("quantile", "mean", "topk") and best.fit.metric.type == "histogram"
    return "promql" if bucketed and not filtered else None


def _by_names(asked: Asked, best: Reading, line: Found, ground: Prepared) -> Language:
    """Which of the two is called what was said."""
    named = [word for word in asked.words if word.place in best.fit.named and not word.soft]
    listing = not (asked.threshold or asked.top)
    if not named and not listing and any(m.label != best.fit.metric.code_label for m in best.fit.part):
        return "promql"
    if not named and not asked.has("up", "down"):
        return "promql" if not line.named and 0 < line.exact <= len(best.fit.by_value) else "logql"
    weak = [word for word in named if ground.index.strengths(word.low).get(best.fit.metric.place, 0) < 1]
    if _as_written(asked, line):
        return "logql"
    nearer = line.exact >= len(weak) and line.exact > len(best.fit.by_value)
    return "logql" if weak and nearer and len(weak) == len(named) else "promql"


def _only_lines_measure(asked: Asked, best: Reading, line: Found) -> bool:
    """`slowest message`: no metric that counts messages knows; `top 5 messages`: nothing to rank in one sum."""
    held, dimension = best.fit.metric, line.field.dimension if line.field is not None else None
    measured = held.unit.dimension if held.unit is not None else None
    timed = held.type in ("histogram", "summary") or measured == "time"
    if dimension == "time" and _SLOW.search(asked.text) and not timed:
        return True
    if dimension == "bytes" and _BIG.search(asked.text) and measured != "bytes":
        return True
    return asked.top is not None and asked.top.said and not best.fit.groups and not best.fit.by and bool(line.groups)


def _explain_better(asked: Asked, best: Reading, line: Found, ground: Prepared) -> bool:
    """`payments errors`: the lines of payments have a level, where requests only tell errors by a code."""
    if asked.has("ratio", "rate") or asked.per is not None or asked.quantile is not None:
        return False
    if _leaves_out(line) and not any(m.op in ("!=", "!~") for m in best.fit.matchers):
        return True  # `not rejected`: what a metric does not leave out, it does not answer
    ahead = line.score - best.score
    if _names_more(asked, best, line, ground):
        return ahead > CLEARLY
    return ahead > BARELY or (ahead > 0 and _asks_for_errors(asked, best, ground))


def _asks_for_errors(asked: Asked, best: Reading, ground: Prepared) -> bool:
    """`auth errors`: lines have them, where a metric is not called so and counts what failed."""
    said = [word.low for word in asked.words if word.low in ERROR_WORDS and word.low.startswith("err")]
    spelled = any(ground.index.strengths(low).get(best.fit.metric.place, 0) >= 0.9 for low in said)
    return bool(said) and not spelled and not asked.has("count") and asked.top is None


def _leaves_out(line: Found) -> bool:
    return any(isinstance(stage, FieldFilter) and stage.op in ("!=", "!~") for stage in line.lines.stages)


def _names_more(asked: Asked, best: Reading, line: Found, ground: Prepared) -> bool:
    """Whether the metric is named by another word than the service and that it failed."""
    service = line.known.service.lower()
    place = best.fit.metric.place
    said = {word.low for word in asked.words if word.place in best.fit.named and not word.soft}
    return any(
        singular(low) != singular(service)
        and low not in ERROR_WORDS
        and ground.index.strengths(low).get(place, 0) >= 0.9
        for low in said
    )


def _known_by_unit(asked: Asked, best: Reading) -> bool:
    """`kWh burnt today`: no line of a log has it."""
    unit, held = asked.unit, best.fit.metric.unit
    told = unit is not None and held is not None and unit.dimension == held.dimension
    return told and unit is not None and unit.dimension in TELLING and not best.loose


def _as_written(asked: Asked, line: Found) -> bool:
    """A text of several words that the lines hold, or a level in capitals as they write it."""
    texts = [stage.text for stage in line.lines.stages if isinstance(stage, LineFilter)]
    levels = {str(stage.value) for stage in line.lines.stages if isinstance(stage, FieldFilter)}
    loud = any(word.text.isupper() and len(word.text) > 3 and word.text in levels for word in asked.words)
    return (line.named and loud) or any(" " in text and text.lower() in asked.text.lower() for text in texts)


def _sized_apart(asked: Asked, best: Reading, line: Found) -> bool:
    """`GB served by iis`: only the lines know the size."""
    unit, held = asked.unit, best.fit.metric.unit
    if unit is None or unit.dimension not in ("bytes", "time") or line.field is None or not line.named:
        return False
    return line.field.dimension == unit.dimension and (held is None or held.dimension != unit.dimension)


def _group_spelled(asked: Asked, groups: Sequence[str]) -> bool:
    said = [word.low for word in asked.words if word.role == "group" and not word.guessed]
    return bool(said) and all(any(spells(noun, label) for label in groups) for noun in said)
