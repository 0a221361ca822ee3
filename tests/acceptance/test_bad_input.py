"""What must not come in, sent to the real process: each refused clearly, and the bot is well afterwards."""

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from typing import Any, TypeAlias

import aiohttp
import asyncpg
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import make_url

from handlers.playground.doubles.teams.keys import KeyRing
from tests.acceptance.rig import Rig, rig
from tests.acceptance.signed import FORM, JSON, Sender

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

MEGABYTE = 1024 * 1024
NUMBERS = count(1)
CHANNELS = cycle(("general", "checkout"))  # in turn, for a channel is spoken into once a second


def marker() -> str:
    """A word that nobody understands: the answer quotes it, and nothing else does."""
    return f"zebra{next(NUMBERS)}"


def said_in_slack(world: Rig, word: str) -> int:
    messages = [one for channel in world.slack.state()["messages"].values() for one in channel]
    return sum(1 for one in messages if one.get("bot_id") and word in json.dumps(one))


def said_in_teams(world: Rig, word: str) -> int:
    state = world.teams.state()
    activities = [one for conversation in state["activities"].values() for one in conversation]
    return sum(1 for one in activities if one["from"]["id"] == state["bot"]["id"] and word in json.dumps(one))


@pytest_asyncio.fixture(loop_scope="module")
async def sender(world: Rig) -> AsyncIterator[Sender]:
    """Whatever is sent leaves no trace of a failure in the bot's log."""
    before = world.log.stat().st_size
    async with aiohttp.ClientSession() as session:
        yield Sender(world, session)
    assert "Traceback" not in world.log.read_bytes()[before:].decode()


async def is_well(world: Rig) -> None:
    """It answers in both chats."""
    word = marker()
    channel = next(CHANNELS)
    ts = await world.ask_slack(f"@Nightdesk {word}", channel)
    await world.ask_teams(f"@Nightdesk {word}")
    await world.slack_answer(ts, channel)
    await world.until(lambda: said_in_teams(world, word), f"{word} in Teams")


# Slack

STALE, EARLY = -310, 310  # seconds; five minutes are allowed


@dataclass(frozen=True, slots=True)
class BadSlack:
    status: int
    headers: Callable[[Sender, bytes], Mapping[str, str]] = lambda sender, body: sender.slack_headers(body)
    body: Callable[[bytes], bytes] = lambda body: body
    kind: str = JSON


def at(stamp: str) -> Callable[[Sender, bytes], Mapping[str, str]]:
    return lambda sender, body: sender.slack_headers(body, at=stamp)


def ago(seconds: int) -> Callable[[Sender, bytes], Mapping[str, str]]:
    return lambda sender, body: sender.slack_headers(body, at=str(int(time.time()) + seconds))


def without(name: str) -> Callable[[Sender, bytes], Mapping[str, str]]:
    return lambda sender, body: {key: value for key, value in sender.slack_headers(body).items() if name not in key}


BAD_SLACK = {
    "signed with another secret": BadSlack(401, lambda sender, body: sender.slack_headers(body, secret="another")),
    "signed for another body": BadSlack(401, lambda sender, body: sender.slack_headers(body + b" ")),
    "not signed": BadSlack(401, without("Signature")),
    "no timestamp": BadSlack(401, without("Timestamp")),
    "stale": BadSlack(401, ago(STALE)),
    "from the future": BadSlack(401, ago(EARLY)),
    "timestamp that is no number": BadSlack(401, at("yesterday")),
    "timestamp in another notation": BadSlack(401, at("1.7e9")),
    "broken JSON": BadSlack(400, body=lambda body: body[:-20]),
    "a JSON list": BadSlack(400, body=lambda body: b"[" + body + b"]"),
    "nested too deep": BadSlack(400, body=lambda body: b"[" * 200_000),
    "not UTF-8": BadSlack(400, body=lambda body: b"\xff\xfe" + body),
    "empty": BadSlack(400, body=lambda body: b""),
    "a form that is none": BadSlack(400, body=lambda body: b"nothing", kind=FORM),
    "over 1 MB": BadSlack(413, body=lambda body: body + b" " * MEGABYTE),
}


@pytest.mark.parametrize("name", BAD_SLACK)
async def test_slack_endpoint_refuses(world: Rig, sender: Sender, name: str) -> None:
    bad, word = BAD_SLACK[name], marker()
    told, _ = sender.mention(word)
    body = bad.body(told)
    assert await sender.slack(body, bad.kind, headers=bad.headers(sender, body)) == bad.status
    await is_well(world)
    assert said_in_slack(world, word) == 0


async def test_slack_body_over_1_mb_of_untold_length(world: Rig, sender: Sender) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65_536

    # The refusal may come before all is sent; then the connection ends under the sender.
    with contextlib.suppress(aiohttp.ClientOSError):
        async with sender.session.post(
            f"{world.bot_url}/slack/events", data=chunks(), headers={"Content-Type": JSON}
        ) as no:
            assert no.status == 413
    await is_well(world)


async def test_a_replay_from_slack_does_nothing_twice(world: Rig, sender: Sender) -> None:
    word = marker()
    body, ts = sender.mention(word)
    headers = sender.slack_headers(body)
    assert [await sender.slack(body, headers=headers) for _ in range(3)] == [200, 200, 200]
    await world.slack_answer(ts)
    assert await sender.slack(body) == 200  # signed anew, as in Slack's own retries
    await is_well(world)
    assert len(world.slack_answers(ts)) == 1


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ({"action_id": "nonsense", "value": "x"}, "I no longer know this button."),
        ({"action_id": "do:0:status", "value": "{"}, "I no longer know this button."),
        ({"action_id": "do:0:status", "value": "[]"}, "I no longer know this button."),
        ({"action_id": "do:0:gone", "value": '{"i": "gone", "a": {}}'}, "I no longer know this button."),
        ({"action_id": "ask:0:gone", "value": '{"i": "gone", "a": {}, "f": []}'}, "I no longer know this button."),
        ({"action_id": "do:0:ask_metric", "value": '{"i": "ask_metric", "a": {"metric": 7}}'}, "I cannot use"),
    ],
)
async def test_an_unknown_action_is_answered(world: Rig, sender: Sender, action: dict[str, str], says: str) -> None:
    ts = await world.ask_slack("@Nightdesk help")
    message = await world.slack_answer(ts)
    assert await sender.slack(sender.press(message, **action), FORM) == 200
    await world.until(lambda: said_in_thread(world, ts, says), says)
    await is_well(world)


def said_in_thread(world: Rig, ts: str, words: str) -> bool:
    messages = world.slack.state()["messages"][world.slack_channel("incidents")]
    return any(words in json.dumps(one) and one.get("thread_ts") == ts for one in messages if one.get("bot_id"))


async def test_an_action_of_a_message_long_gone(world: Rig, sender: Sender) -> None:
    """The answer and the question were deleted; whoever still has them on the screen presses Refresh."""
    ts = await world.ask_slack("@Nightdesk status")
    message = await world.slack_answer(ts)
    pressed = next(
        element
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "button" and element["text"]["text"] == "Refresh"
    )
    body = sender.press(message, action_id=pressed["action_id"], value=pressed["value"])
    channel = world.slack_channel("incidents")
    kept = [one for one in world.slack.workspace.messages[channel] if ts not in (one["ts"], one.get("thread_ts"))]
    world.slack.workspace.messages[channel] = kept
    assert await sender.slack(body, FORM) == 200
    await is_well(world)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "something_new"},
        {"type": "event_callback", "team_id": "T0NIGHT", "event_id": "Ev0NEW", "event": {"type": "something_new"}},
        {"type": "event_callback", "team_id": "T0OTHER", "event_id": "Ev1NEW", "event": {"type": "app_mention"}},
    ],
    ids=["kind", "event", "half an event"],
)
async def test_what_slack_may_send_one_day(world: Rig, sender: Sender, payload: dict[str, Any]) -> None:
    assert await sender.slack(json.dumps(payload).encode()) < 500
    await is_well(world)


# Teams: section 3 of what is known about its requests, as a table

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
MINUTE = timedelta(minutes=1)
Token: TypeAlias = Callable[[KeyRing, dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Case:
    """An activity, a token and a body, each good but for what is named."""

    status: int
    claims: Mapping[str, Any] = field(default_factory=dict)
    activity: Mapping[str, Any] = field(default_factory=dict)  # None takes a field away
    token: Token = lambda keys, claims: keys.sign(claims)
    header: str = "Bearer {token}"
    kind: str = JSON
    body: Callable[[bytes], bytes] = lambda body: body


def instants(claims: Mapping[str, Any]) -> dict[str, Any]:
    """`exp` and `nbf` are written as how far they are from now."""
    now = time.time()
    return {
        name: int(now + value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in claims.items()
    }


def forged(algorithm: str, key: Any, kid: str = "") -> Token:
    def sign(keys: KeyRing, claims: dict[str, Any]) -> str:
        lasting = instants({"nbf": -MINUTE, "exp": 60 * MINUTE, **claims})
        return jwt.encode(lasting, key, algorithm, headers={"kid": kid or keys.kid})

    return sign


def in_rs512(keys: KeyRing, claims: dict[str, Any]) -> str:
    return forged("RS512", keys._keys[-1][1])(keys, claims)


def endless(keys: KeyRing, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, keys._keys[-1][1], "RS256", headers={"kid": keys.kid})


ELSEWHERE = "https://smba.example.com/"
CASES = {
    "valid token": Case(202),
    "no header": Case(401, header=""),
    "empty bearer": Case(401, header="Bearer "),
    "another scheme": Case(401, header="Basic {token}"),
    "wrong audience": Case(401, {"aud": "another"}),
    "wrong issuer": Case(401, {"iss": "https://sts.windows.net/x/"}),
    "wrong serviceurl claim": Case(401, {"serviceurl": ELSEWHERE}),
    "missing serviceurl claim": Case(401, {"serviceurl": None}),
    "garbage": Case(401, header="Bearer garbage"),
    "three parts of garbage": Case(401, header="Bearer a.b.c"),
    "expired 10 minutes ago": Case(401, {"exp": -10 * MINUTE}),
    "expired 4 minutes ago": Case(202, {"exp": -4 * MINUTE}),
    "not valid yet": Case(401, {"nbf": 10 * MINUTE}),
    "no expiry": Case(401, token=endless),
    "another key under the same id": Case(401, token=forged("RS256", OTHER_KEY)),
    "unknown key id": Case(401, token=forged("RS256", OTHER_KEY, "unknown")),
    "alg none": Case(401, token=forged("none", None)),
    "HS256": Case(401, token=forged("HS256", "a-shared-secret-of-32-characters-")),
    "RS512": Case(401, token=in_rs512),
    "no issuer": Case(401, {"iss": None}),
    "channel that the key does not vouch for": Case(401, activity={"channelId": "webchat"}),
    "activity without serviceUrl": Case(401, activity={"serviceUrl": None}),
    "serviceUrl of a stranger, claim included": Case(401, {"serviceurl": ELSEWHERE}, {"serviceUrl": ELSEWHERE}),
    "activity without channelId": Case(401, activity={"channelId": None}),
    "foreign tenant": Case(401, activity={"channelData": {"tenant": {"id": "x"}}, "conversation": {"id": "a:1"}}),
    "two tenants": Case(401, activity={"channelData": {"tenant": {"id": "another"}}}),
    "no tenant": Case(401, activity={"channelData": None, "conversation": {"id": "a:1"}}),
    "bad JSON": Case(400, body=lambda body: body[:-10]),
    "a JSON list": Case(400, body=lambda body: b"[" + body + b"]"),
    "nested too deep": Case(400, body=lambda body: b"[" * 200_000),
    "no type": Case(400, activity={"type": None}),
    "no content type": Case(415, kind=""),
    "text/plain": Case(415, kind="text/plain"),
    "1.2 MB": Case(413, activity={"text": "x" * 1_200_000}),
}  # fmt: skip


async def post(sender: Sender, case: Case, word: str) -> int:
    activity = {**sender.activity(word), **case.activity}
    body = json.dumps({name: value for name, value in activity.items() if value is not None}).encode()
    token = case.token(sender.world.teams.channel_keys, sender.claims(**instants(case.claims)))
    headers = {"Authorization": case.header.format(token=token), "Content-Type": case.kind}
    return await sender.teams(case.body(body), {name: value for name, value in headers.items() if value})


@pytest.mark.parametrize("name", CASES)
async def test_teams_endpoint(world: Rig, sender: Sender, name: str) -> None:
    case, word = CASES[name], marker()
    assert await post(sender, case, word) == case.status
    if case.status == 202:
        await world.until(lambda: said_in_teams(world, word), f"the answer to {word}")
    await is_well(world)
    assert said_in_teams(world, word) == (1 if case.status == 202 else 0)


async def test_teams_endpoint_takes_posts_only(world: Rig, sender: Sender) -> None:
    async with sender.session.get(f"{world.bot_url}/api/messages") as answer:
        assert answer.status == 405


async def test_a_replay_to_teams_is_acknowledged_and_answered_once(world: Rig, sender: Sender) -> None:
    word = marker()
    body, headers = json.dumps(sender.activity(word)).encode(), sender.bearer()
    assert [await sender.teams(body, headers) for _ in range(3)] == [202, 202, 202]
    await is_well(world)
    assert said_in_teams(world, word) == 1


@pytest.mark.parametrize(
    "invoke",
    [
        {"name": "something/new", "value": {}},
        {
            "name": "adaptiveCard/action",
            "value": {"action": {"type": "Action.Execute", "verb": "x", "data": {"i": "gone"}}},
        },
        {"name": "adaptiveCard/action", "value": {"action": "x"}},
        {"name": "adaptiveCard/action"},
        {"name": "adaptiveCard/action", "value": {"action": {"data": {"i": "help", "a": {}}}}, "replyToId": "1"},
        {"name": "task/fetch", "value": {"data": {"i": "gone"}}},
        {"name": "task/submit", "value": {"data": None}},
        {"name": "message/submitAction", "value": []},
    ],
    ids=lambda invoke: f"{invoke['name']} {str(invoke.get('value'))[:20]}",
)
async def test_an_invoke_that_makes_no_sense(world: Rig, sender: Sender, invoke: dict[str, Any]) -> None:
    """Teams shows what the answer's body says; to the sender it is never an error of ours."""
    body = json.dumps({**sender.activity(), "type": "invoke", "text": None, **invoke}).encode()
    assert await sender.teams(body, sender.bearer()) in (200, 400, 501)
    await is_well(world)


async def test_a_button_that_nobody_knows_any_more_on_a_card_that_is_gone(world: Rig, sender: Sender) -> None:
    """As older clients press it: a message that carries a value."""
    before = said_in_teams(world, "I no longer know this button.")
    pressed = {**sender.activity(), "text": None, "value": {"i": "gone", "a": {}}, "replyToId": "1"}
    assert await sender.teams(json.dumps(pressed).encode(), sender.bearer()) == 202
    await world.until(lambda: said_in_teams(world, "I no longer know this button.") > before, "the answer")
    await is_well(world)


# The database away


@pytest.mark.peers
async def test_the_database_away_and_back(tmp_path: Any, postgres_url: str, postgres_server: str) -> None:
    """Not kept is not acknowledged: the platforms send again, and each question is answered once."""
    async with rig(tmp_path, postgres_url) as world, aiohttp.ClientSession() as session:
        sender = Sender(world, session)
        await is_well(world)
        words = marker(), marker()
        mention, ts = sender.mention(words[0])
        activity = json.dumps(sender.activity(words[1])).encode()
        async with denied(postgres_server, make_url(postgres_url).database or ""):
            signed = sender.slack_headers(mention)
            assert await sender.slack(mention, headers=signed) == 503
            assert await sender.teams(activity, sender.bearer()) == 503
            async with session.get(f"{world.bot_url}/readyz") as ready:
                assert (ready.status, (await ready.json())["parts"]["database"]) == (503, "down")
            async with session.get(f"{world.bot_url}/healthz") as alive:
                assert alive.status == 200
        await world.until_ready()
        assert await sender.slack(mention, headers=signed) == 200
        assert await sender.slack(mention) == 200
        assert await sender.teams(activity, sender.bearer()) == 202
        assert await sender.teams(activity, sender.bearer()) == 202
        await world.slack_answer(ts)
        await world.until(lambda: said_in_teams(world, words[1]), words[1])
        await is_well(world)
        assert (len(world.slack_answers(ts)), said_in_teams(world, words[1])) == (1, 1)
        assert "Traceback" not in world.log.read_text()


@contextlib.asynccontextmanager
async def denied(server: str, database: str) -> AsyncIterator[None]:
    """As in a fail-over: nobody gets in, and whoever was in is out."""
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        await connection.execute(f'ALTER DATABASE "{database}" WITH ALLOW_CONNECTIONS false')
        await connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
        yield
    finally:
        await connection.execute(f'ALTER DATABASE "{database}" WITH ALLOW_CONNECTIONS true')
        await connection.close()
