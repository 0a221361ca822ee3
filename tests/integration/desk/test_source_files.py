"""`nightdesk sources`: from a file into the database and back, with no secret in either."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot import sources_door
from bot.desk import source_files
from bot.model.errors import Misconfigured
from bot.model.profile import ProfileDraft
from bot.model.source import SourceDraft
from tests.conftest import KEY
from tests.unit.prometheus.misbehaving import Reply, serving

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "deploy/sources.example.yaml"
SECRETS = {"EU_PROMETHEUS_TOKEN": "hunter22", "MIMIR_PASSWORD": "hunter23"}
Write = Callable[[str], Path]


@pytest.fixture
def env(sqlite_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": sqlite_url.replace("sqlite:", "sqlite+aiosqlite:"), "NIGHTDESK_KEYS": KEY,
        "NIGHTDESK_ALLOWED_NETWORKS": "127.0.0.0/8", **SECRETS,
    }  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        file = tmp_path / "sources.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def example(url: str) -> str:
    return EXAMPLE.read_text().replace("https://prometheus.eu.example.com", url)


async def test_the_example_is_applied_shown_and_applied_again(
    env: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
):
    with serving(Reply()) as server:
        file = write(example(server.url))
        assert await sources_door.check(env, file) == 0
        assert capsys.readouterr().out == "The file is good: 2 datasources, 1 application.\n"
        assert not server.seen
        assert await sources_door.apply(env, file) == 0
        told = capsys.readouterr().out.splitlines()
        assert told == [
            "ok   datasource eu-prometheus: Prometheus",
            "ok   datasource mimir",
            "ok   application abc-app",
        ]
        assert server.seen[0].headers["Authorization"] == "Bearer hunter22"
        assert await sources_door.show(env) == 0
        shown = capsys.readouterr().out
        assert "hunter2" not in shown
        asked = len(server.seen)
        assert await sources_door.apply(env, write(shown)) == 0
        assert len(server.seen) == asked, "what is so already is not asked again"
        capsys.readouterr()
        await sources_door.show(env)
        assert capsys.readouterr().out == shown
        said, given = yaml.safe_load(shown)["applications"], yaml.safe_load(file.read_text())
        assert said[0]["slos"] == {"availability": 0.999, "error_rate": 0.02, "p95_latency_ms": 500.0}
        assert given["datasources"][0]["url"] == server.url


async def test_one_that_fails_does_not_keep_the_others(
    env: dict[str, str], write: Write, capsys: pytest.CaptureFixture[str]
):
    with serving(Reply()) as server:
        file = write(
            "datasources:\n"
            "  - {name: bad, url: 'http://169.254.169.254/'}\n"
            f"  - {{name: good, url: '{server.url}'}}\n"
            "applications:\n"
            "  - {name: shop, datasource_id: nowhere}\n"
            "  - {name: pay, datasource_id: good}\n"
        )
        assert await sources_door.apply(env, file) == 1
    marks = [line[:4].strip() for line in capsys.readouterr().out.splitlines()]
    assert marks == ["FAIL", "ok", "FAIL", "ok"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("datasources: [", "line 1"),
        ("datasources: [{name: a, url: 'http://a', token: hunter22}]", "the token of a is written into the file"),
        ("datasources: [{name: a, url: 'http://a', token: '${NOWHERE}'}]", "NOWHERE, the token of a, is not set"),
        ("datasources: [{name: a}]", "datasources.0.url: Field required"),
        ("datasources: [{name: a, url: 'http://a'}, {name: a, url: 'http://b'}]", "“a” stands there twice"),
        ("datasources: [{name: a, url: 'ftp://a'}]", "a: The address must begin with http"),
        ("datasources: [{name: a, url: 'http://a', type: influxdb}]", "I cannot read “influxdb” yet"),
        ("applications: [{name: a, slos: {availability: 99}}]", "availability"),
        ("colours: [blue]", "colours: Extra inputs are not permitted"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said(env: dict[str, str], write: Write, text: str, says: str):
    with pytest.raises(Misconfigured) as caught:
        await sources_door.check(env, write(text))
    assert says in caught.value.says
    assert "hunter22" not in caught.value.says


def test_the_example_shows_what_there_is():
    given = yaml.safe_load(EXAMPLE.read_text())
    of_sources = {name for one in given["datasources"] for name in one}
    assert set(SourceDraft.model_fields) - of_sources == {"ca", "certificate", "client_key"}
    assert set(given["applications"][0]) == set(ProfileDraft.model_fields)
    found = source_files.read(EXAMPLE, SECRETS)
    assert [one.name for one in (*found.datasources, *found.applications)] == ["eu-prometheus", "mimir", "abc-app"]
