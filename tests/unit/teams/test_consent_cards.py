"""The card that offers a file, what comes back from it, and what stands there in the end."""

import json
from typing import Any

import pytest

from bot.model.reply import File
from handlers.playground.doubles.teams.file_check import check_file_card
from handlers.playground.doubles.teams.problems import Refused
from handlers.teams import consent_cards, limits
from handlers.teams.consent_cards import CONSENT, INFO, End, Pressed
from handlers.teams.hosts import UPLOADS, Hosts, sends_files

INFORMATION = {"uploadUrl": "https://u", "contentUrl": "https://c", "uniqueId": "1", "fileType": "csv", "name": "a.csv"}
FILE = End("a.csv is saved in your OneDrive.", "a.csv", "https://contoso-my.sharepoint.com/a.csv", "1", "csv")


def accepted(**more: Any) -> dict[str, Any]:
    whole = {"type": "fileUpload", "action": "accept", "context": {"offer": "o"}, "uploadInfo": INFORMATION}
    return {**whole, **more}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("latency.csv", "latency.csv"),
        ('a/b\\c:"d"*<e>?|.csv', "a_b_c__d___e___.csv"),
        ("  ..report.pdf. ", "report.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 500 + ".json", "x" * (limits.FILE_NAME - 5) + ".json"),
        ("." + "y" * 500, "y" * limits.FILE_NAME),
    ],
)
def test_a_name_that_onedrive_takes(name: str, expected: str) -> None:
    file = File(name, "text/csv", b"1")
    assert consent_cards.file_name(file) == expected
    (card,) = consent_cards.offered(file, "o")["attachments"]
    assert (card["contentType"], card["name"], card["content"]["sizeInBytes"]) == (CONSENT, expected, 1)
    check_file_card(card, "personal")


def test_a_name_mentions_nobody() -> None:
    written = json.dumps(consent_cards.offered(File("<at>Ben</at>.csv", "text/csv", b"1"), "o"))
    assert "<at>" not in written
    assert "<at>" not in json.dumps(consent_cards.ended(End("<at>Ben</at> was not saved.")))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (accepted(), Pressed("o", True, "https://u", "https://c", "1", "csv")),
        (accepted(action="decline", uploadInfo=None), Pressed("o", False, "", "", "", "")),
        (accepted(uploadInfo=[]), Pressed("o", True, "", "", "", "")),
        (accepted(action="maybe"), None),
        (accepted(context="o"), None),
        (accepted(context={"offer": 3}), None),
        (accepted(context={"offer": ""}), None),
        (None, None),
        ("accept", None),
    ],
)
def test_what_came_back(value: Any, expected: Pressed | None) -> None:
    assert consent_cards.read(value) == expected


def test_what_stands_there_in_the_end() -> None:
    assert End.load(FILE.dump()) == FILE
    shown = consent_cards.ended(FILE)
    (card,) = shown["attachments"]
    check_file_card(card, "personal")
    assert (card["contentType"], card["content"]) == (INFO, {"uniqueId": "1", "fileType": "csv"})
    assert "text" not in shown  # beside a card it would become a message of its own
    assert consent_cards.ended(End("Not saved.")) == {"type": "message", "textFormat": "plain", "text": "Not saved."}


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://contoso-my.sharepoint.com/personal/anna/upload?session=1", True),
        ("https://contoso-my.sharepoint.com:443/upload", True),
        ("http://contoso-my.sharepoint.com/upload", False),
        ("https://contoso-my.sharepoint.com:8443/upload", False),
        ("https://sharepoint.com.evil.example/upload", False),
        ("https://evilsharepoint.com/upload", False),
        ("https://a:b@contoso.sharepoint.com/upload", False),
        ("https://169.254.169.254/upload", False),
        ("https://localhost/upload", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_where_files_may_go(url: str, allowed: bool) -> None:
    assert Hosts(UPLOADS).allows(url) is allowed


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, "channel"),
        ({}, "groupChat"),
        ({"name": ""}, "personal"),
        ({"name": "a/b.csv"}, "personal"),
        ({"content": None}, "personal"),
        ({"content": {"sizeInBytes": 0, "acceptContext": {}, "declineContext": {}}}, "personal"),
        ({"content": {"sizeInBytes": 1, "acceptContext": {}}}, "personal"),
        ({"contentType": INFO}, "personal"),
    ],
)
def test_what_the_double_refuses(change: dict[str, Any], kind: str) -> None:
    (card,) = consent_cards.offered(File("a.csv", "text/csv", b"1"), "o")["attachments"]
    with pytest.raises(Refused):
        check_file_card({**card, **change}, kind)


@pytest.mark.parametrize(
    ("service_url", "expected"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://smba.infra.gcc.teams.microsoft.com/gcc/", True),
        ("https://smba.infra.gov.teams.microsoft.us/gcch/", False),
        ("https://smba.example.cn/", False),
    ],
)
def test_clouds_in_which_bots_send_no_files(service_url: str, expected: bool) -> None:
    assert sends_files(service_url) is expected
