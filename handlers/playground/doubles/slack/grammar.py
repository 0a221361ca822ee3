"""Small checks that build big ones: each looks at one value and writes down what Slack would not accept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong, in Slack's words, with the JSON pointer to it."""

    message: str
    pointer: str
    kind: str = "type"
    expected: Any = None

    def line(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"

    def details(self) -> dict[str, Any]:
        """As `blocks.validate` tells it."""
        return {
            "code": "failed_constraint",
            "message": self.message,
            "pointer": self.pointer,
            "constraint": {"type": self.kind, "expected": self.expected},
        }


@dataclass(slots=True)
class Report:
    flaws: list[Flaw] = field(default_factory=list)

    def add(self, pointer: str, message: str, kind: str = "type", expected: Any = None) -> None:
        self.flaws.append(Flaw(message, pointer, kind, expected))


Check: TypeAlias = Callable[[Any, str, Report], None]


def anything(value: Any, at: str, report: Report) -> None:
    """Accepted as it is."""


def flag(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, bool):
        report.add(at, "must be a boolean", "type", "boolean")


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(at, "must be a string", "type", "string")
        elif len(value) < least:
            report.add(at, f"must be more than {least - 1} characters", "min_length", least)
        elif len(value) > most:
            report.add(at, f"must be less than {most + 1} characters", "max_length", most)

    return check


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        right = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not right:
            report.add(at, f"must be {'an integer' if whole else 'a number'}", "type", "number")
        elif least is not None and value < least:
            report.add(at, f"must be greater than or equal to {least}", "minimum", least)
        elif most is not None and value > most:
            report.add(at, f"must be less than or equal to {most}", "maximum", most)

    return check


def one_of(*values: str) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if value not in values:
            report.add(at, f"must be one of: {', '.join(values)}", "enum", list(values))

    return check


def many(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(at, "must be an array", "type", "array")
            return
        if len(value) < least:
            report.add(at, f"must have at least {least} items", "min_items", least)
        if len(value) > most:
            report.add(at, f"no more than {most} items allowed", "max_items", most)
        for index, one in enumerate(value):
            item(one, f"{at}/{index}", report)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check], *, one_needed: tuple[str, ...] = ()) -> Check:
    """An object with these keys and no others; of `one_needed`, at least one must be there."""
    known = {"type": anything, **required, **optional}

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must provide an object", "type", "object")
            return
        for key in required:
            if value.get(key) is None:
                report.add(at, f"missing required field: {key}", "required", key)
        if one_needed and not any(value.get(key) for key in one_needed):
            report.add(at, f"missing required field: {' or '.join(one_needed)}", "required", list(one_needed))
        for key, inner in value.items():
            if key not in known:
                report.add(at, f"invalid additional property: {key}", "additional_properties", key)
            elif inner is not None:
                known[key](inner, f"{at}/{key}", report)

    return check


def tagged(table: Mapping[str, Check], only: frozenset[str] | None = None) -> Check:
    """An object whose `type` says which check it must pass; the table may still grow after this is built."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must provide an object", "type", "object")
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            report.add(at, "missing required field: type", "required", "type")
        elif kind not in table or (only is not None and kind not in only):
            report.add(f"{at}/type", f"unsupported type: {kind}", "enum", sorted(only or table))
        else:
            table[kind](value, at, report)

    return check


def text(most: int, *kinds: str, least: int = 1) -> Check:
    """A text object of one of these kinds."""
    allowed = {
        "plain_text": shape({"text": string(most, least)}, {"emoji": flag}),
        "mrkdwn": shape({"text": string(most, least)}, {"verbatim": flag}),
    }
    return tagged({kind: allowed[kind] for kind in kinds or ("plain_text", "mrkdwn")})


def plain(most: int) -> Check:
    return text(most, "plain_text")
