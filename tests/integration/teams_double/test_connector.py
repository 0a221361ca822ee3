import asyncio
import base64
from typing import Any

import aiohttp
import pytest

from handlers.playground.doubles.bus import Fault
from tests.integration.teams_double.conftest import TENANT, Json, Teams, at, card_message

CLAIM = {"@type": "Claim", "position": 1, "appearance": {"@type": "DigitalDocument", "name": "p95", "abstract": "x"}}
ROOT: Json = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org"}


async def test_threads_of_a_channel(teams: Teams) -> None:
    channel = teams.place("channel")
    root = await teams.post(channel, "Checkout is slow")
    answer = await teams.post(f"{channel};messageid={root}", "Still slow")
    status, body, _ = await teams.rest("POST", at(channel, "activities", answer), {"type": "message", "text": "Better"})
    assert status == 201
    other = await teams.post(channel, "Another matter")
    roots = {one["id"]: one["root"] for one in teams.said(channel)}
    assert roots == {root: root, answer: root, body["id"]: root, other: other}


async def test_create(teams: Teams) -> None:
    channel, me = teams.place("channel"), teams.double.world.me
    begin = {
        "isGroup": True,
        "channelData": {"channel": {"id": channel}},
        "activity": {"type": "message", "text": "New"},
    }
    status, body, _ = await teams.rest("POST", "", begin)
    assert (status, body["id"]) == (201, f"{channel};messageid={body['activityId']}")
    chat = {"members": [{"id": me}], "tenantId": TENANT, "isGroup": False}
    assert (await teams.rest("POST", "", chat))[1]["id"] == teams.place("personal")
    colleague = next(user for user in teams.double.world.people if user != me)
    status, body, _ = await teams.rest("POST", "", chat | {"members": [{"id": colleague}]})
    assert status == 201
    await teams.post(body["id"], "Good evening")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"members": [{"id": "29:a"}, {"id": "29:b"}], "isGroup": True, "tenantId": TENANT}, "Incorrect conversation"),
        ({"members": [{"id": "29:stranger"}], "tenantId": TENANT}, "pairwise id"),
        ({"members": [{"id": "29:stranger"}], "tenantId": "other"}, "tenant"),
    ],
)
async def test_create_refused(teams: Teams, body: Json, message: str) -> None:
    status, answer, _ = await teams.rest("POST", "", body)
    assert (status, answer["error"]["code"]) == (400, "BadSyntax")
    assert message in answer["error"]["message"]


async def test_update_and_delete(teams: Teams) -> None:
    chat = teams.place("personal")
    sent = await teams.post(chat, "one", entities=[{**ROOT, "additionalType": ["AIGeneratedContent"]}])
    status, body, _ = await teams.rest("PUT", at(chat, "activities", sent), {"type": "message", "text": "two"})
    assert (status, body) == (200, {"id": sent})
    (stored,) = teams.said(chat)
    assert (stored["text"], stored["edited"], "entities" in stored) == ("two", True, False)
    assert (await teams.rest("DELETE", at(chat, "activities", sent)))[0] == 200
    assert teams.said(chat) == []
    for method in ("PUT", "DELETE"):
        status, body, _ = await teams.rest(method, at(chat, "activities", sent), {"type": "message", "text": "x"})
        assert (status, body["error"]["code"]) == (404, "ActivityNotFoundInConversation")


async def test_only_own_messages_are_changed(teams: Teams) -> None:
    chat = teams.place("personal")
    theirs = (await teams.call("message", conversation=chat, text="mine"))["activity"]
    assert (await teams.rest("PUT", at(chat, "activities", theirs), {"type": "message", "text": "x"}))[0] == 403
    assert (await teams.rest("DELETE", at(chat, "activities", theirs)))[0] == 403


@pytest.mark.parametrize(
    ("conversation", "status", "code"),
    [
        ("19:unknown@thread.tacv2", 404, "ConversationNotFound"),
        ("a:unknown", 404, "ConversationNotFound"),
        ("nonsense", 400, "BadSyntax"),
    ],
)
async def test_unknown_conversations(teams: Teams, conversation: str, status: int, code: str) -> None:
    answer = await teams.send(conversation, {"type": "message", "text": "x"})
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)


async def test_unknown_threads(teams: Teams) -> None:
    for place in (f"{teams.place('channel')};messageid=1", f"{teams.place('personal')};messageid=1"):
        assert (await teams.send(place, {"type": "message", "text": "x"}))[0] == 404


async def test_uninstalled(teams: Teams) -> None:
    channel, chat = teams.place("channel"), teams.place("personal")
    await teams.call("uninstall", conversation=channel)
    await teams.call("uninstall", conversation=chat)
    status, body = await teams.send(channel, {"type": "message", "text": "x"})
    assert (status, body["error"]["code"]) == (403, "BotNotInConversationRoster")
    status, body = await teams.send(chat, {"type": "message", "text": "x"})
    assert (status, body["error"]["code"], body["error"]["subCode"]) == (
        403,
        "ConversationBlockedByUser",
        "MessageWritesBlocked",
    )
    await teams.call("install", conversation=channel)
    await teams.post(channel)


async def test_roster(teams: Teams) -> None:
    channel, me = teams.place("channel"), teams.double.world.me
    status, members, _ = await teams.rest("GET", at(channel, "members"))
    assert (status, len(members)) == (200, 3)
    assert members[0]["name"] == "Anna Berger"
    assert {"id", "objectId", "email", "tenantId"} <= members[0].keys()
    assert (await teams.rest("GET", at(channel, "members", me)))[1] == members[0]
    assert (await teams.rest("GET", at(channel, "members", members[0]["objectId"])))[1] == members[0]
    assert len((await teams.rest("GET", at(channel, "pagedmembers")))[1]["members"]) == 3
    assert (await teams.rest("GET", at(channel, "members", "29:nobody")))[0] == 404


async def test_size(teams: Teams) -> None:
    chat = teams.place("personal")
    await teams.post(chat, "x" * 50_000)
    for text in ("x" * 52_000, "ä" * 52_000, "x" * 300_000):
        status, body = await teams.send(chat, {"type": "message", "text": text})
        assert (status, body["error"]["code"]) == (413, "MessageSizeTooBig")


async def test_text_beside_a_card_is_split_and_no_id_comes_back(teams: Teams) -> None:
    chat = teams.place("personal")
    status, body = await teams.send(chat, {**card_message(), "text": "words"})
    assert (status, body) == (201, {})
    first, second = teams.said(chat)
    assert (first["text"], "attachments" in first) == ("words", False)
    assert (second["text"], len(second["attachments"])) == ("", 1)


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "message"},
        {"type": "event", "text": "x"},
        {"type": "message", "text": "x", "textFormat": "html"},
        {"type": "message", "attachments": [{"contentType": "application/pdf", "content": {}}]},
        {"type": "message", "attachments": [{"contentType": "image/png"}]},
        card_message(body=[{"type": "Hologram"}]),
        card_message({"type": "Action.Explode", "title": "x"}),
        card_message(body=[{"type": "Input.Text", "label": "no id"}]),
        {"type": "message", "text": "x", "entities": [ROOT, ROOT]},
        {"type": "message", "text": "x", "entities": [{**ROOT, "citation": [CLAIM] * 21}]},
        {
            "type": "message",
            "text": "x",
            "entities": [{**ROOT, "citation": [{**CLAIM, "appearance": {**CLAIM["appearance"], "name": "x" * 81}}]}],
        },
        {"type": "message", "text": "x", "entities": [{"@type": "Message"}]},
        {
            "type": "message",
            "text": "hi",
            "entities": [{"type": "mention", "text": "<at>A</at>", "mentioned": {"id": "x"}}],
        },
        {
            "type": "message",
            "text": "<at>A</at>",
            "entities": [{"type": "mention", "text": "<at>A</at>", "mentioned": {"id": "29:stranger"}}],
        },
        [],
    ],
)
async def test_broken_messages(teams: Teams, activity: Any) -> None:
    status, body = await teams.send(teams.place("personal"), activity)
    assert (status, body["error"]["code"]) == (400, "BadSyntax")
    assert teams.said(teams.place("personal")) == []


async def test_twenty_citations_and_a_mention_are_fine(teams: Teams) -> None:
    anna = teams.double.world.people[teams.double.world.me]
    mention = {"type": "mention", "text": "<at>Anna</at>", "mentioned": {"id": anna.id, "name": "Anna"}}
    await teams.post(
        teams.place("channel"), "<at>Anna</at> [1]", entities=[mention, {**ROOT, "citation": [CLAIM] * 20}]
    )
    wide = {"type": "mention", "text": "<at>Anna</at>", "mentioned": {"id": anna.object_id, "name": "Anna"}}
    card = card_message(body=[{"type": "TextBlock", "text": "<at>Anna</at>"}], msteams={"entities": [wide]})
    assert (await teams.send(teams.place("channel"), card))[0] == 201


async def test_throttled_per_conversation(teams: Teams) -> None:
    chat = teams.place("personal")
    for number in range(7):
        await teams.post(chat, str(number))
    status, body, headers = await teams.rest("POST", at(chat, "activities"), {"type": "message", "text": "8"})
    assert (status, headers["Retry-After"]) == (429, "1")
    assert body["error"]["message"] == "API calls quota exceeded."
    await teams.post(teams.place("groupChat"))
    await teams.clock.advance(1)
    await teams.post(chat, "8")


async def test_a_split_message_counts_twice(teams: Teams) -> None:
    chat = teams.place("personal")
    for _ in range(3):
        assert (await teams.send(chat, {**card_message(), "text": "words"}))[0] == 201
    assert (await teams.send(chat, {**card_message(), "text": "words"}))[0] == 429


async def test_rate_limits_can_be_switched_off(teams: Teams) -> None:
    await teams.call("limits", rate_limits=False)
    for number in range(20):
        await teams.post(teams.place("personal"), str(number))


async def test_reactions(teams: Teams) -> None:
    chat = teams.place("personal")
    theirs = (await teams.call("message", conversation=chat, text="status"))["activity"]
    path = at(chat, "activities", theirs, "reactions", "like")
    assert (await teams.rest("PUT", path))[0] == 200
    assert (await teams.rest("PUT", path))[0] == 200  # idempotent
    assert teams.said(chat)[0]["reactions"] == {"like": [teams.double.world.bot["id"]]}
    assert (await teams.rest("DELETE", path))[0] == 429  # two a second over all conversations
    await teams.clock.advance(1)
    assert (await teams.rest("DELETE", path))[0] == 200
    assert teams.said(chat)[0]["reactions"] == {"like": []}


async def test_attachments(teams: Teams) -> None:
    file = {"type": "text/csv", "name": "a.csv", "originalBase64": base64.b64encode(b"a,b\n").decode()}
    status, body, _ = await teams.rest("POST", at(teams.place("personal"), "attachments"), file)
    assert status == 201
    url = f"{teams.base}/teams/connector/v3/attachments/{body['id']}/views/original"
    async with teams.session.get(url, headers={"Authorization": f"Bearer {teams.token}"}) as answer:
        assert (await answer.read(), answer.content_type) == (b"a,b\n", "text/csv")


async def test_targeted_messages(teams: Teams) -> None:
    channel, me = teams.place("channel"), teams.double.world.me
    body = {"type": "message", "text": "only you", "recipient": {"id": me}}
    path = f"{at(channel, 'activities')}?isTargetedActivity=true"
    assert (await teams.rest("POST", path, body))[0] == 201
    assert teams.said(channel)[0]["targetedTo"] == me
    assert (await teams.rest("POST", path, body | {"recipient": {"id": "29:x"}}))[0] == 400
    private = f"{at(teams.place('personal'), 'activities')}?isTargetedActivity=true"
    assert (await teams.rest("POST", private, body))[0] == 400


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 502), ("503", 504)])
async def test_faults(teams: Teams, kind: Any, status: int) -> None:
    teams.faults.add(Fault(kind, "teams", "activities", seconds=7))
    answered, _, headers = await teams.rest("POST", at(teams.place("personal"), "activities"), {"text": "x"})
    assert answered == status
    assert headers.get("Retry-After") == ("7" if kind == "429" else None)
    assert teams.said(teams.place("personal")) == []
    await teams.post(teams.place("personal"))


async def test_a_dropped_answer_was_done(teams: Teams) -> None:
    teams.faults.add(Fault("drop", "teams", "activities"))
    with pytest.raises(aiohttp.ClientError):
        await teams.post(teams.place("personal"))
    assert len(teams.said(teams.place("personal"))) == 1
    assert teams.bus.log[-1]["status"] == 0


async def test_two_changes_of_one_message_at_once(teams: Teams) -> None:
    chat = teams.place("personal")
    path = at(chat, "activities", await teams.post(chat))
    teams.faults.add(Fault("slow", "teams", "PUT", seconds=5))
    slow = asyncio.create_task(teams.rest("PUT", path, {"type": "message", "text": "slow"}))
    while teams.faults.faults:
        await asyncio.sleep(0)
    status, body, _ = await teams.rest("PUT", path, {"type": "message", "text": "quick"})
    assert (status, body["error"]["code"]) == (412, "PreconditionFailed")
    await teams.clock.advance(5)
    assert (await slow)[0] == 200
    assert teams.said(chat)[0]["text"] == "slow"


async def test_calls_are_written_down(teams: Teams) -> None:
    sent = await teams.post(teams.place("personal"), "hello")
    entry = teams.bus.log[-1]
    assert (entry["direction"], entry["method"], entry["status"]) == ("in", "POST", 201)
    assert (entry["request"]["text"], entry["response"]) == ("hello", {"id": sent})
    assert entry["ms"] >= 0
