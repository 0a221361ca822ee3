"""The matrix of 32 requests, over HTTP, with real keys: every refusal is 400, 401, 405, 413 or 415, and none is 500."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes import DrivenClock
from tests.unit.teams.stand_ins import APP, TENANT, House, house, new_key

Request = tuple[dict[str, Any] | str, str | None, dict[str, str]]
FORGED = new_key()
DEEP = base64.urlsafe_b64encode(b"[" * 3000).decode()


def signed(**claims: Any) -> Callable[[House], Request]:
    return lambda bot: (bot.activity(), f"Bearer {bot.microsoft.token(**claims)}", {})


def aged(seconds: int) -> Callable[[House], Request]:
    def request(bot: House) -> Request:
        at = int(bot.clock.now().timestamp()) - seconds
        return bot.activity(), f"Bearer {bot.microsoft.token(nbf=at - 3600, exp=at)}", {}

    return request


def begins_in(seconds: int) -> Callable[[House], Request]:
    def request(bot: House) -> Request:
        at = int(bot.clock.now().timestamp()) + seconds
        return bot.activity(), f"Bearer {bot.microsoft.token(nbf=at, exp=at + 3600)}", {}

    return request


def headed(header: str | None) -> Callable[[House], Request]:
    return lambda bot: (bot.activity(), header, {})


def without(*names: str) -> Callable[[House], Request]:
    def request(bot: House) -> Request:
        activity = {name: value for name, value in bot.activity().items() if name not in names}
        return activity, f"Bearer {bot.microsoft.token()}", {}

    return request


def changed(**more: Any) -> Callable[[House], Request]:
    return lambda bot: (bot.activity(**more), f"Bearer {bot.microsoft.token()}", {})


def raw(body: str, content_type: str = "application/json") -> Callable[[House], Request]:
    headers = {"Content-Type": content_type} if content_type else {}
    return lambda bot: (body, f"Bearer {bot.microsoft.token()}", headers)


def talk(tenant: str | None) -> dict[str, Any]:
    return {"id": "19:x@thread.tacv2", "conversationType": "channel", **({"tenantId": tenant} if tenant else {})}


MATRIX: dict[str, tuple[Callable[[House], Request], int]] = {
    "valid token": (signed(), 202),
    "no header": (headed(None), 401),
    "empty header": (headed(""), 401),
    "empty bearer": (headed("Bearer "), 401),
    "basic": (headed("Basic bmlnaHQ6ZGVzaw=="), 401),
    "wrong aud": (signed(aud="someone else"), 401),
    "no aud": (signed(without=("aud",)), 401),
    "wrong iss": (signed(iss="https://sts.windows.net/emulator/"), 401),
    "no iss": (signed(without=("iss",)), 401),
    "no exp": (signed(without=("exp",)), 401),
    "exp is no number": (signed(exp="soon"), 401),
    "exp compares with nothing": (signed(exp=float("nan")), 401),
    "wrong serviceurl claim": (signed(serviceurl="https://smba.trafficmanager.net/other/"), 401),
    "no serviceurl claim": (signed(without=("serviceurl",)), 401),
    "garbage": (headed("Bearer garbage"), 401),
    "a header without a floor": (headed(f"Bearer {DEEP}.e30.c2ln"), 401),
    "three dots": (headed("Bearer a.b.c"), 401),
    "expired 10 min ago": (aged(600), 401),
    "expired 4 min ago": (aged(240), 202),
    "valid in 10 min": (begins_in(600), 401),
    "valid in 4 min": (begins_in(240), 202),
    "another key with the same kid": (signed(key=FORGED), 401),
    "unknown kid": (signed(kid="unheard", key=FORGED), 401),
    "alg none": (signed(alg="none"), 401),
    "HS256": (signed(alg="HS256", key="a shared secret that is long enough to be one"), 401),
    "RS512": (signed(alg="RS512"), 401),
    "no serviceUrl": (without("serviceUrl"), 401),
    "no channelId": (without("channelId"), 401),
    "another channel": (changed(channelId="webchat"), 401),
    "foreign tenant": (changed(channelData={"tenant": {"id": "foreign"}}, conversation=talk("foreign")), 401),
    "two tenants": (changed(conversation=talk("30000000-0000-4000-8000-000000000003")), 401),
    "no tenant": (changed(channelData={}, conversation=talk(None)), 401),
    "tenant in one place only": (changed(conversation=talk(None)), 202),
    "bad JSON": (raw("{"), 400),
    "JSON array": (raw("[]"), 400),
    "deep JSON": (raw("[" * 200_000), 400),
    "not UTF-8": (raw("\udcff"), 400),
    "no type": (without("type"), 400),
    "conversation is a number": (changed(conversation=7), 400),
    "no Content-Type": (raw("{}", ""), 415),
    "text/plain": (raw("{}", "text/plain"), 415),
    "1.2 MB": (raw(json.dumps({"type": "message", "text": "x" * 1_200_000})), 413),
}


@pytest.mark.parametrize("name", MATRIX)
async def test_every_request_ends_as_it_should(bot: House, name: str) -> None:
    build, expected = MATRIX[name]
    body, authorization, headers = build(bot)
    given = {"Authorization": authorization} if authorization is not None else {}
    content = {"Content-Type": "application/json"} if isinstance(body, dict) else {}
    text = json.dumps(body) if isinstance(body, dict) else body
    status, _ = await bot.post(text.encode("utf-8", "surrogateescape"), {**content, **headers, **given})
    assert status == expected
    assert len(bot.desk.received) == (1 if expected == 202 else 0)


async def test_the_endpoint_takes_posts_only(bot: House) -> None:
    async with bot.session.get(bot.server.make_url("/api/messages")) as answer:
        assert answer.status == 405


async def test_a_channel_that_the_key_does_not_vouch_for_is_refused(bot: House) -> None:
    bot.microsoft.endorsements = ["webchat"]
    assert (await bot.tell(bot.activity()))[0] == 401


async def test_a_replay_is_acknowledged_and_kept_once(bot: House) -> None:
    token = bot.microsoft.token()
    assert [(await bot.tell(bot.activity(), token))[0] for _ in range(3)] == [202, 202, 202]
    assert len(bot.desk.received) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/connector/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://user:pass@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net:8443/",
        "http://127.0.0.1:1/connector/",
        "http://[::1",
    ],
)
async def test_a_signed_activity_of_a_host_that_is_not_listed_is_refused(clock: DrivenClock, url: str) -> None:
    async with house(clock, service_hosts=("smba.trafficmanager.net",)) as bot:
        token = bot.microsoft.token(serviceurl=url)
        assert (await bot.tell(bot.activity(serviceUrl=url), token))[0] == 401


async def test_a_new_key_is_fetched_when_it_turns_up(bot: House) -> None:
    assert (await bot.tell(bot.activity()))[0] == 202
    bot.microsoft.signing = {"k2": new_key()}
    await bot.clock.advance(61)
    assert (await bot.tell(bot.activity(id="2"), bot.microsoft.token(kid="k2")))[0] == 202
    assert bot.microsoft.openid_reads == 2


async def test_forged_key_ids_do_not_make_us_hammer_the_directory(bot: House) -> None:
    for n in range(20):
        assert (await bot.tell(bot.activity(), bot.microsoft.token(kid=f"forged{n}", key=FORGED)))[0] == 401
    assert bot.microsoft.openid_reads == 1


async def test_keys_are_kept_for_a_day_and_outlive_a_directory_that_is_away(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.openid_status = 503
    await bot.clock.advance(timedelta(hours=25).total_seconds())
    assert (await bot.tell(bot.activity(id="2")))[0] == 202
    assert bot.microsoft.openid_reads == 2


async def test_without_any_keys_the_sender_is_asked_to_come_again(bot: House) -> None:
    bot.microsoft.openid_status = 500
    assert (await bot.tell(bot.activity()))[0] == 503
    assert (await bot.tell(bot.activity()))[0] == 503
    assert bot.microsoft.openid_reads == 1  # the second did not wait for a fetch of its own
    bot.microsoft.openid_status = 200
    await bot.clock.advance(3)
    assert (await bot.tell(bot.activity()))[0] == 202


async def test_anonymous_requests_need_the_one_flag(clock: DrivenClock) -> None:
    json_type = {"Content-Type": "application/json"}
    async with house(clock, allow_anonymous=True) as bot:
        assert (await bot.post(json.dumps(bot.activity()), json_type))[0] == 202
        assert (await bot.tell(bot.activity(id="2"), "garbage"))[0] == 401  # a token that is there has to be right
        foreign = bot.activity(conversation=talk("foreign"), channelData={})
        assert (await bot.post(json.dumps(foreign), json_type))[0] == 401


async def test_a_refusal_tells_nothing_of_what_was_sent(bot: House) -> None:
    status, body = await bot.tell(bot.activity(), bot.microsoft.token(aud="secret-audience"))
    assert status == 401
    assert set(body) == {"error"}
    assert "secret-audience" not in json.dumps(body)
    assert APP not in json.dumps(body)
    assert TENANT not in json.dumps(body)
