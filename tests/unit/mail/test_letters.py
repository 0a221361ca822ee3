"""A letter and its headers: nothing in it can be more than text. (What it says: tests/contracts/test_renderers.py.)"""

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.errors import Rejected
from bot.model.message import Place, PlaceKind
from bot.model.reply import Button, Fact, Facts, File, Files, Link, Reply, Text
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.platform import Order
from handlers.mail import letters, mime
from tests.fakes import NOON

SENDER = Address("Nightdesk", "night", "example.com")


def order(reply: Reply, key: str = "page:ISS-1-checkout:2.0:mail:x#2", to: str = "anna@example.com") -> Order:
    return Order(DEFAULT_TENANT, Place("mail", "smtp", to, kind=PlaceKind.PERSONAL), reply, key)


def sent(given: Order) -> EmailMessage:
    """As it arrives."""
    data = mime.letter(given, SENDER, NOON).as_bytes()
    return cast(EmailMessage, message_from_bytes(data, policy=POLICY))


def test_a_letter() -> None:
    reply = Reply(
        "Critical: Checkout latency is high.",
        (Facts((Fact("Measured", "650 ms", "bad"),)), Text(("See ", Link("runbook", "https://wiki.example.com/r")))),
        (Button("Acknowledge", "acknowledge", {"issue": "ISS-1"}),),
        tone="bad",
        footer="New",
    )
    letter = sent(order(reply))
    assert letter["Subject"] == "Problem: Critical: Checkout latency is high."
    assert letter["From"] == "Nightdesk <night@example.com>"
    assert letter["To"] == "anna@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOON
    text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert text
    assert html
    assert "Measured: 650 ms" in text.get_content()
    assert 'acknowledge issue="ISS-1"' in text.get_content()
    assert '<a href="https://wiki.example.com/r">runbook</a> (https://wiki.example.com/r)' in html.get_content()


def test_the_same_order_is_the_same_letter_and_an_issue_is_one_thread() -> None:
    first, again = sent(order(Reply("a"))), sent(order(Reply("a")))
    assert first["Message-ID"] == again["Message-ID"]
    later = sent(order(Reply("b"), "page:ISS-1-checkout:9.2:mail:x#9"))
    other = sent(order(Reply("a"), "page:ISS-2-search:2.0:mail:x#2"))
    assert later["Message-ID"] != first["Message-ID"]
    assert later["References"] == first["References"] != other["References"]
    assert sent(order(Reply("a"), to="ben@example.com"))["Message-ID"] != first["Message-ID"]


HOSTILE = "x\r\nBcc: everybody@example.com\r\n\r\n<script>alert(1)</script>"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(HOSTILE),
        Reply("a", title=HOSTILE, footer=HOSTILE),
        Reply("a", (Files((File(HOSTILE, "text/plain", b"x"),)),)),
        Reply("a", (Files((File("f.txt", "text/plain\r\nX-Evil: 1", b"x"),)),)),
        Reply("a", (Text((Link(HOSTILE, "https://x.example/\"><script>alert(1)</script>"),)),)),
        Reply("a", (Text((Link("here", "javascript:alert(1)"),)),)),
    ],
)  # fmt: skip
def test_nothing_gets_into_the_headers_or_the_markup(reply: Reply) -> None:
    letter = sent(order(reply))
    assert (letter["Bcc"], letter["X-Evil"]) == (None, None)
    assert [part["Bcc"] for part in letter.walk()] == [None for _ in letter.walk()]
    html = letter.get_body(("html",))
    assert html
    assert "<script" not in html.get_content()
    assert 'href="javascript' not in html.get_content()


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_subject_is_one_line(summary: str) -> None:
    letter = sent(order(Reply(summary)))
    assert "\n" not in letters.subject(Reply(summary))
    assert set(letter.keys()) == set(sent(order(Reply("a"))).keys())


def test_files_are_attached() -> None:
    files = (File("Überlast 1.csv", "text/csv", "a;ü\n".encode()), File("x.bin", "no type", bytes(range(256))))
    found = list(sent(order(Reply("a", (Files(files),)))).iter_attachments())
    assert [one.get_filename() for one in found] == ["Überlast 1.csv", "x.bin"]
    assert [one.get_content_type() for one in found] == ["text/csv", "application/octet-stream"]
    assert [one.get_payload(decode=True) for one in found] == [file.content for file in files]


@pytest.mark.parametrize(
    "address", ["", "anna", "@example.com", "anna@", "a@example.com, b@example.com", "a@example.com\nBcc: b@x.com",
                "a b@example.com", "<a@example.com>"]
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Rejected, match="not an e-mail address"):
        sent(order(Reply("a"), to=address))
