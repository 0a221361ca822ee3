"""Files in personal chats: the card that asks, the upload session, and what the double refuses as OneDrive does."""

from collections.abc import Mapping

import pytest

from handlers.playground.doubles.teams.file_check import CONSENT, INFO
from tests.integration.teams_double.conftest import Json, Teams

CONTEXT = {"offer": "1"}
CARD: Json = {
    "contentType": CONSENT,
    "name": "report 1.csv",
    "content": {"description": "x", "sizeInBytes": 4, "acceptContext": CONTEXT, "declineContext": {"offer": "2"}},
}
CONTENT, RANGE = b"a,b\n", "bytes 0-3/4"


async def asked(teams: Teams) -> Json:
    """What the bot heard once its card was accepted."""
    chat = teams.place("personal")
    sent = await teams.post(chat, "", attachments=[CARD])
    teams.bot.answers["fileConsent/invoke"] = 200
    answer = await teams.call("consent", conversation=chat, activity=sent)
    assert (answer["status"], answer["shown"]["kind"]) == (200, "none")
    return teams.bot.heard[-1]


async def put(teams: Teams, url: str, content: bytes = CONTENT, **headers: str) -> int:
    given = {"Content-Range": RANGE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with teams.session.put(url, data=content, headers=given) as answer:
        return answer.status


async def test_a_file_is_asked_for_saved_and_read(teams: Teams) -> None:
    heard = await asked(teams)
    value = heard["value"]
    assert (heard["name"], value["type"], value["action"]) == ("fileConsent/invoke", "fileUpload", "accept")
    assert value["context"] == CONTEXT
    info = value["uploadInfo"]
    assert (info["name"], info["fileType"]) == ("report 1.csv", "csv")
    assert await put(teams, info["uploadUrl"]) == 201
    async with teams.session.get(info["contentUrl"]) as answer:
        assert (await answer.read(), answer.headers["Content-Disposition"]) == (CONTENT, "attachment")
    assert await put(teams, info["uploadUrl"]) == 404  # a session ends with its file


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (CONTENT, {"Content_Range": "bytes 0-4/4"}, 416),
        (CONTENT, {"Content_Range": "bytes=0-3/4"}, 416),
        (CONTENT, {"Content_Range": ""}, 416),
        (CONTENT + b"x", {"Content_Range": "bytes 0-4/5"}, 400),
        (b"", {}, 400),
        (CONTENT, {"Authorization": "Bearer x"}, 401),
    ],
)
async def test_what_an_upload_session_refuses(
    teams: Teams, content: bytes, headers: Mapping[str, str], status: int
) -> None:
    info = (await asked(teams))["value"]["uploadInfo"]
    assert await put(teams, info["uploadUrl"], content, **headers) == status
    async with teams.session.get(info["contentUrl"]) as answer:
        assert answer.status == 404
    assert await put(teams, info["uploadUrl"]) == 201  # nothing was spoilt


async def test_a_session_that_never_was(teams: Teams) -> None:
    assert await put(teams, f"{teams.base}/teams/onedrive/sessions/upload-0") == 404


async def test_to_decline_opens_no_session(teams: Teams) -> None:
    chat = teams.place("personal")
    sent = await teams.post(chat, "", attachments=[CARD])
    answer = await teams.call("consent", conversation=chat, activity=sent, action="decline")
    value = teams.bot.heard[-1]["value"]
    assert (value["action"], value["context"]) == ("decline", {"offer": "2"})
    assert "uploadInfo" not in value
    assert (answer["status"], answer["shown"]["kind"]) == (202, "none")


@pytest.mark.parametrize(
    ("kind", "card"),
    [
        ("channel", CARD),
        ("groupChat", CARD),
        ("personal", {**CARD, "contentType": "application/vnd.microsoft.teams.card.file.offer"}),
        ("personal", {**CARD, "content": {"sizeInBytes": "4"}}),
        ("personal", {"contentType": INFO, "name": "a.csv", "content": {"uniqueId": "1", "fileType": "csv"}}),
    ],
)
async def test_cards_that_are_refused(teams: Teams, kind: str, card: Json) -> None:
    status, body = await teams.send(teams.place(kind), {"type": "message", "attachments": [card]})
    assert (status, body["error"]["code"]) == (400, "BadSyntax")


@pytest.mark.parametrize(
    ("message", "action"), [({"text": "", "attachments": [CARD]}, "maybe"), ({"text": "hello"}, "accept")]
)
async def test_only_a_card_that_asks_is_answered(teams: Teams, message: Json, action: str) -> None:
    chat = teams.place("personal")
    sent = await teams.post(chat, **message)
    with pytest.raises(ValueError, match="asks for no file"):
        await teams.call("consent", conversation=chat, activity=sent, action=action)
