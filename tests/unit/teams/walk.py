"""A card walked element by element with Microsoft's own models: what they do not know, fails."""

import inspect
from collections.abc import Mapping
from typing import Any, get_args

from microsoft_teams.cards import core
from pydantic import BaseModel

SHAPES: dict[str, type[BaseModel]] = {
    get_args(shape.model_fields["type"].annotation)[0]: shape
    for _, shape in inspect.getmembers(core, inspect.isclass)
    if issubclass(shape, BaseModel) and "type" in shape.model_fields and get_args(shape.model_fields["type"].annotation)
}
# What stands in lists without naming its type, by the element around it and the property.
NAMELESS: dict[tuple[str, str], type[BaseModel]] = {
    ("Table", "columns"): core.ColumnDefinition,
    ("Input.ChoiceSet", "choices"): core.Choice,
    ("Chart.Line", "data"): core.LineChartData,
    ("Chart.VerticalBar", "data"): core.VerticalBarChartDataValue,
    ("Chart.VerticalBar.Grouped", "data"): core.GroupedVerticalBarChartData,
    ("Chart.Pie", "data"): core.DonutChartData,
    ("Image", "msteams"): core.TeamsImageProperties,
    ("Image", "themedUrls"): core.ThemedUrl,
    ("AdaptiveCard", "msteams"): core.TeamsCardProperties,
    ("mention", "mentioned"): core.MentionedEntity,
}
VALUES: dict[type[BaseModel], type[BaseModel]] = {
    core.LineChartData: core.LineChartValue,
    core.GroupedVerticalBarChartData: core.BarChartDataValue,
}
FREE = {"data"}  # of actions: ours alone


def walk(element: Mapping[str, Any], path: str = "card") -> list[str]:
    """What is wrong with an element and everything in it."""
    shape = SHAPES.get(str(element.get("type")))
    if shape is None:
        return [f"{path}: no element is called {element.get('type')!r}"]
    faults = _checked(element, shape, path)
    for name, value in element.items():
        faults += _below(str(element["type"]), name, value, f"{path}.{name}")
    return faults


def _below(kind: str, name: str, value: Any, path: str) -> list[str]:
    if kind.startswith("Action.") and name in FREE:
        return []
    nameless = NAMELESS.get((kind, name))
    faults = []
    for at, one in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(one, Mapping):
            continue
        if nameless is None:
            faults += walk(one, f"{path}[{at}]")
            continue
        faults += _checked(one, nameless, f"{path}[{at}]")
        for point in one.get("values", ()):
            faults += _checked(point, VALUES[nameless], f"{path}[{at}].values")
        for mention in one.get("entities", ()):
            faults += walk(mention, f"{path}.entities") if "type" in mention else [f"{path}: entity without a type"]
    return faults


def _checked(element: Mapping[str, Any], shape: type[BaseModel], path: str) -> list[str]:
    known = {
        "$schema" if name == "ac_schema" else core.SerializableObject.validation_alias_generator(name)
        for name in shape.model_fields
    }
    faults = [f"{path}: {shape.__name__} has no property {name!r}" for name in element if name not in known]
    try:
        shape.model_validate(element)
    except ValueError as problem:
        faults.append(f"{path}: {problem}")
    return faults
