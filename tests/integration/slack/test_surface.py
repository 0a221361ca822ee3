import asyncio
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.model.errors import Misconfigured, Rejected, Unavailable
from bot.model.message import Place
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.platform import Order
from bot.ports.storage import Installation
from handlers.slack.authorize import ManyWorkspaces
from tests.integration.slack.conftest import ONE, SECRET, Bench, Start

MANY = {"client_id": "1.2", "client_secret": "client-secret", "signing_secret": SECRET}
SOCKET = {"bot_token": "xoxb-one", "app_token": "xapp-one"}
MENTION = {
    "type": "app_mention",
    "user": "U0ANNA",
    "text": "<@U0BOT> hi",
    "ts": "1773835200.000100",
    "channel": "C0OPS",
}


async def say(bench: Bench, workspace: str) -> None:
    place = Place("slack", workspace, "C0OPS")
    await bench.surface.platform.send(Order(DEFAULT_TENANT, place, Reply("Hello."), "k#1"))


class TestOneWorkspace:
    async def test_starting_says_who_we_are_and_whose_the_workspace_is(self, bench: Bench) -> None:
        kept = await bench.storage.directory.installation("slack", "T0NIGHT")
        assert kept is not None
        assert (kept.tenant, kept.name, dict(kept.secrets)) == (DEFAULT_TENANT, "Night", {})

    async def test_a_workspace_keeps_its_tenant(self, start: Start) -> None:
        bench: Bench = await start(started=False)
        await bench.storage.directory.save_tenant(_tenant("acme"))
        await bench.storage.directory.save_installation(Installation("slack", "T0NIGHT", TenantId("acme"), "Acme"))
        await bench.surface.start()
        kept = await bench.storage.directory.installation("slack", "T0NIGHT")
        assert kept is not None
        assert kept.tenant == "acme"

    async def test_a_wrong_token_does_not_start(self, start: Start) -> None:
        bench: Bench = await start(started=False)
        bench.slack.fail("auth.test", "invalid_auth")
        with pytest.raises(Misconfigured, match="SLACK_BOT_TOKEN"):
            await bench.surface.start()

    async def test_slack_being_away_is_no_reason_not_to_start(self, start: Start) -> None:
        bench: Bench = await start(started=False)
        bench.slack.fail("auth.test", 503, 503)
        await bench.surface.start()
        assert (await bench.event(MENTION))[0] == 503  # still away: Slack shall send it again
        assert (await bench.event(MENTION))[0] == 200

    async def test_check(self, bench: Bench) -> None:
        assert await bench.surface.check() == "Slack: speaking as nightdesk in Night, events by HTTP."
        bench.slack.scopes = "chat:write,commands"
        with pytest.raises(Misconfigured, match="app_mentions:read"):
            await bench.surface.check()
        bench.slack.fail("auth.test", "invalid_auth")
        with pytest.raises(Misconfigured, match="SLACK_BOT_TOKEN"):
            await bench.surface.check()
        bench.slack.fail("auth.test", 500)
        with pytest.raises(Unavailable):
            await bench.surface.check()


async def test_the_environment_has_no_say(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "SCOPES", "USER_SCOPES"):
        monkeypatch.setenv(f"SLACK_{name}", "of-the-environment")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("SLACK_VERIFICATION_TOKEN", "of-the-environment")
    monkeypatch.setenv("HOME", str(tmp_path))
    bench: Bench = await start(**ONE)
    assert (await bench.event(MENTION))[0] == 200
    await say(bench, "T0NIGHT")
    assert bench.slack.headers["Authorization"] == "Bearer xoxb-one"
    assert list(tmp_path.glob(".bolt*")) == []
    assert not caplog.records


class TestManyWorkspaces:
    @pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's own
    async def test_installing(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.install(bench)
        kept = await bench.storage.directory.installation("slack", "T7NEW")
        assert kept is not None
        assert (kept.tenant, kept.name) == ("slack-T7NEW", "New")
        assert kept.secrets == {"bot_token": "xoxb-1", "refresh_token": "xoxe-next"}
        assert (await bench.event(MENTION, team_id="T7NEW"))[0] == 200
        assert bench.desk.messages[0].place.workspace == "T7NEW"
        await say(bench, "T7NEW")
        assert bench.slack.headers["Authorization"] == "Bearer xoxb-1"
        assert await bench.surface.check() == (
            "Slack: installed in 1 workspaces; install it at https://n.example/slack/install."
        )

    async def install(self, bench: Bench) -> None:
        async with bench.session.get(f"{bench.url}/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            html = await page.text()
        (address,) = re.findall(r'href="([^"]+/oauth/v2/authorize[^"]*)"', html)
        asked = parse_qs(urlsplit(unescape(address)).query)
        assert asked["client_id"] == ["1.2"]
        assert asked["redirect_uri"] == ["https://n.example/slack/oauth_redirect"]
        assert asked.get("user_scope", [""]) == [""]
        url = f"{bench.url}/slack/oauth_redirect?code=c&state={asked['state'][0]}"
        async with bench.session.get(url) as refused:
            assert refused.status == 400  # another browser than the one that began
        async with bench.session.get(url, headers={"Cookie": cookie}) as done:
            assert done.status == 200

    async def test_where_it_is_not_installed_nothing_is_taken_in_or_said(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        assert (await bench.event(MENTION, team_id="T9UNKNOWN"))[0] == 200
        assert not bench.desk.messages
        with pytest.raises(Rejected, match="removed"):
            await say(bench, "T9UNKNOWN")

    async def test_no_request_asks_slack_who_we_are(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "T7NEW")
        for n in range(3):
            await bench.event({**MENTION, "ts": f"177383520{n}.000100"}, team_id="T7NEW")
        assert len(bench.desk.messages) == 3
        assert not bench.slack.calls

    async def test_an_installation_of_a_whole_organisation(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "E0ORG")
        authorizations = [{"team_id": "T8TEAM", "enterprise_id": "E0ORG"}]
        await bench.event(MENTION, team_id="T8TEAM", authorizations=authorizations)
        assert bench.desk.messages[0].place.workspace == "T8TEAM"
        await say(bench, "T8TEAM")
        assert bench.slack.headers["Authorization"] == "Bearer xoxb-kept"

    async def test_uninstalled_is_forgotten_at_once(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "T7NEW")
        await bench.event({"type": "app_uninstalled"}, team_id="T7NEW")
        await bench.event(MENTION, team_id="T7NEW")
        assert not bench.desk.messages

    async def test_tokens_are_renewed_in_time_and_once(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "T7NEW", lives=timedelta(hours=1))
        tokens = bench.surface._tokens
        await asyncio.gather(*(tokens.refresh_all() for _ in range(5)))
        (asked,) = bench.slack.named("oauth.v2.access")
        assert (asked["grant_type"], asked["refresh_token"]) == ("refresh_token", "xoxe-kept")
        kept = await bench.storage.directory.installation("slack", "T7NEW")
        assert kept is not None
        assert kept.secrets["refresh_token"] == "xoxe-next"
        assert kept.expires_at == bench.clock.now() + timedelta(hours=12)

    async def test_a_token_about_to_expire_is_renewed_before_it_is_used(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "T7NEW", lives=timedelta(minutes=1))
        await say(bench, "T7NEW")
        assert bench.slack.headers["Authorization"] == "Bearer xoxb-1"

    async def test_one_that_cannot_be_renewed_does_not_keep_the_others_from_it(
        self, start: Start, caplog: pytest.LogCaptureFixture
    ) -> None:
        bench: Bench = await start(**MANY)
        await self.keep(bench, "T1", lives=timedelta(hours=1))
        await self.keep(bench, "T2", lives=timedelta(hours=1))
        bench.slack.fail("oauth.v2.access", "invalid_refresh_token")
        await bench.surface._tokens.refresh_all()
        told = {one.__dict__["workspace"] for one in caplog.records if one.message == "token not renewed"}
        (other,) = {"T1", "T2"} - told
        kept = await bench.storage.directory.installation("slack", other)
        assert kept is not None
        assert kept.secrets["refresh_token"] == "xoxe-next"

    async def test_the_memory_is_bounded_and_short(self, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ManyWorkspaces, "MOST", 2)
        bench: Bench = await start(**MANY)
        identities = bench.surface._identities
        assert isinstance(identities, ManyWorkspaces)
        for n in range(4):
            assert await identities.of(f"T{n}") is None
        assert len(identities._known) == 2
        await self.keep(bench, "T3")
        assert await identities.of("T3") is None
        await bench.clock.advance(61)
        assert await identities.of("T3") is not None

    async def keep(self, bench: Bench, workspace: str, lives: timedelta | None = None) -> None:
        tenant = _tenant(f"slack-{workspace}")
        await bench.storage.directory.save_tenant(tenant)
        secrets = {"bot_token": "xoxb-kept", "refresh_token": "xoxe-kept"}
        until = bench.clock.now() + lives if lives else None
        details = {"bot_user": "U0BOT", "bot_id": "B0BOT"}
        await bench.storage.directory.save_installation(
            Installation("slack", workspace, tenant.id, "Kept", secrets, details, until)
        )


class TestSocketMode:
    async def test_events_come_in_and_are_acknowledged_when_kept(self, start: Start) -> None:
        bench: Bench = await start(started=False, **SOCKET)
        payload = {"type": "event_callback", "team_id": "T0NIGHT", "event_id": "Ev1", "event": MENTION}
        bench.slack.envelopes.append({"type": "events_api", "envelope_id": "E1", "payload": payload})
        await bench.surface.start()
        async with asyncio.timeout(5):
            while not bench.slack.acknowledged:
                await asyncio.sleep(0.01)
        assert bench.slack.acknowledged == [{"envelope_id": "E1"}]
        assert [message.text for message in bench.desk.messages] == ["hi"]
        assert await bench.surface.check() == "Slack: speaking as nightdesk in Night, events by Socket Mode."

    async def test_there_is_no_endpoint(self, start: Start) -> None:
        bench: Bench = await start(**SOCKET)
        assert (await bench.event(MENTION))[0] == 404

    async def test_a_wrong_app_token_does_not_start(self, start: Start) -> None:
        bench: Bench = await start(started=False, **SOCKET)
        bench.slack.fail("apps.connections.open", "invalid_auth")
        with pytest.raises(Misconfigured, match="SLACK_APP_TOKEN"):
            await bench.surface.start()

    async def test_slack_being_away_is_no_reason_not_to_start(self, start: Start) -> None:
        bench: Bench = await start(started=False, **SOCKET)
        bench.slack.fail("apps.connections.open", 503)
        await bench.surface.start()
        async with asyncio.timeout(5):
            while not bench.slack.sockets:
                await asyncio.sleep(0.01)


def _tenant(name: str) -> Tenant:
    return Tenant(TenantId(name), name)
