import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.model.errors import Forbidden, Malformed, Unavailable
from integrations.cloudwatch.admission import Admission
from integrations.integration import Arrived, Parts
from tests.fakes import NOON, DrivenClock
from tests.unit.cloudwatch.amazon import (
    CERTIFICATE_PATH,
    CONFIRM,
    SERVED,
    Amazon,
    Loopback,
    certificate,
    confirmation,
    notification,
    signed,
)


@pytest.fixture
async def amazon(tmp_path: Path) -> AsyncIterator[Amazon]:
    amazon = Amazon()
    runner = await amazon.start(tmp_path)
    yield amazon
    await runner.cleanup()


@pytest.fixture
async def parts(amazon: Amazon, clock: DrivenClock) -> AsyncIterator[Parts]:
    trusting = ssl.create_default_context(cadata=SERVED.decode())
    connector = aiohttp.TCPConnector(resolver=Loopback(amazon), ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Parts(session, clock)


def arrived(body: Any, after: timedelta = timedelta(0)) -> Arrived:
    return Arrived(body, {}, {}, NOON + after)


async def test_the_certificate_is_fetched_once(amazon: Amazon, parts: Parts):
    admission = Admission()
    for message in ("{}", "[]"):
        await admission.admit(arrived(signed(notification(Message=message))), parts)
    assert amazon.asked == [CERTIFICATE_PATH]


async def test_a_subscription_is_confirmed_when_its_signature_is_good(amazon: Amazon, parts: Parts):
    admission = Admission()
    good = signed(confirmation())
    with pytest.raises(Forbidden):
        await admission.admit(arrived({**good, "Token": "another"}), parts)
    assert amazon.asked == [CERTIFICATE_PATH]
    await admission.admit(arrived(good), parts)
    assert amazon.asked == [CERTIFICATE_PATH, CERTIFICATE_PATH, f"/{CONFIRM}"]


async def test_a_bad_certificate_is_not_kept(amazon: Amazon, parts: Parts):
    admission = Admission()
    amazon.certificate = b"the answer of a broken cache"
    with pytest.raises(Forbidden):
        await admission.admit(arrived(signed(notification())), parts)
    amazon.certificate = certificate()
    await admission.admit(arrived(signed(notification())), parts)


@pytest.mark.parametrize(
    ("status", "problem"), [(500, Unavailable), (429, Unavailable), (302, Forbidden), (404, Forbidden)]
)
async def test_what_amazon_answers_otherwise(amazon: Amazon, parts: Parts, status: int, problem: type[Exception]):
    amazon.status = status
    with pytest.raises(problem):
        await Admission().admit(arrived(signed(notification())), parts)
    assert amazon.asked == [CERTIFICATE_PATH]  # and no redirect is followed


async def test_an_answer_without_end_is_cut(amazon: Amazon, parts: Parts):
    amazon.certificate = b"x" * 1_000_000
    with pytest.raises(Forbidden, match="more than it should"):
        await Admission().admit(arrived(signed(notification())), parts)


async def test_amazon_away_is_told_so(amazon: Amazon, parts: Parts):
    amazon.port = 1
    with pytest.raises(Unavailable):
        await Admission().admit(arrived(signed(notification())), parts)


@pytest.mark.parametrize("after", [timedelta(hours=3), -timedelta(minutes=16)])
async def test_what_is_too_old_or_too_new_is_refused(amazon: Amazon, parts: Parts, after: timedelta):
    with pytest.raises(Forbidden, match="too old"):
        await Admission().admit(arrived(signed(notification()), after), parts)
    assert amazon.asked == []


@pytest.mark.parametrize(("body", "field"), [({}, "Timestamp"), ([], ""), (notification(Timestamp=None), "Timestamp")])
async def test_what_is_no_envelope_is_malformed(parts: Parts, body: Any, field: str):
    with pytest.raises(Malformed) as refused:
        await Admission().admit(arrived(body), parts)
    assert refused.value.field == field
