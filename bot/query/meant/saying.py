"""What was understood, said back from the same words that the query is made of, so that a person can correct it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.model import figures
from bot.query.meant.shape import Figure, Filter, Limit, Lines, Part
from bot.query.words.times import When


def of_figure(meant: Figure, when: When) -> str:
    head = _part(meant.of, meant)
    if meant.divided_by is not None:
        head = f"{head}, divided by {_part(meant.divided_by, meant)}"
    if meant.rest:
        head = f"what is missing to all of {head}"
    if followed := _followed(meant, when):
        head = f"{followed} of {head}"
    if meant.rank:
        head = f"{meant.rank} {meant.first} by {head}"
    if meant.counted:
        head = f"how many by {head}"
    together = [f"{meant.together} of all"] if meant.together not in ("", "each") and not meant.by else []
    compared = [f"{meant.compared} to {meant.against} before"] if meant.against else []
    return _joined(head, *together, *_by(meant.by), *compared, *_limit(meant.limit), of_time(when))


def of_lines(meant: Lines, when: When) -> str:
    read = f"p{100 * meant.quantile:g}" if meant.read == "quantile" else meant.read
    head = "log lines" if meant.read == "lines" else f"{read} of {meant.field or 'log lines'}"
    if meant.rank:
        head = f"{meant.rank} {meant.first} by {head}"
    holds = [f"{'without' if one.leave_out else 'with'} “{one.text}”" for one in meant.holds]
    fields = [f"{one.field} {one.op} {one.value}" for one in meant.fields]
    where = map(_filter, meant.streams)
    return _joined(head, *where, *holds, *fields, *_by(meant.by), *_limit(meant.limit), of_time(when))


def of_time(when: When) -> str:
    if when.window:
        ends = f", ending {figures.span(when.ago)} ago" if when.ago > timedelta(0) else ""
        return f"over {figures.span(when.window)}{ends}"
    return f"{figures.span(when.ago)} ago" if when.ago else "now"


def _followed(meant: Figure, when: When) -> str:
    """What became of a value over a time: its average, where nothing else was said."""
    if meant.course:
        return meant.course
    return "average" if meant.of.read == "value" and when.window and not meant.graph else ""


def _part(part: Part, meant: Figure) -> str:
    read = f"p{100 * meant.quantile:g}" if part.read == "quantile" else part.read
    return " where ".join(filter(None, (f"{read} of {part.metric}", " and ".join(map(_filter, part.filters)))))


def _filter(one: Filter) -> str:
    return f"{one.label} {one.test} {' or '.join(one.values)}"


def _by(names: Sequence[str]) -> list[str]:
    return ["by " + ", ".join(names)] if names else []


def _limit(limit: Limit | None) -> list[str]:
    return [f"{limit.op} {limit.amount}"] if limit else []


def _joined(*parts: str) -> str:
    return ", ".join(parts)
