"""What is started elsewhere: the image, compose.yaml and what it mounts, `.env.example`, the Makefile, `.ci/run`."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from bot import settings
from handlers.catalog import PLATFORMS
from handlers.web import meters
from integrations.catalog import INTEGRATIONS

ROOT = Path(__file__).parents[2]
KINDS = {kind.name: kind.settings for kind in (*PLATFORMS, *INTEGRATIONS)}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = ROOT / ".env.example"


def _instructions(word: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(word).strip() for line in joined.splitlines() if line.startswith(f"{word} ")]


# .env.example


def test_the_example_lists_every_variable_and_no_other():
    shown = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    real = {row.variable for row in settings.describe(KINDS)} | settings.OF_COMPOSE
    missing = [f"{row.variable}={row.default}  # {row.meaning}" for row in settings.describe(KINDS)]
    assert [line for line in missing if line.partition("=")[0] not in shown] == []
    assert sorted(shown - real) == []


def test_the_example_shows_the_defaults():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    shown = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?[A-Z][A-Z0-9_]+=", line))
    for row in settings.describe(KINDS):
        if shown.get(row.variable):
            assert shown[row.variable] == row.default, row.variable


def test_a_plain_copy_of_the_example_changes_nothing(tmp_path: Path):
    env = settings.environment(EXAMPLE, {})
    assert settings.read(env) == settings.read({})
    assert [name for name, model in KINDS.items() if settings.section(name, model, env)] == []
    assert settings.strangers(KINDS, {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}) == []


def test_every_setting_says_what_it_means():
    assert [row.variable for row in settings.describe(KINDS) if not row.meaning] == []


# The image


def test_the_image_is_built_from_named_versions():
    for image in _instructions("FROM"):
        name = image.split(" AS ")[0]
        assert ":" in name
        assert not name.endswith(":latest")
    assert re.search(r"pip install .*uv==[\d.]+\s", DOCKERFILE)
    assert "uv sync --locked" in DOCKERFILE


def test_the_image_and_the_makefile_use_one_uv():
    of_image = re.search(r"uv==([\d.]+)", DOCKERFILE)
    of_make = re.search(r"^UV_VERSION=([\d.]+)$", (ROOT / ".ci/prepare").read_text(encoding="utf-8"), re.MULTILINE)
    assert of_image
    assert of_make
    assert of_image[1] == of_make[1]


def test_the_image_does_not_run_as_root():
    (user,) = _instructions("USER")
    assert int(user.split(":")[0]) > 0
    last = DOCKERFILE.rindex("\nUSER ")
    assert "RUN" not in DOCKERFILE[last:]


def test_the_image_looks_after_its_health_without_other_tools():
    (check,) = _instructions("HEALTHCHECK")
    assert "/healthz" in check
    assert "curl" not in check
    assert "wget" not in check
    command = json.loads(check[check.index("CMD") + 3 :])
    compile(command[2], "HEALTHCHECK", "exec")


def test_the_image_starts_the_server_and_keeps_its_data():
    assert _instructions("ENTRYPOINT") == ['["nightdesk"]']
    assert _instructions("CMD") == ['["serve"]']
    assert _instructions("VOLUME") == ["/app/.data"]
    assert _instructions("EXPOSE") == ["8001"]


def test_no_secret_gets_into_the_image():
    for line in (*_instructions("ENV"), *_instructions("ARG"), *_instructions("COPY")):
        assert not re.search(r"TOKEN|SECRET|PASSWORD|KEY|\.env", line), line
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    copied = {word for line in _instructions("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert all((ROOT / name).exists() for name in copied)


# compose.yaml


def test_compose_starts_what_is_asked_for():
    ports = {
        name: [str(port).split(":")[-1] for port in service.get("ports", [])] for name, service in SERVICES.items()
    }
    expected = {"bot": "8001", "prometheus": "9090", "alertmanager": "9093", "loki": "3100", "grafana": "3000"}
    assert {name: ports[name] for name in expected} == {name: [port] for name, port in expected.items()}
    assert "postgres" in SERVICES
    assert all(service["restart"] == "unless-stopped" for name, service in SERVICES.items() if name != "migrate")


def test_only_the_bot_can_be_reached_from_outside():
    open_to_all = {
        n for n, one in SERVICES.items() for port in one.get("ports", []) if not port.startswith("127.0.0.1:")
    }
    assert open_to_all == {"bot"}


def test_images_are_pinned():
    for name, service in SERVICES.items():
        assert re.search(r":v?\d+\.\d+", service["image"]), name


def test_what_compose_mounts_is_there():
    named = set(COMPOSE["volumes"])
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in named or (ROOT / source).is_dir(), f"{name}: {source}"
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert named <= used


def test_every_variable_that_compose_names_is_known():
    known = {row.variable for row in settings.describe(KINDS)}
    assert set(SERVICES["bot"]["environment"]) <= known
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert asked == settings.OF_COMPOSE


def test_passwords_come_from_outside_and_have_no_default():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "@" in str(value):
                assert re.search(r"\$\{[A-Z_]+:\?", value), f"{name}: {variable}"


def test_the_bot_in_compose_is_given_time_to_finish():
    assert int(SERVICES["bot"]["stop_grace_period"].removesuffix("s")) > 30
    settings.read({"DATABASE_URL": re.sub(r"\$\{[^}]+\}", "x", SERVICES["bot"]["environment"]["DATABASE_URL"])})


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").rglob("*.y*ml")), ids=lambda path: path.name)
def test_what_is_provisioned_can_be_read(path: Path):
    assert yaml.safe_load(path.read_text(encoding="utf-8"))


def test_dashboards_and_alerts_ask_for_figures_that_exist():
    texts = [*(ROOT / "deploy/grafana/dashboards").glob("*.json"), *(ROOT / "deploy/prometheus/rules").glob("*.yml")]
    asked = {name for path in texts for name in re.findall(r"aiops_\w+", path.read_text(encoding="utf-8"))}
    exist = {f"aiops_{name}_total" for name in meters.COUNTED} | {f"aiops_{name}" for name in meters.WATCHED}
    exist |= {f"aiops_{name}_duration_seconds_bucket" for name in meters.TIMED}
    assert asked
    assert asked <= exist


@pytest.mark.peers
def test_prometheus_takes_the_rules():
    promtool = shutil.which("promtool")
    if promtool is None:
        assert not os.environ.get("CI"), "promtool is missing, and CI must not skip"
        pytest.skip("no promtool here")
    rules = sorted(str(path) for path in (ROOT / "deploy/prometheus/rules").glob("*.yml"))
    checked = subprocess.run([promtool, "check", "rules", "--lint=all", *rules], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "deploy/grafana/dashboards").glob("*.json")), ids=lambda path: path.name
)
def test_panels_of_a_dashboard_do_not_lie_on_each_other(path: Path):
    panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
    cells = [
        (x, y)
        for grid in (panel["gridPos"] for panel in panels)
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_alertmanager_in_compose_posts_where_the_bot_listens():
    """The key stands in a file that git does not see."""
    path = ROOT / "deploy/alertmanager/alertmanager.yml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    (hook,) = config["receivers"][0]["webhook_configs"]
    file = Path(hook["url_file"])
    assert f"./deploy/alertmanager:{file.parent}:ro" in SERVICES["alertmanager"]["volumes"]
    assert f"deploy/alertmanager/{file.name}" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "http://bot:8001/webhooks/alertmanager/KEY" in path.read_text(encoding="utf-8")
    assert config["route"]["receiver"] == config["receivers"][0]["name"]


def test_dashboards_use_the_datasources_that_are_provisioned():
    sources = yaml.safe_load((ROOT / "deploy/grafana/provisioning/datasources/datasources.yaml").read_text())
    known = {source["uid"] for source in sources["datasources"]}
    for path in (ROOT / "deploy/grafana/dashboards").glob("*.json"):
        board = json.loads(path.read_text(encoding="utf-8"))
        assert {panel["datasource"]["uid"] for panel in board["panels"]} <= known
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


# Make and CI


def test_make_tells_what_it_can_do():
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [target for target in targets if f"make {target} " not in told] == []
    assert {"demo", "test", "check"} <= set(targets)


@pytest.mark.parametrize("script", [".ci/run", ".ci/prepare", "deploy/postgres/10-nightdesk.sh"])
def test_scripts_can_be_run(script: str):
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = path.read_text(encoding="utf-8").splitlines()[0].split("/")[-1].split()[-1]
    assert subprocess.run([shell, "-n", str(path)], capture_output=True, text=True).stderr == ""


def test_a_python_that_does_not_suit_is_refused_in_a_sentence(tmp_path: Path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    told = subprocess.run(
        [ROOT / ".ci/prepare"], env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)}, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert "Nightdesk needs Python 3.11, 3.12 or 3.13; found here: Python 3.9.2." in told.stderr
