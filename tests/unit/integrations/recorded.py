"""Payloads as sources send them, after their public documentation, and the signals that are to be made of them."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.model.plan import JsonSource
from bot.model.signal import Signal
from integrations.integration import Arrived
from tests.fakes import NOON

FOLDER = Path(__file__).parents[2] / "recorded"


def payloads() -> list[tuple[str, Path]]:
    """(source, file); beside each `x.json` stands `x.signals.json`, and `x.mapping.json` where a mapping is needed."""
    found = [path for path in sorted(FOLDER.glob("*/*.json")) if path.name.count(".") == 1]
    return [(path.parent.name, path) for path in found]


def arrived(path: Path) -> Arrived:
    mapping = path.with_suffix(".mapping.json")
    return Arrived(
        json.loads(path.read_text(encoding="utf-8")),
        {},
        {},
        NOON,
        JsonSource.model_validate_json(mapping.read_text(encoding="utf-8")) if mapping.exists() else None,
    )


def told(signal: Signal) -> Mapping[str, Any]:
    """What is not empty, as the expected files have it."""
    found = {field.name: getattr(signal, field.name) for field in fields(signal)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items() if value}
