"""A Loki as a datasource of a tenant: opened behind the wall, tried, read, and called by its own name when it fails."""

from datetime import timedelta

import pytest

from bot.model.errors import Problem
from bot.model.lines import nanoseconds
from bot.model.source import Auth
from integrations.catalog import SOURCES
from integrations.demo.logql.streams import Stream
from integrations.networks import Networks
from integrations.opener import Opener
from tests.contracts.sources import source
from tests.fakes import NOON, DrivenClock
from tests.loki import ONE, Loki, serving

HERE = Networks.of(["127.0.0.0/8"])
LINE = Stream({"app": "api"}, ((nanoseconds(NOON - timedelta(minutes=5)), "level=error n=1"),))


async def test_it_is_tried_and_read() -> None:
    async with serving(Loki({ONE: (LINE,)})) as loki, Opener(SOURCES, HERE, DrivenClock()) as opener:
        opened = opener.open(source(name="eu logs", type="loki", url=loki.url), {})
        assert await opened.probe() == "Loki, streams by app"
        assert opened.metrics is None
        assert opened.logs is not None
        assert opened.logs.title == "eu logs"
        (line,) = await opened.logs.lines('{app="api"}', NOON - timedelta(hours=1), NOON, 5)
        await opened.close()
    assert line.text == "level=error n=1"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1", "eu logs does not answer at the moment."),
        ("http://10.0.0.1", "10.0.0.1 is not in the networks that may be called"),
    ],
)
async def test_what_fails_is_said_of_it_and_without_its_secrets(url: str, says: str) -> None:
    with pytest.raises(Problem) as told:
        await _probed(url)
    assert says in told.value.says
    assert "LOKI_" not in f"{told.value.says} {told.value.advice}"
    assert "hunter22" not in f"{told.value.says} {told.value.advice}"


async def _probed(url: str) -> str:
    async with Opener(SOURCES, HERE, DrivenClock()) as opener:
        one = source(name="eu logs", type="loki", url=url, auth=Auth.BEARER)
        return await opener.open(one, {"token": "hunter22"}).probe()
