"""The Web API over HTTP, asked by Slack's own client and by hand."""

import base64
from typing import Any

import pytest

from handlers.playground.doubles.slack.access import EVERY_SCOPE
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.doubles.slack.methods import METHODS
from tests.integration.slack_double.conftest import APP_TOKEN, TOKEN, Build, Rig, error_of

INCIDENTS = "C0INCIDENTS"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def raw(rig: Rig, method: str, **how: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {TOKEN}", **how.pop("headers", {})}
    verb = how.pop("verb", "POST")
    async with rig.session.request(verb, f"{rig.url}/slack/api/{method}", headers=headers, **how) as response:
        answer: dict[str, Any] = await response.json()
        return answer


def test_every_method_of_the_table_is_answered(rig: Rig) -> None:
    assert set(rig.slack._calls()) == set(METHODS)


async def test_tells_who_the_bot_is(rig: Rig) -> None:
    who = await rig.client.auth_test()
    assert (who["team_id"], who["user_id"], who["bot_id"]) == ("T0NIGHT", "U0NIGHTDESK", "B0NIGHTDESK")
    assert "chat:write" in who.headers["X-OAuth-Scopes"]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"headers": {"Authorization": ""}}, "not_authed"),
        ({"headers": {"Authorization": "Bearer nobody"}}, "invalid_auth"),
        ({"headers": {"Authorization": f"Bearer {APP_TOKEN}"}}, "not_allowed_token_type"),
        ({"headers": {"Authorization": ""}, "data": {"token": TOKEN}}, None),
        ({"headers": {"Authorization": ""}, "params": {"token": TOKEN}, "verb": "GET"}, None),
        ({"headers": {"Authorization": ""}, "json": {"token": TOKEN}}, None),
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, "invalid_json"),
        ({"json": [1]}, "json_not_object"),
        ({"data": {"colour": "red"}}, "invalid_arguments"),
    ],
)
async def test_takes_tokens_and_arguments_from_everywhere(rig: Rig, how: Any, error: str | None) -> None:
    assert (await raw(rig, "auth.test", **how)).get("error") == error


async def test_an_unknown_method_is_unknown(rig: Rig) -> None:
    assert (await raw(rig, "chat.shout"))["error"] == "unknown_method"


async def test_names_what_is_missing_and_what_is_too_much(rig: Rig) -> None:
    answer = await raw(rig, "views.publish", json={"user_id": "U0ANNA"})
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: view"]
    answer = await raw(rig, "chat.postMessage", json={"channel": INCIDENTS, "txt": "hi"})
    assert answer["response_metadata"]["messages"] == ["[ERROR] unsupported argument: txt"]


async def test_a_missing_scope_is_named(build: Build) -> None:
    rig = await build(scopes=frozenset({"chat:write"}))
    answer = await raw(rig, "users.list")
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")


@pytest.mark.parametrize("as_json", [True, False])
async def test_posts_by_json_and_by_form(rig: Rig, as_json: bool) -> None:
    blocks = [section("*hi*")]
    if as_json:
        answer = await raw(rig, "chat.postMessage", json={"channel": INCIDENTS, "text": "hi", "blocks": blocks})
    else:
        form = {"channel": "#incidents", "text": "hi", "blocks": '[{"type":"divider"}]', "unfurl_links": "0"}
        answer = await raw(rig, "chat.postMessage", data=form)
    assert answer["ok"]
    assert answer["message"]["bot_id"] == "B0NIGHTDESK"
    assert answer["message"]["blocks"][0]["block_id"]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({}, "no_text"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"blocks": [section("x" * 3_001)]}, "invalid_blocks"),
        ({"blocks": "[{"}, "invalid_blocks_format"),
        ({"blocks": [section("x" * 2_700)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"b": "c" * 16_000}}}, "metadata_too_large"),
        ({"text": "x", "metadata": "{"}, "invalid_arguments"),
        ({"text": "x", "unfurl_links": "maybe"}, "invalid_arguments"),
    ],
)
async def test_refuses_what_slack_refuses(rig: Rig, more: dict[str, Any], error: str) -> None:
    assert (await raw(rig, "chat.postMessage", json={"channel": INCIDENTS, **more}))["error"] == error
    assert rig.messages(INCIDENTS) == []


async def test_invalid_blocks_come_with_pointers(rig: Rig) -> None:
    answer = await raw(rig, "chat.postMessage", json={"channel": INCIDENTS, "blocks": [section("")]})
    expected = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert answer["errors"] == [expected]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {expected}"]


async def test_a_long_text_is_cut_and_a_long_update_refused(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    ts = posted["ts"]
    assert await error_of(rig.client.chat_update(channel=INCIDENTS, ts=ts, text="x" * 4_001)) == "msg_too_long"
    assert (await rig.client.chat_update(channel=INCIDENTS, ts=ts, text="x" * 4_000))["ok"]


async def test_times_are_unique_and_grow(rig: Rig) -> None:
    stamps = [(await rig.client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"] for _ in range(20)]
    assert stamps == sorted(set(stamps), key=float)


async def test_updates_keep_what_they_leave_out(rig: Rig) -> None:
    meta = {"event_type": "told", "event_payload": {"parcel": "7"}}
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="a", blocks=[section("a")], metadata=meta)
    await rig.client.chat_update(channel=INCIDENTS, ts=posted["ts"], text="b")
    [message] = rig.messages(INCIDENTS)
    assert message["text"] == "b"
    assert message["blocks"][0]["text"]["text"] == "a"
    assert message["metadata"] == meta
    assert message["edited"]["user"] == "U0NIGHTDESK"
    await rig.client.chat_update(channel=INCIDENTS, ts=posted["ts"], text="c", blocks=[])
    assert rig.messages(INCIDENTS)[0]["blocks"] == []


async def test_only_own_messages_can_be_changed(rig: Rig) -> None:
    ts = (await rig.slack.control("message", {"channel": INCIDENTS, "text": "mine"}))["ts"]
    client = rig.client
    assert await error_of(client.chat_update(channel=INCIDENTS, ts=ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=INCIDENTS, ts=ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=INCIDENTS, ts="1.1", text="x")) == "message_not_found"


async def test_what_one_person_sees_cannot_be_found_again(rig: Rig) -> None:
    client = rig.client
    shown = await client.chat_postEphemeral(channel=INCIDENTS, user="U0ANNA", text="psst")
    assert rig.messages(INCIDENTS)[0]["ephemeral_to"] == "U0ANNA"
    assert (await client.conversations_history(channel=INCIDENTS))["messages"] == []
    update = client.chat_update(channel=INCIDENTS, ts=shown["message_ts"], text="x")
    assert await error_of(update) == "message_not_found"
    reply = client.chat_postMessage(channel=INCIDENTS, thread_ts=shown["message_ts"], text="x")
    assert await error_of(reply) == "cannot_reply_to_message"
    stranger = client.chat_postEphemeral(channel="D0ANNA", user="U0BEN", text="x")
    assert await error_of(stranger) == "user_not_in_channel"


async def test_a_channel_must_be_joined_first(rig: Rig) -> None:
    rig.slack.workspace.channels["C0GENERAL"].members.remove("U0NIGHTDESK")
    client = rig.client
    assert await error_of(client.chat_postMessage(channel="C0GENERAL", text="x")) == "not_in_channel"
    assert await error_of(client.conversations_history(channel="C0GENERAL")) == "not_in_channel"
    await client.conversations_join(channel="C0GENERAL")
    assert (await client.chat_postMessage(channel="C0GENERAL", text="x"))["ok"]


async def test_threads_are_counted_and_read_in_pages(rig: Rig) -> None:
    client = rig.client
    root = (await client.chat_postMessage(channel=INCIDENTS, text="root"))["ts"]
    for number in range(5):
        await client.chat_postMessage(channel=INCIDENTS, thread_ts=root, text=str(number))
    assert rig.messages(INCIDENTS)[0]["reply_count"] == 5
    first = await client.conversations_replies(channel=INCIDENTS, ts=root, limit=4)
    assert [one["text"] for one in first["messages"]] == ["root", "0", "1", "2"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel=INCIDENTS, ts=root, limit=4, cursor=cursor)
    assert ([one["text"] for one in rest["messages"]], rest["has_more"]) == (["3", "4"], False)
    history = await client.conversations_history(channel=INCIDENTS)
    assert [one["text"] for one in history["messages"]] == ["root"]
    assert await error_of(client.conversations_replies(channel=INCIDENTS, ts="1.1")) == "thread_not_found"
    wrong = client.conversations_replies(channel=INCIDENTS, ts=root, cursor="?")
    assert await error_of(wrong) == "invalid_cursor"


async def test_metadata_is_read_only_when_asked_for(rig: Rig) -> None:
    meta = {"event_type": "told", "event_payload": {"parcel": "7"}}
    await rig.client.chat_postMessage(channel=INCIDENTS, text="a", metadata=meta)
    plain = await rig.client.conversations_history(channel=INCIDENTS)
    assert "metadata" not in plain["messages"][0]
    full = await rig.client.conversations_history(channel=INCIDENTS, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == meta


async def test_people_and_places_can_be_looked_up(rig: Rig) -> None:
    client = rig.client
    assert (await client.users_info(user="U0ANNA"))["user"]["real_name"] == "Anna Berger"
    assert (await client.users_lookupByEmail(email="Anna.Berger@example.com"))["user"]["id"] == "U0ANNA"
    assert await error_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert await error_of(client.users_lookupByEmail(email="x@example.com")) == "users_not_found"
    assert len((await client.users_list())["members"]) == 5
    names = [one["name"] for one in (await client.conversations_list(types="public_channel"))["channels"]]
    assert names == ["incidents", "checkout", "general"]
    assert await error_of(client.conversations_list(types="secret")) == "invalid_types"
    assert (await client.conversations_info(channel=INCIDENTS))["channel"]["is_member"]
    assert "U0BEN" in (await client.conversations_members(channel=INCIDENTS))["members"]
    assert (await client.conversations_open(users="U0BEN"))["channel"]["id"] == "D0BEN"
    assert (await client.team_info())["team"]["id"] == "T0NIGHT"
    assert (await client.bots_info(bot="B0NIGHTDESK"))["bot"]["name"] == "Nightdesk"


async def test_a_person_can_be_written_to_directly(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel="U0MEI", text="hello")
    assert posted["channel"] == "D0MEI"


async def test_permalinks_point_into_threads(rig: Rig) -> None:
    root = (await rig.client.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    reply = (await rig.client.chat_postMessage(channel=INCIDENTS, thread_ts=root, text="b"))["ts"]
    link = (await rig.client.chat_getPermalink(channel=INCIDENTS, message_ts=reply))["permalink"]
    assert link.endswith(f"/archives/{INCIDENTS}/p{reply.replace('.', '')}?thread_ts={root}&cid={INCIDENTS}")


async def test_a_reaction_is_given_once(rig: Rig) -> None:
    ts = (await rig.client.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    await rig.client.reactions_add(channel=INCIDENTS, name="eyes", timestamp=ts)
    again = rig.client.reactions_add(channel=INCIDENTS, name="eyes", timestamp=ts)
    assert await error_of(again) == "already_reacted"
    assert rig.messages(INCIDENTS)[0]["reactions"] == [{"name": "eyes", "users": ["U0NIGHTDESK"], "count": 1}]


async def test_links_get_a_preview(build: Build) -> None:
    rig = await build(unfurl_domains=("x.io",))
    said = "see https://x.io/a?b=1&c=2, https://www.x.io and https://y.io"
    ts = (await rig.slack.control("message", {"channel": INCIDENTS, "text": said}))["ts"]
    await rig.slack.settle()
    (event,) = [one["event"] for one in rig.slack.courier.events if one["event"]["type"] == "link_shared"]
    assert (event["message_ts"], event["source"], event["is_bot_user_member"]) == (ts, "conversations_history", True)
    assert event["links"] == [
        {"domain": "x.io", "url": "https://x.io/a?b=1&c=2"}, {"domain": "x.io", "url": "https://www.x.io"},
    ]  # fmt: skip
    previews = {"https://x.io/a?b=1&c=2": {"blocks": [section("a graph")]}}
    await rig.client.chat_unfurl(channel=INCIDENTS, ts=ts, unfurls=previews)
    assert rig.messages(INCIDENTS)[0]["attachments"][0]["from_url"] == "https://x.io/a?b=1&c=2"
    again = {"https://www.x.io": {"blocks": [section("another")]}}
    named = {"unfurl_id": event["unfurl_id"], "source": event["source"], "unfurls": again}
    assert (await raw(rig, "chat.unfurl", json=named))["ok"]
    assert len(rig.messages(INCIDENTS)[0]["attachments"]) == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"unfurls": None}, "missing_unfurls"),
        ({"unfurls": {"https://x.io": "text"}}, "invalid_unfurls_format"),
        ({"unfurls": {"https://x.io/other": {"blocks": []}}}, "cannot_unfurl_message"),
        ({"unfurls": {"https://y.io": {"blocks": []}}}, "cannot_unfurl_url"),
        ({"unfurls": {"https://x.io": {"blocks": [{"type": "nonsense"}]}}}, "cannot_parse_attachment"),
        ({"channel": "C0NOWHERE"}, "cannot_find_channel"),
        ({"ts": "1.1"}, "cannot_find_message"),
        ({"ts": None}, "missing_ts"),
        ({"unfurl_id": "Uxxnone"}, "missing_source"),
        ({"unfurl_id": "Uxxnone", "source": "somewhere"}, "invalid_source"),
        ({"unfurl_id": "Uxxnone", "source": "composer"}, "invalid_unfurl_id"),
    ],
)
async def test_a_preview_that_slack_refuses(build: Build, changes: dict[str, Any], error: str) -> None:
    rig = await build(unfurl_domains=("x.io",))
    said = await rig.slack.control("message", {"channel": INCIDENTS, "text": "see https://x.io and https://y.io"})
    plain = {"channel": INCIDENTS, "ts": said["ts"], "unfurls": {"https://x.io": {"blocks": [section("a graph")]}}}
    asked = {name: value for name, value in {**plain, **changes}.items() if value is not None}
    assert (await raw(rig, "chat.unfurl", json=asked))["error"] == error


async def test_no_link_is_told_of_without_the_right_to_read_them(build: Build) -> None:
    rig = await build(unfurl_domains=("x.io",), scopes=EVERY_SCOPE - {"links:read"})
    await rig.slack.control("message", {"channel": INCIDENTS, "text": "see https://x.io"})
    await rig.slack.settle()
    assert "link_shared" not in {one["event"]["type"] for one in rig.slack.courier.events}


async def test_blocks_are_validated_without_a_token(rig: Rig) -> None:
    client = rig.client_of(None)
    assert (await client.blocks_validate(blocks=[section("fine")]))["ok"]
    answer = await raw(rig, "blocks.validate", params={"blocks": '[{"type":"section","text":{"type":"x"}}]'})
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0]["pointer"] == "/0/text/type"
    assert (await raw(rig, "blocks.validate"))["error"] == "invalid_arguments"
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []}
    assert await error_of(client.blocks_validate(view=modal)) == "invalid_view"


async def test_manifests_are_validated(rig: Rig) -> None:
    client = rig.client_of("xoxe.xoxp-1")
    assert (await client.apps_manifest_validate(manifest={"display_information": {"name": "Nightdesk"}}))["ok"]
    wrong = {"display_information": {"name": "x" * 36}, "features": {"slash_commands": [{"command": "ops"}]}}
    answer = await raw(
        rig, "apps.manifest.validate", json={"manifest": wrong}, headers={"Authorization": "Bearer xoxe.xoxp-1"}
    )
    pointers = [one["pointer"] for one in answer["errors"]]
    assert pointers == ["/display_information/name", "/features/slash_commands/0/command"]


async def test_an_installation_gives_a_token(rig: Rig) -> None:
    query = {"client_id": "100.200", "redirect_uri": "https://bot.example.com/done", "state": "s1"}
    authorize = f"{rig.url}/slack/oauth/v2/authorize"
    async with rig.session.get(authorize, params=query, allow_redirects=False) as response:
        address = response.headers["Location"]
    assert address.startswith("https://bot.example.com/done?code=")
    assert address.endswith("&state=s1")
    code = address.split("code=")[1].split("&")[0]
    asked = {"client_id": "100.200", "client_secret": rig.slack.access.client_secret, "code": code}
    basic = base64.b64encode(f"100.200:{asked['client_secret']}".encode()).decode()
    given = await raw(rig, "oauth.v2.access", data={"code": code}, headers={"Authorization": f"Basic {basic}"})
    assert (await rig.client_of(given["access_token"]).auth_test())["ok"]
    assert (await raw(rig, "oauth.v2.access", data=asked))["error"] == "invalid_code"
    wrong = {**asked, "client_secret": "no"}
    assert (await raw(rig, "oauth.v2.access", data=wrong))["error"] == "bad_client_secret"


async def test_the_rate_is_limited_per_channel(build: Build) -> None:
    rig = await build(rate_limits=True)
    for _ in range(5):
        await rig.client.chat_postMessage(channel=INCIDENTS, text="x")
    url, headers = f"{rig.url}/slack/api/chat.postMessage", {"Authorization": f"Bearer {TOKEN}"}
    async with rig.session.post(url, json={"channel": INCIDENTS, "text": "x"}, headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "1")
        assert (await response.json())["error"] == "ratelimited"
    await rig.clock.advance(1)
    assert (await rig.client.chat_postMessage(channel=INCIDENTS, text="x"))["ok"]


async def test_every_request_is_written_down_without_its_token(rig: Rig) -> None:
    await raw(rig, "chat.postMessage", json={"token": TOKEN, "channel": INCIDENTS, "text": "x"})
    entry = rig.bus.log[-1]
    assert (entry["direction"], entry["path"], entry["status"]) == ("in", "/slack/api/chat.postMessage", 200)
    assert TOKEN not in str(entry)


def test_the_settings_lead_to_the_double(rig: Rig) -> None:
    assert isinstance(rig.slack, SlackDouble)
    settings = rig.slack.settings("http://127.0.0.1:1/")
    assert settings["SLACK_API_URL"] == "http://127.0.0.1:1/slack/api/"
    assert "SLACK_APP_TOKEN" not in settings
    assert rig.slack.settings("http://127.0.0.1:1", socket_mode=True)["SLACK_APP_TOKEN"] == APP_TOKEN
