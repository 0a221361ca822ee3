"""Each `nightdesk` sub-command as a process of its own: what it prints, and with which code it ends."""

import asyncio
import contextlib
import json
import re
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import yaml
from cryptography.fernet import Fernet

from bot.intents.catalog import BY_COMMAND
from handlers.playground.doubles.bus import Fault
from tests.acceptance.rig import ROOT, Rig, free_port, rig
from tests.model_double.server import KEY, serving

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PATIENCE = 60
NOBODY = "http://127.0.0.1:9"  # a port where nothing listens


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str
    raw: bytes

    @property
    def rows(self) -> Mapping[str, tuple[str, str]]:
        """The table of `check`: what is said of each part."""
        found = (re.fullmatch(r"(ok|FAIL|-) +(\S+) +(.+)", line) for line in self.out.splitlines())
        return {row[2]: (row[1], row[3]) for row in found if row}


@dataclass(frozen=True, slots=True)
class Terminal:
    folder: Path
    env: Mapping[str, str]

    async def run(self, *words: str, **more: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words,
            cwd=self.folder, env={**self.env, **more}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        told = Ended(process.returncode or 0, out.decode(errors="replace"), err.decode(), out)
        assert "Traceback" not in told.err
        return told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doubles(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    built = Rig(tmp_path_factory.mktemp("doubles"))
    await built.open()
    yield built
    await built.close()


@pytest.fixture
def connected(doubles: Rig, tmp_path: Path) -> Terminal:
    """Slack, Teams and the demo world are set up; the database is a new file."""
    here = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/night.sqlite3", "PYTHONPATH": str(ROOT)}
    return Terminal(tmp_path, {**doubles.env, **here, "LOG_FORMAT": "json"})


@pytest.fixture
def bare(connected: Terminal) -> Terminal:
    """Nothing is set up."""
    ours = ("SLACK_", "TEAMS_", "PROMETHEUS_", "LOKI_", "DEMO_", "OPENAI_")
    return Terminal(connected.folder, {k: v for k, v in connected.env.items() if not k.startswith(ours)})


async def test_check_says_of_each_part_that_it_works(connected: Terminal) -> None:
    told = await connected.run("check")
    assert (told.code, told.err) == (0, "")
    assert {part: mark for part, (mark, _) in told.rows.items()} == {
        "database": "ok", "slack": "ok", "teams": "ok", "demo": "ok",
        **dict.fromkeys(("mail", "prometheus", "loki", "alertmanager", "jira", "tickets", "openai"), "-"),
        **dict.fromkeys(("openai_usage", "anthropic_usage"), "-"),
    }  # fmt: skip
    assert told.rows["slack"][1] == "Slack: speaking as nightdesk in Night Shift, events by HTTP."
    assert told.rows["prometheus"][1] == "switched off; see .env.example"


@pytest.mark.parametrize(
    ("wrong", "part", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "slack", "SLACK_BOT_TOKEN is not usable"),
        ({"SLACK_API_URL": f"{NOBODY}/api/"}, "slack", "Slack does not answer at the moment. Try again in a minute."),
        ({"SLACK_SIGNING_SECRET": ""}, "slack", "SLACK_SIGNING_SECRET is missing."),
        ({"TEAMS_APP_PASSWORD": "wrong"}, "teams", "TEAMS_APP_PASSWORD is wrong: give the secret's value, not its id."),
        ({"TEAMS_APP_ID": "another"}, "teams", "TEAMS_APP_ID is not known in the tenant TEAMS_TENANT_ID."),
        ({"TEAMS_TENANT_ID": "elsewhere"}, "teams", "The first tenant of TEAMS_TENANT_ID does not exist."),
        ({"TEAMS_LOGIN_URL": NOBODY}, "teams", "Microsoft's sign-in does not answer at the moment."),
        ({"TEAMS_OPENID_METADATA_URL": NOBODY}, "teams", "Microsoft's key directory does not answer at the moment."),
        ({"TEAMS_TENANT_ID": ""}, "teams", "TEAMS_TENANT_ID is missing. Set it in the environment or in .env"),
        ({"PROMETHEUS_URL": NOBODY}, "prometheus", "Check that it runs, and that PROMETHEUS_URL is right."),
        ({"PROMETHEUS_USER": "x", "PROMETHEUS_URL": NOBODY}, "prometheus", "PROMETHEUS_USER and PROMETHEUS_PASSWORD"),
        ({"PROMETHEUS_TOKEN": "x"}, "prometheus", "PROMETHEUS_URL is missing."),
        ({"LOKI_URL": NOBODY}, "loki", "Check that it runs, and that LOKI_URL is right."),
        ({"LOKI_TENANT": "acme"}, "loki", "LOKI_URL is missing."),
        ({"OPENAI_BASE_URL": NOBODY}, "openai", "Check that it runs, and that OPENAI_BASE_URL is right."),
        ({"OPENAI_MODEL": "x"}, "openai", "OPENAI_API_KEY is missing"),
        ({"DEMO_SEED": "many"}, "demo", "DEMO_SEED"),
    ],
)  # fmt: skip
async def test_check_says_what_to_do_and_tries_the_rest(
    connected: Terminal, wrong: dict[str, str], part: str, says: str
) -> None:
    told = await connected.run("check", **wrong)
    assert told.code == 1
    assert told.rows[part][0] == "FAIL"
    assert says in told.rows[part][1]
    assert [name for name, (mark, _) in told.rows.items() if mark == "FAIL"] == [part]
    assert told.rows["database"][0] == "ok"


async def test_check_names_a_permission_that_slack_has_not_granted(connected: Terminal, doubles: Rig) -> None:
    access = doubles.slack.access
    granted = access.scopes
    access.scopes = granted - {"commands"}
    try:
        told = await connected.run("check")
    finally:
        access.scopes = granted
    assert told.code == 1
    assert "Slack has not granted commands. Update the app with manifest.yml" in told.rows["slack"][1]


async def test_check_names_the_state_of_the_model(connected: Terminal) -> None:
    async with serving() as double:
        told = await connected.run("check", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=double.url)
        assert (told.code, told.err) == (0, "")
        says = told.rows["openai"][1]  # and, months after this was written, how old its prices are
        assert re.match(r"127\.0\.0\.1:\d+ answers, and has gpt-4o-mini\.(?: Its prices are of |$)", says)
        told = await connected.run("check", OPENAI_API_KEY="sk-wrong-0123456789", OPENAI_BASE_URL=double.url)
        assert (told.code, told.rows["openai"][0]) == (1, "FAIL")
        assert "does not accept our credentials" in told.rows["openai"][1]


async def test_check_without_a_database_says_so(connected: Terminal) -> None:
    told = await connected.run("check", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert told.code == 1
    assert told.rows["start"] == ("FAIL", "The database does not answer at the moment. Try again in a minute.")
    assert told.rows["slack"] == ("-", "not tried: Nightdesk cannot start")


async def test_check_knows_typing_errors(connected: Terminal) -> None:
    told = await connected.run("check", TEAMS_TENANT="x", NIGHTDESK_PROT="8001", SLACK_WALDO="x")
    assert told.code == 0
    assert "TEAMS_TENANT is not a setting of Nightdesk and is ignored; did you mean TEAMS_TENANT_ID?" in told.out
    assert "NIGHTDESK_PROT is not a setting of Nightdesk and is ignored; did you mean NIGHTDESK_PORT?" in told.out
    assert "SLACK_WALDO is not a setting of Nightdesk and is ignored.\n" in told.out


async def test_no_secret_is_printed(connected: Terminal) -> None:
    secret = "xoxb-0000-a-secret-that-nobody-reads"
    told = await connected.run("check", SLACK_BOT_TOKEN=secret, TEAMS_APP_PASSWORD=secret)
    assert told.code == 1
    assert secret not in told.out + told.err


@pytest.mark.parametrize("command", [["serve"], ["check"], ["migrate"], ["ask", "help"], ["manifest", "slack"]])
async def test_a_setting_of_its_own_that_is_wrong_ends_every_command(bare: Terminal, command: list[str]) -> None:
    told = await bare.run(*command, NIGHTDESK_PORT="eighty")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("NIGHTDESK_PORT ")
    assert told.err.count("\n") == 1


async def test_serve_without_a_chat(bare: Terminal) -> None:
    told = await bare.run("serve")
    assert (told.code, told.out) == (2, "")
    assert told.err == "Neither Slack nor Teams is set up. Try `nightdesk demo`, or see .env.example.\n"


async def test_serve_half_set_up(connected: Terminal) -> None:
    told = await connected.run("serve", SLACK_SIGNING_SECRET="")
    assert told.code == 2
    assert told.err.startswith("SLACK_SIGNING_SECRET is missing. ")


async def test_serve_on_a_port_that_is_taken(connected: Terminal, doubles: Rig) -> None:
    told = await connected.run("serve", NIGHTDESK_PORT=str(doubles.port))
    assert told.code == 2
    assert f"Port {doubles.port} is in use by another program. End that program, or choose another" in told.err


async def test_sigterm_in_the_middle_of_a_question(tmp_path: Path) -> None:
    """The answer is worked out and said before the process ends."""
    async with rig(tmp_path, DEMO_DELAY="1", LOG_FORMAT="json") as world:
        ts = await world.ask_slack("@Nightdesk latency of checkout")
        root = await world.ask_teams("@Nightdesk latency of checkout")
        await world.slack.settle()
        assert not world.slack_answers(ts)
        assert await world.stop_bot() == 0
        events = [json.loads(line)["event"] for line in world.log.read_text().splitlines()]
        assert [event for event in events if event in ("draining", "stopped")] == ["draining", "stopped"]
        (slack,), (teams,) = world.slack_answers(ts), world.teams_answers(root)
        assert "P95 latency of checkout in prod is" in json.dumps([slack, teams])


async def test_told_to_stop_it_is_no_longer_ready_and_finishes_a_request(tmp_path: Path) -> None:
    async with rig(tmp_path) as world, aiohttp.ClientSession() as session:
        world.faults.add(Fault("slow", "teams", "/teams/openid", seconds=2))
        asking = asyncio.create_task(
            world.teams.control("message", {"conversation": world.teams_conversation("personal"), "text": "help"})
        )
        await until(lambda: not world.faults.faults)  # the request is under way, and waits for Microsoft's keys
        assert world.process
        world.process.terminate()
        await until(lambda: "draining" in world.log.read_text())
        async with session.get(f"{world.bot_url}/readyz") as ready:
            assert ready.status == 503
        assert not asking.done()
        assert (await asking)["status"] == 202
        async with asyncio.timeout(PATIENCE):
            assert await world.process.wait() == 0


async def answering(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(url) as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.05)  # another process starts


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not seen():
            await asyncio.sleep(0.02)  # another process has to act; it has no other way to tell


async def test_migrate_once_and_again(bare: Terminal) -> None:
    first = await bare.run("migrate")
    assert first.code == 0
    assert "0001" in first.out
    assert await bare.run("migrate") == Ended(0, "The database is up to date.\n", "", b"The database is up to date.\n")


@pytest.mark.peers
async def test_migrate_postgres(bare: Terminal, empty_postgres_url: str) -> None:
    keys = {"DATABASE_URL": empty_postgres_url, "NIGHTDESK_KEYS": Fernet.generate_key().decode()}
    before = await bare.run("check", **keys)
    assert before.code == 1
    assert "Run `nightdesk migrate`." in before.rows["start"][1]
    assert (await bare.run("migrate", **keys)).code == 0
    assert (await bare.run("check", **keys)).code == 0


async def test_keys_rotate(connected: Terminal, tmp_path: Path) -> None:
    early = await connected.run("keys", "rotate")
    assert (early.code, early.err) == (2, "The database has no tables yet. Run `nightdesk migrate`.\n")
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert (await connected.run("migrate", NIGHTDESK_KEYS=old)).code == 0
    told = await connected.run("keys", "rotate", NIGHTDESK_KEYS=f"{new},{old}")
    assert told.code == 0
    assert told.out.startswith("0 secrets are encrypted with the newest key now.\nKeep the older keys")
    assert (await connected.run("keys", "burn")).code == 2


async def test_ask_answers_with_figures_and_their_query(connected: Terminal) -> None:
    told = await connected.run("ask", "error", "rate", "of", "checkout")
    assert told.code == 0
    assert re.search(r"^Error rate of checkout in prod is \d+(\.\d+)? %", told.out)
    assert 'sum(rate(http_requests_total{env="prod",service="checkout",status=~"5.."}[5m]))' in told.out.replace(
        " (", "("
    )
    assert "Reading error rate of checkout" in told.err


async def test_ask_keeps_and_sends_nothing(connected: Terminal, doubles: Rig) -> None:
    before = len(doubles.bus.log)
    assert (await connected.run("ask", "status")).code == 0
    assert len(doubles.bus.log) == before


async def test_ask_when_the_source_is_away(bare: Terminal) -> None:
    told = await bare.run("ask", "status", PROMETHEUS_URL=NOBODY)
    assert told.code == 1
    # What exists there is asked first, so by the question's own queries it may be known to be away.
    assert re.match(r"Prometheus (does not answer at the moment|has not answered since [-\d]+ [:\d]+ UTC)\.", told.out)


async def test_both_manifests_name_the_same_commands(connected: Terminal) -> None:
    """Row CARD-08."""
    slack, teams = await connected.run("manifest", "slack"), await connected.run("manifest", "teams")
    assert (slack.code, teams.code) == (0, 0)
    (command,) = yaml.safe_load(slack.out)["features"]["slash_commands"]
    with zipfile.ZipFile(BytesIO(teams.raw)) as package:
        (bot,) = json.loads(package.read("manifest.json"))["bots"]
    assert command["command"] == "/ops"
    assert command["usage_hint"].split(" | ") == list(BY_COMMAND)
    assert {scope for listed in bot["commandLists"] for scope in listed["scopes"]} == set(bot["scopes"])
    for listed in bot["commandLists"]:
        told = {one["title"]: one["description"] for one in listed["commands"]}
        # Teams lists twelve at most: the catalogue has them first.
        assert told == {verb: intent.help for verb, intent in list(BY_COMMAND.items())[:12]}


async def test_the_manifest_in_the_root_is_the_one_it_writes(bare: Terminal) -> None:
    told = await bare.run("manifest", "slack", "--url", "https://nightdesk.example.com")
    assert told.out == (ROOT / "manifest.yml").read_text(encoding="utf-8")


async def test_a_manifest_for_socket_mode_before_there_is_a_token(bare: Terminal) -> None:
    made = yaml.safe_load((await bare.run("manifest", "slack", "--socket-mode")).out)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in made["features"]["slash_commands"][0]


async def test_a_manifest_written_to_a_file(connected: Terminal, tmp_path: Path) -> None:
    told = await connected.run("manifest", "teams", "--out", "nightdesk.zip")
    assert (told.code, told.out) == (0, "Written to nightdesk.zip.\n")
    assert zipfile.is_zipfile(tmp_path / "nightdesk.zip")
    nowhere = await connected.run("manifest", "teams", "--out", "nowhere/nightdesk.zip")
    assert (nowhere.code, nowhere.err) == (2, "nowhere/nightdesk.zip cannot be written: no such file or directory.\n")


async def test_a_teams_package_needs_the_bot(bare: Terminal) -> None:
    told = await bare.run("manifest", "teams")
    assert (told.code, told.raw) == (2, b"")
    assert told.err == "TEAMS_APP_ID is missing. The app package names the bot: set up Teams first.\n"


@pytest.mark.parametrize("words", [[], ["sing"], ["ask"], ["manifest"], ["manifest", "irc"], ["demo", "--port", "x"]])
async def test_words_that_are_no_command(bare: Terminal, words: list[str]) -> None:
    told = await bare.run(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("usage: nightdesk")


async def test_demo_shows_both_chats_and_ends_calmly(bare: Terminal) -> None:
    page, port = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(page), "--bot-port", str(port),
        cwd=bare.folder, env=dict(bare.env), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        printed = b"".join([await process.stdout.readline() for _ in range(2)]).decode()
        assert f"Nightdesk demo: http://127.0.0.1:{page}" in printed
        await answering(session, f"http://127.0.0.1:{port}/readyz")
        async with session.get(f"http://127.0.0.1:{page}/sim/state") as answer:
            assert {"slack", "teams"} <= set(await answer.json())
        process.terminate()
        await process.stdout.read()
        assert await process.wait() == 0
