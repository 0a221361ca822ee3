"""What owners do with a channel, direct messages by a person's id, addresses by scope, and versions of a message."""

from typing import Any

import pytest

from handlers.playground.doubles.slack.access import EVERY_SCOPE
from handlers.playground.doubles.slack.refusal import Impossible
from tests.integration.slack_double.conftest import Build, Rig, error_of

INCIDENTS = "C0INCIDENTS"


def channel(rig: Rig, name: str = INCIDENTS) -> dict[str, Any]:
    return next(one for one in rig.slack.state()["channels"] if one["id"] == name)


async def test_a_bot_that_was_removed_may_not_write_until_it_is_invited(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="hi")
    await rig.slack.control("remove", {"channel": "incidents"})
    assert await error_of(rig.client.chat_postMessage(channel=INCIDENTS, text="hi")) == "not_in_channel"
    assert await error_of(rig.client.conversations_history(channel=INCIDENTS)) == "not_in_channel"
    await rig.client.chat_update(channel=INCIDENTS, ts=posted["ts"], text="hi again")  # its own message stays its own
    assert channel(rig)["installed"] is False
    await rig.slack.control("invite", {"channel": INCIDENTS})
    await rig.client.chat_postMessage(channel=INCIDENTS, text="back")
    assert channel(rig)["installed"] is True


async def test_an_archived_channel_takes_nothing(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="hi")
    await rig.slack.control("archive", {"channel": INCIDENTS})
    assert await error_of(rig.client.chat_postMessage(channel=INCIDENTS, text="hi")) == "is_archived"
    assert await error_of(rig.client.chat_update(channel=INCIDENTS, ts=posted["ts"], text="x")) == "is_inactive"
    assert await error_of(rig.client.conversations_join(channel=INCIDENTS)) == "is_archived"
    assert (await rig.client.conversations_info(channel=INCIDENTS))["channel"]["is_archived"] is True
    with pytest.raises(Impossible, match="archived"):
        await rig.slack.control("invite", {"channel": INCIDENTS})
    await rig.slack.control("restore", {"channel": INCIDENTS})
    await rig.client.chat_postMessage(channel=INCIDENTS, text="hi")


@pytest.mark.parametrize(("where", "says"), [("nowhere", "no channel"), ("D0ANNA", "no owners")])
async def test_owners_of_nothing(rig: Rig, where: str, says: str) -> None:
    with pytest.raises(Impossible, match=says):
        await rig.slack.control("remove", {"channel": where})


async def test_a_persons_id_opens_their_direct_message(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel="U0BEN", text="You are on call.")
    assert posted["channel"] == "D0BEN"
    assert [one["text"] for one in rig.messages("D0BEN")] == ["You are on call."]
    opened = await rig.client.conversations_open(users="U0BEN")
    assert opened["channel"]["id"] == "D0BEN"
    await rig.client.chat_update(channel="D0BEN", ts=posted["ts"], text="Taken.")
    assert await error_of(rig.client.chat_update(channel="U0BEN", ts=posted["ts"], text="x")) == "channel_not_found"
    assert await error_of(rig.client.chat_postMessage(channel="U0NOBODY", text="x")) == "channel_not_found"


async def test_addresses_are_for_those_who_were_granted_them(build: Build) -> None:
    rig = await build()
    found = await rig.client.users_info(user="U0BEN")
    assert found["user"]["profile"]["email"] == "ben.ortner@example.com"
    assert (await rig.client.users_lookupByEmail(email="Ben.Ortner@example.com"))["user"]["id"] == "U0BEN"
    assert await error_of(rig.client.users_lookupByEmail(email="nobody@example.com")) == "users_not_found"
    assert await error_of(rig.client.users_info(user="U0NOBODY")) == "user_not_found"
    bare = await build(scopes=EVERY_SCOPE - {"users:read.email"})
    assert "email" not in (await bare.client.users_info(user="U0BEN"))["user"]["profile"]
    assert all("email" not in one["profile"] for one in (await bare.client.users_list())["members"])
    assert await error_of(bare.client.users_lookupByEmail(email="ben.ortner@example.com")) == "missing_scope"
    assert bare.slack.state()["users"]["U0BEN"]["email"] == "ben.ortner@example.com"  # people still have them


async def test_every_version_of_a_message_is_kept(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="one")
    for words in ("two", "three"):
        await rig.client.chat_update(channel=INCIDENTS, ts=posted["ts"], text=words)
    assert [one["text"] for one in rig.slack.versions(INCIDENTS, posted["ts"])] == ["one", "two", "three"]
    assert rig.slack.versions(INCIDENTS, "1.0") == []


async def test_messages_are_found_however_they_came_and_went(rig: Rig) -> None:
    root = await rig.client.chat_postMessage(channel=INCIDENTS, text="root")
    line = await rig.client.chat_postMessage(channel=INCIDENTS, text="line", thread_ts=root["ts"])
    assert rig.messages(INCIDENTS)[0]["reply_count"] == 1
    await rig.client.chat_delete(channel=INCIDENTS, ts=line["ts"])
    assert rig.messages(INCIDENTS)[0]["reply_count"] == 0
    assert await error_of(rig.client.chat_delete(channel=INCIDENTS, ts=line["ts"])) == "message_not_found"
    rig.slack.workspace.messages[INCIDENTS] = []
    assert await error_of(rig.client.chat_update(channel=INCIDENTS, ts=root["ts"], text="x")) == "message_not_found"
    await rig.client.chat_postMessage(channel=INCIDENTS, text="under one that is gone", thread_ts=root["ts"])


async def test_each_shortcut_of_a_message_says_which_it_is(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=INCIDENTS, text="Checkout is slow.")
    names = [one["callback_id"] for one in rig.slack.state()["shortcuts"] if one["type"] == "message"]
    assert names == ["ask_about_this", "act_on_alert"]
    for name in names:
        await rig.slack.control("shortcut", {"callback_id": name, "channel": INCIDENTS, "ts": posted["ts"]})
    await rig.slack.settle()
    told = [body for _, body in rig.bot.requests if b"message_action" in body]
    assert [name for body in told for name in names if name.encode() in body] == names
