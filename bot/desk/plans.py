"""A tenant's plan: read from a file that an operator keeps, or changed from chat and kept in the database."""

import re
from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.model.errors import Misconfigured
from bot.model.plan import Plan

LARGEST = 1_000_000


class _Loader(yaml.SafeLoader):
    """As YAML 1.2 has it: `22:00` is a text, not the number 1320."""


_BASE_SIXTY = re.compile(r"^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$")
_Loader.yaml_implicit_resolvers = {
    first: [("tag:yaml.org,2002:str", _BASE_SIXTY), *resolvers] if first in "-+0123456789" else resolvers
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(file: Path) -> Plan:
    """Raises Misconfigured with a sentence that names the line or the field."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as problem:
        raise Misconfigured(f"The plan {file} cannot be read: {(problem.strerror or str(problem)).lower()}.") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"The plan {file} is not written in UTF-8.") from None
    return parse(text, str(file))


def parse(text: str, name: str = "plan") -> Plan:
    if len(text) > LARGEST:
        raise Misconfigured(f"{name} is larger than {LARGEST // 1_000_000} MB.")
    try:
        given = _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise Misconfigured(f"{name}{where}: {problem.problem or 'this is not YAML'}.") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise Misconfigured(f"{name} is not YAML.") from None
    try:
        return Plan.model_validate(given or {})
    except ValidationError as problem:
        raise Misconfigured(_told(problem, name)) from None


def write(plan: Plan) -> str:
    """As a file would say it; what is as by default is left out."""
    return yaml.safe_dump(plan.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)


def _told(problem: ValidationError, name: str) -> str:
    first, *others = problem.errors(include_url=False)
    where = ".".join(str(part) for part in first["loc"])
    says = first["msg"].removeprefix("Value error, ").rstrip(".")
    more = f" ({len(others)} more)" if others else ""
    return f"{name}, {where}: {says}{more}." if where else f"{name}: {says}{more}."
