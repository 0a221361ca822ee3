"""README.md, read as a newcomer reads it: every command is run, every name in it exists."""

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import aiohttp
import pytest
import pytest_asyncio
import yaml
from cryptography.fernet import Fernet

from bot import __main__ as command_line
from bot import main, settings
from bot.demo_plan import ADMIN
from bot.intents.catalog import BY_COMMAND, TOPICS
from tests.acceptance.rig import ROOT, Rig, free_port

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PATIENCE = 60
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```sh\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE)
COMMANDS = tuple(dict.fromkeys(line.strip() for block in BLOCKS for line in block.splitlines() if line.strip()))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A folder like a fresh clone, and an environment in which the accounts are those of the doubles."""

    folder: Path
    env: Mapping[str, str]
    chats: Rig

    async def run(self, command: str) -> str:
        """What it prints; it has to succeed."""
        process = await self.start(command)
        async with asyncio.timeout(PATIENCE):
            printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    async def start(self, command: str, **more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_shell(
            command,
            cwd=self.folder,
            env={**self.env, **more},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )


Rule: TypeAlias = Callable[[Newcomer, str], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doubles(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """Both platforms, without a bot: the README starts it."""
    built = Rig(tmp_path_factory.mktemp("doubles"))
    await built.open()
    yield built
    await built.close()


@pytest.fixture
def newcomer(doubles: Rig, tmp_path: Path) -> Newcomer:
    for name in (".env.example", "Makefile", "compose.yaml", "Dockerfile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    env = {name: value for name, value in doubles.env.items() if name != "DATABASE_URL"}
    return Newcomer(tmp_path, env, doubles)


def prints(*expected: str) -> Rule:
    async def rule(newcomer: Newcomer, command: str) -> None:
        printed = await newcomer.run(command)
        assert [one for one in expected if one not in printed] == [], printed

    return rule


def after(before: str, rule: Rule) -> Rule:
    async def both(newcomer: Newcomer, command: str) -> None:
        await newcomer.run(before)
        await rule(newcomer, command)

    return both


def shows_page(text: str, path: str, port: str) -> Rule:
    """Started, looked at as a person would, and stopped as a person or a keeper of processes would."""

    async def rule(newcomer: Newcomer, command: str) -> None:
        process = await newcomer.start(command)
        try:
            assert text in await fetched(f"http://127.0.0.1:{newcomer.env[port]}{path}", process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                await process.communicate()

    return rule


async def fetched(url: str, process: asyncio.subprocess.Process) -> str:
    async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
        while process.returncode is None:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return await answer.text()
            await asyncio.sleep(0.1)  # another process starts; there is nothing to wait on
    raise AssertionError(f"it ended with {process.returncode} before {url} answered")


async def demo(newcomer: Newcomer, command: str) -> None:
    """On free ports, and with the packages that this run already has."""
    ports = {"PAGE": str(free_port()), "BOT": str(free_port())}
    elsewhere = Newcomer(newcomer.folder, {**newcomer.env, **ports}, newcomer.chats)
    arguments = f"ARGS='--port {ports['PAGE']} --bot-port {ports['BOT']}'"
    await shows_page("Nightdesk", "/", "PAGE")(elsewhere, f"{command} --assume-old=.venv/.ready {arguments}")


async def test_target(newcomer: Newcomer, command: str) -> None:
    """This run is that command, so it is only asked what it would do."""
    assert ".venv/bin/pytest" in await newcomer.run(f"{command} --dry-run --assume-old=.venv/.ready")


test_target.__test__ = False  # type: ignore[attr-defined]


async def makes_a_key(newcomer: Newcomer, command: str) -> None:
    Fernet((await newcomer.run(command)).strip())


async def copies(newcomer: Newcomer, command: str) -> None:
    """What is copied is usable as it is: everything in it is switched off."""
    await newcomer.run(command)
    ours = {*(row.variable for row in settings.describe(main.KINDS))}
    env = {name: value for name, value in newcomer.env.items() if name not in ours}
    bare = Newcomer(newcomer.folder, env, newcomer.chats)
    assert "switched off" in await bare.run(".venv/bin/nightdesk check")


async def makes_a_package(newcomer: Newcomer, command: str) -> None:
    await newcomer.run(command)
    with zipfile.ZipFile(newcomer.folder / command.split()[-1]) as package:
        assert package.namelist() == ["manifest.json", "color.png", "outline.png"]


async def first_incident(newcomer: Newcomer, command: str) -> None:
    """The three steps of the page: an administrator says where, a key is made, and what was posted is told there."""
    chats = newcomer.chats
    process = await newcomer.start(f"{NIGHTDESK} serve", NIGHTDESK_ADMINS=ADMIN)
    try:
        await fetched(f"{chats.bot_url}/readyz", process)
        asked = await chats.ask_slack("@Nightdesk alerts here")
        assert "is told of all issues" in (await chats.slack_answer(asked))["text"]
        made = await newcomer.run(f"{NIGHTDESK} keys new alertmanager")
        key = made.split("/webhooks/alertmanager/")[1].split()[0]
        assert '"accepted": 1' in await posted(newcomer, command, key)
        told = re.search(r'"summary": "([^"]+)"', command)
        assert told
        await chats.until(lambda: told[1] in str(chats.slack.state()["messages"]), told[1])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await process.communicate()


async def posted(newcomer: Newcomer, command: str, key: str) -> str:
    """By curl where there is one; else the same request."""
    command = command.replace("http://localhost:8001", newcomer.chats.bot_url).replace("/KEY", f"/{key}")
    if shutil.which("curl"):
        return await newcomer.run(command)
    _, option, body, url = shlex.split(command)
    assert option == "--data"
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        return await answer.text()


async def of_docker(newcomer: Newcomer, command: str) -> None:
    """Its words are checked always; Docker itself is asked where it runs, without building or pulling anything."""
    words = command.split()
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    known = {
        "build": {"--tag", "nightdesk", "."},
        "run": {"--env-file", ".env", "--publish", "8001:8001", "--volume", "nightdesk:/app/.data", "nightdesk"},
        "compose up": {"--detach", "--build"},
        "compose logs": {"--follow", *compose["services"]},
    }
    verb = next(one for one in known if command.startswith(f"docker {one} "))
    assert set(words[1 + len(verb.split()) :]) <= known[verb]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert {"EXPOSE 8001", "VOLUME /app/.data", 'CMD ["serve"]'} <= set(dockerfile.splitlines())
    if not docker_runs():
        pytest.skip(f"Docker does not run here; only the words of “{command}” were checked")
    if verb.startswith("compose"):
        (newcomer.folder / ".env").write_text("POSTGRES_PASSWORD=x\nGRAFANA_ADMIN_PASSWORD=x\n")
        await newcomer.run("docker compose config --quiet")


def docker_runs() -> bool:
    return bool(shutil.which("docker")) and not subprocess.run(["docker", "info"], capture_output=True).returncode


NIGHTDESK = ".venv/bin/nightdesk"
CURL = next(command for command in COMMANDS if command.startswith("curl "))
RULES: Mapping[str, Rule] = {
    "make demo": demo,
    "make test": test_target,
    f'DEMO_SEED=7 {NIGHTDESK} ask "how is checkout doing?"': prints("latency of checkout in prod is", "sum by"),
    "cp .env.example .env": copies,
    '.venv/bin/python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"': makes_a_key,
    f"{NIGHTDESK} check": prints("ok   database", "ok   slack", "ok   teams", "ok   demo"),
    f"{NIGHTDESK} serve": shows_page('"status": "ok"', "/readyz", "NIGHTDESK_PORT"),
    f"{NIGHTDESK} manifest slack --url https://nightdesk.example.com": prints("https://nightdesk.example.com/slack/events"),
    f"{NIGHTDESK} manifest slack --socket-mode": prints("socket_mode_enabled: true"),
    f"{NIGHTDESK} manifest teams --out nightdesk-teams.zip": makes_a_package,
    f"{NIGHTDESK} keys new alertmanager": prints("is made", "/webhooks/alertmanager/"),
    CURL: first_incident,
    f"{NIGHTDESK} plan check deploy/plan.example.yaml": prints("The plan is good"),
    f"{NIGHTDESK} migrate": prints("0001", "0002"),
    f"{NIGHTDESK} keys rotate": after(f"{NIGHTDESK} migrate", prints("encrypted with the newest key")),
    "docker build --tag nightdesk .": of_docker,
    "docker run --env-file .env --publish 8001:8001 --volume nightdesk:/app/.data nightdesk": of_docker,
    "docker compose up --detach --build": of_docker,
    "docker compose logs --follow bot": of_docker,
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
async def test_it_does_what_the_page_says(newcomer: Newcomer, command: str) -> None:
    assert command in RULES, "a command in README.md without a rule here: say how it is tried"
    await RULES[command](newcomer, command)


async def test_no_rule_is_left_over() -> None:
    assert sorted(set(RULES) - set(COMMANDS)) == []


async def test_every_block_is_one_of_commands_that_are_run() -> None:
    assert re.findall(r"^ *```(?!sh$)(\w+)", README, re.MULTILINE) == []
    assert README.count("```") == 2 * len(BLOCKS)


async def test_the_makefile_has_what_it_names() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = {command.split()[1] for command in COMMANDS if command.startswith("make ")}
    assert named == {"demo", "test"}
    assert named <= set(targets)


async def test_every_variable_it_names_is_a_setting() -> None:
    kinds = "|".join(("NIGHTDESK", "POSTGRES", "GRAFANA", "DATABASE", *(kind.upper() for kind in main.KINDS)))
    named = set(re.findall(rf"\b((?:{kinds})_[A-Z_]+)", README))
    known = {row.variable for row in settings.describe(main.KINDS)} | settings.OF_COMPOSE
    assert len(named) > 10
    assert sorted(named - known) == []


async def test_every_sub_command_is_on_the_page() -> None:
    (choices,) = (action.choices for action in command_line._parser()._actions if action.choices)
    assert [name for name in choices if f"`nightdesk {name}" not in README] == []


async def test_every_command_is_on_the_page_under_its_topic() -> None:
    for topic, intents in TOPICS.items():
        listed = ", ".join(f"`{intent.command}`" for intent in intents if intent.command)
        assert f"| {topic} | {listed} |" in README
    assert len(BY_COMMAND) == sum(bool(intent.command) for intents in TOPICS.values() for intent in intents) + 1  # help


async def test_its_pictures_are_there() -> None:
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', README)
    assert len(pictures) == 2
    assert [name for name in pictures if not (ROOT / name).read_bytes().startswith(b"\x89PNG")] == []
