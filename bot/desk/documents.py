"""YAML that an operator keeps in a file: read into a model, or a sentence that names the line or the field."""

import re
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.model.errors import Misconfigured

LARGEST = 1_000_000
M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """As YAML 1.2 has it: `22:00` is a text, not the number 1320."""


_BASE_SIXTY = re.compile(r"^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$")
_Loader.yaml_implicit_resolvers = {
    first: [("tag:yaml.org,2002:str", _BASE_SIXTY), *resolvers] if first in "-+0123456789" else resolvers
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def text_of(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as problem:
        raise Misconfigured(f"{what} {file} cannot be read: {(problem.strerror or str(problem)).lower()}.") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{what} {file} is not written in UTF-8.") from None


def parse(text: str, name: str, model: type[M]) -> M:
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
        return model.model_validate(given or {})
    except ValidationError as problem:
        raise Misconfigured(_told(problem, name)) from None


def _told(problem: ValidationError, name: str) -> str:
    first, *others = problem.errors(include_url=False)
    where = ".".join(str(part) for part in first["loc"])
    says = first["msg"].removeprefix("Value error, ").rstrip(".")
    more = f" ({len(others)} more)" if others else ""
    return f"{name}, {where}: {says}{more}." if where else f"{name}: {says}{more}."
