"""The table of methods against Slack's own specifications, where those are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from handlers.playground.doubles.slack.methods import COMMON_ERRORS, METHODS

_SHARED = Path(os.environ.get("NIGHTDESK_SHARED") or Path(__file__).parents[4] / "shared")
SPECIFICATIONS = _SHARED / "data" / "slack" / "methods"

# What Slack's SDKs send though the specifications do not name it.
KNOWN_TO_SDKS = {
    "chat.postMessage": {"container_id"},
    "chat.stopStream": {"session_status"},
    "chat.unfurl": {"metadata"},
}
# Written down as required, and not so: chunks alone are enough.
NOT_REALLY_REQUIRED = {"chat.appendStream": {"markdown_text"}}
UNSPECIFIED = {"api.test"}


def specification(name: str) -> dict[str, Any]:
    if not SPECIFICATIONS.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the method specifications are not there")
        pytest.skip("the method specifications are not there")
    found: dict[str, Any] = json.loads((SPECIFICATIONS / f"{name}.json").read_text())
    return found


@pytest.mark.parametrize("name", sorted(set(METHODS) - UNSPECIFIED))
class TestTable:
    def test_takes_the_specified_arguments(self, name: str) -> None:
        properties = specification(name).get("args", {}).get("properties", {})
        extra = KNOWN_TO_SDKS.get(name, set())
        assert set(METHODS[name].arguments) == (set(properties) - {"token"}) | extra

    def test_requires_what_is_required(self, name: str) -> None:
        wanted = set(specification(name).get("args", {}).get("required") or ()) - {"token"}
        ours = {argument for argument, known in METHODS[name].arguments.items() if known.required}
        assert ours == wanted - NOT_REALLY_REQUIRED.get(name, set())

    def test_flags_and_numbers_are_such(self, name: str) -> None:
        properties = specification(name).get("args", {}).get("properties", {})
        kinds = {"boolean": "flag", "integer": "number", "number": "number", "array": "array"}
        for argument, about in properties.items():
            if argument != "token" and about.get("type") in kinds:
                assert METHODS[name].arguments[argument].kind == kinds[about["type"]], argument

    def test_has_the_specified_scopes(self, name: str) -> None:
        scope = specification(name)["scope"]
        wanted = scope if isinstance(scope, dict) else {}
        wanted = wanted.get("bot") or wanted.get("configuration") or []
        assert set(wanted) == METHODS[name].scopes

    def test_has_the_specified_tier(self, name: str) -> None:
        tiers = {"t1": "1", "t2": "2", "t3": "3", "t4": "4"}
        assert METHODS[name].tier == tiers.get(specification(name).get("rate_limits") or "", "special")

    def test_answers_only_errors_that_slack_has(self, name: str) -> None:
        assert METHODS[name].errors <= set(specification(name).get("errors") or {}) | COMMON_ERRORS

    def test_takes_a_token_where_slack_does(self, name: str) -> None:
        taken = "token" in specification(name).get("args", {}).get("properties", {})
        assert bool(METHODS[name].caller) == taken
