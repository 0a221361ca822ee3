"""Letters through a real mail server: encrypted, with a password, refused for now and for good, and lost half-way."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order, Platform
from handlers.mail import sender as sending
from handlers.mail.sender import MailSender
from handlers.mail.settings import MailSettings
from tests.fakes import NOON, DrivenClock
from tests.integration.mail.server import certificate, serving

ANNA = Place("mail", "smtp", "anna@example.com", kind=PlaceKind.PERSONAL)


def sender(url: str, **more: Any) -> MailSender:
    given = {"smtp_url": url, "MAIL_FROM": "Nightdesk <night@example.com>", "starttls": False, **more}
    return MailSender(MailSettings.model_validate(given), DrivenClock())


def order(reply: Reply | None = None, receipt: Receipt | None = None) -> Order:
    return Order(DEFAULT_TENANT, ANNA, reply or Reply("Checkout is slow."), "page:ISS-1:1.0:mail:x#1", receipt)


async def test_a_letter_arrives_whole() -> None:
    async with serving() as box:
        receipt = await sender(box.url).send(order(Reply("Überlast 🔥", footer="long line " * 200)))
    [letter] = box.letters
    assert receipt == Receipt(f"anna@example.com:{letter['Message-ID']}")
    assert box.envelopes == [("night@example.com", ["anna@example.com"])]
    assert letter["Subject"] == "Überlast 🔥"
    assert letter["Date"].datetime == NOON
    text = letter.get_body(("plain",))
    assert text
    assert ("long line " * 200).strip() in text.get_content()


async def test_an_update_of_what_was_sent_is_no_letter() -> None:
    async with serving() as box:
        before = Receipt("anna@example.com:<1@example.com>")
        assert await sender(box.url).send(order(receipt=before)) == before
    assert box.letters == []


@pytest.mark.parametrize("way", ["tls", "starttls"])
async def test_encrypted_and_with_a_password(way: str, tmp_path: Path) -> None:
    trusted, context = certificate(tmp_path)
    async with serving(tls=context if way == "tls" else None, starttls=context if way == "starttls" else None,
                       login=True) as box:  # fmt: skip
        mail = sender(box.url, starttls=True, ca_file=str(trusted))
        await mail.send(order())
        await mail.check()
    assert len(box.letters) == 1
    assert box.encrypted == [True]
    assert box.users == ["bot", "bot"]


@pytest.mark.parametrize("way", ["tls", "starttls"])
async def test_a_certificate_that_nobody_vouches_for(way: str, tmp_path: Path) -> None:
    _, context = certificate(tmp_path)
    async with serving(tls=context if way == "tls" else None, starttls=context if way == "starttls" else None) as box:
        with pytest.raises(Unavailable) as caught:
            await sender(box.url, starttls=True).send(order())
    assert caught.value.definite
    assert "MAIL_CA_FILE" in caught.value.advice
    assert box.letters == []


async def test_nothing_is_sent_in_clear_where_it_should_be_encrypted() -> None:
    async with serving() as box:
        with pytest.raises(Problem):
            await sender(box.url, starttls=True).send(order())
    assert box.letters == []


async def test_a_wrong_password_is_said() -> None:
    async with serving(login=True) as box:
        with pytest.raises(Rejected, match="535") as caught:
            await sender(box.url.replace("p%40ss", "wrong")).check()
    assert "wrong" not in caught.value.says


@pytest.mark.parametrize(
    ("command", "answer", "problem"),
    [
        ("MAIL", "451 Later", Unavailable),
        ("MAIL", "553 Not you", Rejected),
        ("RCPT", "450 Greylisted", Unavailable),
        ("RCPT", "550 No such user", Rejected),
        ("DATA", "452 Disk is full", Unavailable),
        ("DATA", "554 Spam", Rejected),
    ],
)
async def test_refused(command: str, answer: str, problem: type[Problem]) -> None:
    async with serving() as box:
        box.answers[command] = answer
        with pytest.raises(problem) as caught:
            await sender(box.url).send(order())
        del box.answers[command]
        await sender(box.url).send(order())
    if isinstance(caught.value, Unavailable):
        assert caught.value.definite  # it said no, so it has not taken it
    else:
        assert answer in caught.value.says
        assert isinstance(caught.value, Rejected)
        assert caught.value.code == answer[:3]
    assert len(box.letters) == 1


async def test_a_letter_whose_answer_was_lost_may_have_arrived_and_is_recognised_when_it_comes_again() -> None:
    async with serving() as box:
        box.hang_up = True
        with pytest.raises(Unavailable) as caught:
            await sender(box.url).send(order())
        box.hang_up = False
        await sender(box.url).send(order())
    assert not caught.value.definite
    first, again = box.letters
    assert first["Message-ID"] == again["Message-ID"]


async def test_nobody_there(unused_port: int) -> None:
    with pytest.raises(Unavailable) as caught:
        await sender(f"smtp://127.0.0.1:{unused_port}").send(order())
    assert caught.value.definite


async def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.2)

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    quiet = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with quiet:
        port = quiet.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable) as caught:
            await sender(f"smtp://127.0.0.1:{port}").send(order())
        await asyncio.sleep(0.01)  # the server sees that we are gone
    assert caught.value.definite


async def test_the_rest_of_a_platform() -> None:
    mail: Platform = sender("smtp://mail.example.com")
    assert await mail.workspace() == "smtp"
    account = Account("mail", "smtp", "anna@example.com")
    assert mail.personal(account) == ANNA
    assert await mail.by_email(DEFAULT_TENANT, "anna@example.com") is None
    assert await mail.profile(DEFAULT_TENANT, account) is None
    assert await mail.find(DEFAULT_TENANT, ANNA, "k", NOON) is None
