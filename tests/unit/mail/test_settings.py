"""MAIL_*: what is accepted, and how it is read."""

import pytest

from bot.model.errors import Misconfigured
from bot.settings import section
from handlers.mail.settings import MailSettings

URL = "smtp://bot:p%40ss%3Aword@mail.example.com"
FROM = "Nightdesk <night@example.com>"


def test_everything_is_in_the_url() -> None:
    found = section("mail", MailSettings, {"MAIL_SMTP_URL": URL, "MAIL_FROM": FROM})
    assert found
    assert (found.host, found.port, found.user, found.password) == ("mail.example.com", 587, "bot", "p@ss:word")
    assert (found.encrypted, found.starttls) == (False, True)
    assert (found.from_address.display_name, found.from_address.addr_spec) == ("Nightdesk", "night@example.com")
    assert "p%40ss" not in repr(found)


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted"),
    [
        ("smtps://mail.example.com", "mail.example.com", 465, True),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, False),
        ("smtp://[::1]:25", "::1", 25, False),
    ],
)
def test_servers(url: str, host: str, port: int, encrypted: bool) -> None:
    found = MailSettings.model_validate({"smtp_url": url, "MAIL_FROM": FROM})
    assert (found.host, found.port, found.encrypted, found.user) == (host, port, encrypted, None)


def test_without_any_it_is_switched_off() -> None:
    assert section("mail", MailSettings, {}) is None


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"MAIL_SMTP_URL": URL}, "MAIL_FROM is missing"),
        ({"MAIL_FROM": FROM}, "MAIL_SMTP_URL is missing"),
        ({"MAIL_SMTP_URL": "mail.example.com:587", "MAIL_FROM": FROM}, "MAIL_SMTP_URL"),
        ({"MAIL_SMTP_URL": "https://mail.example.com", "MAIL_FROM": FROM}, "MAIL_SMTP_URL"),
        ({"MAIL_SMTP_URL": "smtp://mail.example.com:99999", "MAIL_FROM": FROM}, "MAIL_SMTP_URL"),
        ({"MAIL_SMTP_URL": URL, "MAIL_FROM": "Nightdesk"}, "MAIL_FROM"),
        ({"MAIL_SMTP_URL": URL, "MAIL_FROM": "a@example.com\nBcc: b@example.com"}, "MAIL_FROM"),
        ({"MAIL_SMTP_URL": URL, "MAIL_FROM": FROM, "MAIL_CA_FILE": "/nowhere.pem"}, "MAIL_CA_FILE"),
    ],
)
def test_what_is_wrong_is_named(env: dict[str, str], words: str) -> None:
    with pytest.raises(Misconfigured, match=words) as caught:
        section("mail", MailSettings, env)
    assert "p%40ss" not in str(caught.value)
