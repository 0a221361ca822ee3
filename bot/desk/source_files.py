"""Datasources and applications in one YAML file: secrets are named by variables of the environment, never written."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, SecretStr

from bot.desk import documents
from bot.desk.source_making import draft_of
from bot.model.errors import Misconfigured
from bot.model.profile import Profile, ProfileDraft
from bot.model.source import SECRETS, Datasource, SourceDraft

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class SourceFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    datasources: tuple[SourceDraft, ...] = ()
    applications: tuple[ProfileDraft, ...] = ()


def read(file: Path, env: Mapping[str, str]) -> SourceFile:
    """Raises Misconfigured with a sentence that names the line, the field or the variable."""
    return parse(documents.text_of(file, "The file"), str(file), env)


def parse(text: str, name: str, env: Mapping[str, str]) -> SourceFile:
    found = documents.parse(text, name, SourceFile)
    for kind, names in (
        ("datasource", [one.name for one in found.datasources]),
        ("application", [one.name for one in found.applications]),
    ):
        if twice := next((one for one in names if names.count(one) > 1), ""):
            raise Misconfigured(f"{name}: the {kind} “{twice}” stands there twice.")
    return found.model_copy(update={"datasources": tuple(_filled(one, name, env) for one in found.datasources)})


def write(sources: Sequence[Datasource], profiles: Sequence[Profile]) -> str:
    """As a file would say it. Of secrets it says that they are kept; left out, they stay as they are."""
    names = {one.id: one.name for one in sources}
    told = {
        "datasources": [_source(one) for one in sources if not one.from_settings],
        "applications": [_profile(one, names) for one in profiles],
    }
    return yaml.safe_dump({key: value for key, value in told.items() if value}, sort_keys=False, allow_unicode=True)


def _filled(draft: SourceDraft, name: str, env: Mapping[str, str]) -> SourceDraft:
    filled: dict[str, SecretStr] = {}
    for field in SECRETS:
        value: SecretStr | None = getattr(draft, field)
        if value is None:
            continue
        match = _VARIABLE.fullmatch(value.get_secret_value())
        if match is None:
            raise Misconfigured(
                f"{name}: the {field} of {draft.name} is written into the file.",
                advice=f"Name a variable instead: {field}: ${{EU_{field.upper()}}}",
            )
        if match[1] not in env:
            raise Misconfigured(f"{name}: {match[1]}, the {field} of {draft.name}, is not set in the environment.")
        filled[field] = SecretStr(env[match[1]])
    return draft.model_copy(update=filled)


def _source(source: Datasource) -> dict[str, Any]:
    said = draft_of(source).model_dump(mode="json", exclude_defaults=True, exclude=set(SECRETS))
    return {**said, **({"is_default": True} if source.is_default else {})}


def _profile(profile: Profile, names: Mapping[Any, str]) -> dict[str, Any]:
    draft = ProfileDraft.model_validate(
        {
            "name": profile.name,
            "description": profile.description,
            "architecture_info": profile.architecture,
            "service_mappings": {
                name: {"metrics_prefix": one.metrics_prefix, "log_label": one.log_label}
                for name, one in profile.services.items()
            },
            "datasource_id": names.get(profile.datasource, ""),
            "default_metrics": profile.default_metrics,
            "slos": {name: getattr(profile.slos, name) for name in ("availability", "error_rate", "p95_latency_ms")},
            "aliases": profile.aliases,
        }
    )
    return draft.model_dump(mode="json", exclude_defaults=True)
