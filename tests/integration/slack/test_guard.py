import asyncio
import json
import logging
from io import BytesIO
from typing import Any

import pytest

from tests.integration.slack.conftest import Bench, sign

MENTION = {
    "type": "app_mention",
    "user": "U0ANNA",
    "text": "<@U0BOT> hi",
    "ts": "1773835200.000100",
    "channel": "C0OPS",
}
BODY = json.dumps({"type": "event_callback", "team_id": "T0NIGHT", "event_id": "Ev1", "event": MENTION}).encode()
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_what_slack_signed_comes_in(bench: Bench) -> None:
    assert await bench.post(BODY, {**JSON, **sign(BODY, bench.clock)}) == (200, "")
    assert [message.text for message in bench.desk.messages] == ["hi"]


@pytest.mark.parametrize("seconds", [-301, 301, -600])
async def test_too_old_or_from_the_future(bench: Bench, seconds: int) -> None:
    at = int(bench.clock.now().timestamp()) + seconds
    status, _ = await bench.post(BODY, {**JSON, **sign(BODY, bench.clock, at=at)})
    assert status == 401


@pytest.mark.parametrize("seconds", [-299, 299])
async def test_clocks_may_differ_a_little(bench: Bench, seconds: int) -> None:
    at = int(bench.clock.now().timestamp()) + seconds
    status, _ = await bench.post(BODY, {**JSON, **sign(BODY, bench.clock, at=at)})
    assert status == 200


@pytest.mark.parametrize("at", ["not-a-number", "", "12e9", "-5", "١٢٣", "9" * 40])
async def test_a_timestamp_that_is_no_number(bench: Bench, at: str, caplog: pytest.LogCaptureFixture) -> None:
    signed = sign(BODY, bench.clock, at=at)
    status, _ = await bench.post(BODY, {**JSON, **signed})
    assert status == 401
    assert not caplog.records


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: {},
        lambda headers: {name: value for name, value in headers.items() if "Signature" not in name},
        lambda headers: {name: value for name, value in headers.items() if "Timestamp" not in name},
        lambda headers: {**headers, "X-Slack-Signature": "v0=" + "0" * 64},
        lambda headers: {**headers, "X-Slack-Signature": "v0=ünsigned"},
    ],
)
async def test_not_signed_by_slack(bench: Bench, change: Any) -> None:
    status, _ = await bench.post(BODY, {**JSON, **change(sign(BODY, bench.clock))})
    assert status == 401
    assert not bench.desk.messages


async def test_signed_with_another_secret_or_for_another_body(bench: Bench) -> None:
    assert (await bench.post(BODY, {**JSON, **sign(BODY, bench.clock, secret="another")}))[0] == 401
    assert (await bench.post(BODY + b" ", {**JSON, **sign(BODY, bench.clock)}))[0] == 401


async def test_a_replay_is_answered_and_not_done_again(bench: Bench) -> None:
    headers = {**JSON, **sign(BODY, bench.clock)}
    await bench.post(BODY, headers)
    bench.desk.received.clear()
    assert (await bench.post(BODY, headers))[0] == 200
    assert not bench.desk.messages
    await bench.clock.advance(601)
    assert (await bench.post(BODY, headers))[0] == 401


async def test_the_same_again_after_a_failure_is_done(bench: Bench) -> None:
    bench.desk.away = True
    headers = {**JSON, **sign(BODY, bench.clock)}
    assert (await bench.post(BODY, headers))[0] == 503
    bench.desk.away = False
    assert (await bench.post(BODY, headers))[0] == 200
    assert len(bench.desk.messages) == 1


async def test_a_replay_of_what_is_still_being_done_waits_for_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def slow(message: Any) -> bool:
        entered.set()
        await release.wait()
        bench.desk.away = True
        return await type(bench.desk).receive(bench.desk, message)

    monkeypatch.setattr(bench.desk, "receive", slow)
    headers = {**JSON, **sign(BODY, bench.clock)}
    first = asyncio.create_task(bench.post(BODY, headers))
    await entered.wait()
    second = asyncio.create_task(bench.post(BODY, headers))
    await asyncio.sleep(0.05)
    assert not second.done()
    release.set()
    assert ((await first)[0], (await second)[0]) == (503, 503)


async def test_slacks_own_retry_is_one_message(bench: Bench) -> None:
    await bench.event(MENTION)
    await bench.clock.advance(60)
    retry = {**JSON, **sign(BODY, bench.clock), "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await bench.post(BODY, retry))[0] == 200
    assert len(bench.desk.messages) == 1


@pytest.mark.parametrize("whole", [True, False])
async def test_too_large(bench: Bench, whole: bool) -> None:
    body = b'{"x": "' + b"y" * 1_048_576 + b'"}'

    async def chunks() -> Any:
        for at in range(0, len(body), 65_536):
            yield body[at : at + 65_536]

    data: Any = BytesIO(body) if whole else chunks()
    status, _ = await bench.post(data, {**JSON, **sign(body, bench.clock)})
    assert status == 413


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{", JSON),
        (b"[1]", JSON),
        (b"", JSON),
        (b"{}", JSON),
        (b"\xff\xfe", JSON),
        (b"[" * 200_000, JSON),
        (b"payload=%7B", FORM),
        (b"payload=[1]", FORM),
        (b"nothing", FORM),
    ],
)
async def test_not_readable(bench: Bench, body: bytes, headers: dict[str, str]) -> None:
    status, _ = await bench.post(body, {**headers, **sign(body, bench.clock)})
    assert status == 400


async def test_headers_that_the_signature_does_not_cover_change_nothing(bench: Bench) -> None:
    sneaky = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "on_event"}
    assert (await bench.post(BODY, {**JSON, **sneaky, **sign(BODY, bench.clock)}))[0] == 200
    assert len(bench.desk.messages) == 1


async def test_bodies_are_never_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await bench.event({**MENTION, "text": "a-secret-word"})
    bench.desk.away = True
    await bench.event({**MENTION, "text": "a-secret-word", "ts": "1773835201.000100"})
    assert "a-secret-word" not in caplog.text


async def test_url_verification(bench: Bench) -> None:
    body = b'{"type": "url_verification", "challenge": "abc", "token": "t"}'
    status, text = await bench.signed(body, "application/json")
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


async def test_after_stop_slack_is_asked_to_try_another_replica(bench: Bench) -> None:
    await bench.surface.stop()
    assert (await bench.event(MENTION))[0] == 503
