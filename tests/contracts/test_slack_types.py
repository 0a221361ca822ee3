"""Every golden message, compiled against Slack's own types: run `npm install` in tests/contracts/slack_types first."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "slack_types"
GOLDEN = Path(__file__).parents[1] / "unit/slack/golden"
UNKNOWN_TO_THE_TYPES = frozenset({"data_visualization"})  # newer than they are

pytestmark = pytest.mark.peers


@pytest.fixture
def compiler() -> Path:
    found = HERE / "node_modules/.bin/tsc"
    if not found.exists() or not shutil.which("node"):
        if os.environ.get("CI"):
            pytest.fail("Slack's types are not installed: run npm install in tests/contracts/slack_types")
        pytest.skip("Slack's types are not installed: run npm install in tests/contracts/slack_types")
    return found


def test_slack_types_take_every_golden_message(compiler: Path) -> None:
    compiled = _compile(compiler, [_literal(file) for file in sorted(GOLDEN.glob("*.json"))])
    assert compiled.returncode == 0, compiled.stdout


def test_slack_types_refuse_what_is_wrong(compiler: Path) -> None:
    compiled = _compile(compiler, ['export const wrong: KnownBlock[] = [{"type": "header", "text": "plain"}];'])
    assert compiled.returncode != 0


def _literal(file: Path) -> str:
    """A literal and not an imported JSON: that would widen its words to strings and fail for the wrong reason."""
    blocks = json.loads(file.read_text(encoding="utf-8"))["blocks"]
    known = [block for block in blocks if block["type"] not in UNKNOWN_TO_THE_TYPES]
    return f"export const {file.stem}: KnownBlock[] = {json.dumps(known)};"


def _compile(compiler: Path, literals: list[str]) -> subprocess.CompletedProcess[str]:
    corpus = HERE / "corpus.ts"  # beside node_modules, so that the types are found
    corpus.write_text("\n".join(['import type { KnownBlock } from "@slack/types";', *literals]), encoding="utf-8")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"]
    try:
        return subprocess.run(
            [compiler, *options, corpus], cwd=HERE, capture_output=True, text=True, timeout=100, check=False
        )
    finally:
        corpus.unlink()
