"""The shape of what a model says that a question means: names, words and numbers, and never the text of a query."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from bot.query.plan import CompareOp

Name: TypeAlias = Annotated[str, Field(max_length=200)]
Words: TypeAlias = Annotated[str, Field(max_length=120)]
MOST = 12  # of anything listed


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Filter(Shape):
    """Any one of the values will do; with `is not`, none may."""

    label: Name
    test: Literal["is", "is not", "starts with", "contains"] = "is"
    values: list[Name] = Field(min_length=1, max_length=MOST)


class Limit(Shape):
    op: CompareOp
    amount: Words  # "80 %", "500 ms", "2 GB", "3"


class Part(Shape):
    """Of one metric: which series, and how they are read."""

    metric: Name
    read: Literal[
        "value", "rate", "increase", "quantile", "mean", "amount", "amount rate", "age", "time left", "change",
        "changes",
    ]  # fmt: skip
    filters: list[Filter] = Field(default_factory=list, max_length=MOST)


class Figure(Shape):
    """Figures out of metrics."""

    of: Part
    divided_by: Part | None = None
    rest: bool = False  # one minus the share
    quantile: float = Field(0.95, ge=0, le=1)
    together: Literal["", "each", "sum", "average", "highest", "lowest"] = ""
    by: list[Name] = Field(default_factory=list, max_length=MOST)
    when: Words = ""  # the time that the question names, as people say it
    course: Literal["", "average", "highest", "lowest"] = ""  # of its values over that time
    against: Words = ""  # "1 day": how much earlier the other side of a comparison lies
    compared: Literal["difference", "percent", "times"] = "difference"
    limit: Limit | None = None
    counted: bool = False  # how many there are, within the limit
    rank: Literal["", "top", "bottom"] = ""
    first: int = Field(5, ge=1, le=100)
    graph: bool = False


class Holds(Shape):
    text: str = Field(min_length=1, max_length=200)
    leave_out: bool = False


class Test(Shape):
    field: Name
    op: CompareOp
    value: Words


class Lines(Shape):
    """Lines of logs, or a figure out of them."""

    streams: list[Filter] = Field(min_length=1, max_length=MOST)
    holds: list[Holds] = Field(default_factory=list, max_length=MOST)
    fields: list[Test] = Field(default_factory=list, max_length=MOST)
    read: Literal[
        "lines", "count", "rate", "bytes", "share", "quantile", "average", "highest", "lowest", "sum"
    ] = "lines"  # fmt: skip
    field: Name = ""  # that is measured
    quantile: float = Field(0.95, ge=0, le=1)
    by: list[Name] = Field(default_factory=list, max_length=MOST)
    when: Words = ""
    limit: Limit | None = None
    rank: Literal["", "top", "bottom"] = ""
    first: int = Field(5, ge=1, le=100)
    newest: int = Field(50, ge=1, le=1000)
    graph: bool = False


class Argument(Shape):
    name: Name
    value: str = Field(max_length=300)


class Command(Shape):
    name: Name
    arguments: list[Argument] = Field(default_factory=list, max_length=MOST)


class Meant(Shape):
    """One of them is filled: what `kind` says."""

    kind: Literal["figure", "lines", "command", "ask", "impossible"]
    figure: Figure | None = None
    lines: Lines | None = None
    command: Command | None = None
    choices: list[Name] = Field(default_factory=list, max_length=4)  # what to ask back with
    why: Literal["", "not measured", "in the future", "no such thing"] = ""
