"""The house as a whole: what every file of it has to hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "integrations", "storage", "scheduler")
LONGEST_FILE = 400  # lines: what one reads in a sitting
BINARY = {".png", ".zip", ".ico", ".woff2", ".gz"}

# Put together here, so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(("/ro" + "ot/", "/ho" + "me/[a-z]", "/Us" + "ers/", r"(?<![\w.])/wo" + "rk/")))
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
NAMELESS = {"utils", "helpers", "common", "base", "manager", "misc", "shared"}


def _files() -> list[Path]:
    """What is tracked or about to be; in an archive without git, everything but what tools left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not _left_behind(path.relative_to(ROOT))]


def _left_behind(path: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in path.parts[:-1])
    return hidden or not {"__pycache__", "node_modules"}.isdisjoint(path.parts)


FILES = _files()
SOURCES = [path for path in FILES if path.suffix == ".py"]
TEXTS = [path for path in FILES if path.suffix not in BINARY and path.name not in {"uv.lock", "package-lock.json"}]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 50


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_file_can_be_read_in_a_sitting(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_no_file_knows_the_machine_it_was_written_on():
    # One test for all: a browser, an image and a licence may name a path of their own, and none of these is meant.
    found = [_name(path) for path in TEXTS if MACHINE_PATHS.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


def test_nothing_is_left_for_later():
    found = [_name(path) for path in TEXTS if UNFINISHED.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


def test_every_package_says_what_it_is_for():
    packages = [path for path in SOURCES if path.name == "__init__.py" and path.relative_to(ROOT).parts[0] in PACKAGES]
    silent = [_name(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert len(packages) > 10
    assert silent == []


def test_every_folder_of_modules_is_a_package():
    folders = {path.parent for path in SOURCES if path.relative_to(ROOT).parts[0] in (*PACKAGES, "tests")}
    assert sorted(_name(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_rooms_have_names():
    assert [_name(path) for path in SOURCES if path.stem in NAMELESS or path.parent.name in NAMELESS] == []


def test_imports_are_absolute():
    found = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert found == []


def test_every_change_has_left_a_fragment():
    fragments = sorted(path.name for path in (ROOT / "changes").glob("*.md") if path.name != "README.md")
    assert fragments
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in fragments)
    assert len({name[:4] for name in fragments}) == len(fragments)
    assert all((ROOT / "changes" / name).read_text(encoding="utf-8").strip() for name in fragments)


def test_every_decision_is_numbered_and_says_what_it_costs():
    records = sorted((ROOT / "docs/decisions").glob("0*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), path.name


def test_every_library_beyond_the_card_has_its_reason():
    card = {"aiohttp", "asyncpg", "apscheduler", "botbuilder-core", "cryptography", "jinja2", "openai", "slack-bolt"}
    card |= {"prometheus-api-client", "sqlmodel"}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert wanted
    names = set(re.findall(r'^\s*"([a-z0-9-]+)', wanted[1], re.MULTILINE))
    record = (ROOT / "docs/decisions/0007-libraries-beyond-the-card.md").read_text(encoding="utf-8")
    assert sorted(name for name in names - card if f"| {name} |" not in record) == []


@pytest.mark.parametrize("page", [path for path in FILES if path.suffix == ".md"], ids=_name)
def test_links_between_pages_lead_somewhere(page: Path):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_licence_is_the_standard_text():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text.split()) > 1500
