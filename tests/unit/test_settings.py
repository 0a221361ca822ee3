import base64
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, model_validator

from bot import settings
from bot.model.errors import Misconfigured
from bot.model.message import Role

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(1, 33))).decode()


class Chat(BaseModel):
    bot_token: str = Field(description="xoxb-…")
    signing_secret: SecretStr
    app_token: str | None = None
    hosts: tuple[str, ...] = ("chat.example",)
    patience: timedelta = timedelta(seconds=5)
    mode: Literal["http", "socket"] = "http"
    limit: int = 10
    quiet: bool = False

    @model_validator(mode="after")
    def _socket_wants_a_token(self) -> "Chat":
        if self.mode == "socket" and not self.app_token:
            raise ValueError("CHAT_MODE=socket needs CHAT_APP_TOKEN")
        return self


GIVEN = {"CHAT_BOT_TOKEN": "xoxb-very-secret", "CHAT_SIGNING_SECRET": "0123456789abcdef"}
KINDS = {"chat": Chat}


def test_what_the_environment_says_wins_over_the_file(tmp_path: Path):
    file = tmp_path / ".env"
    file.write_text("NIGHTDESK_PORT=9000\nLOG_FORMAT=text\nSLACK_BOT_TOKEN=\n# NIGHTDESK_HOST=1.2.3.4\n")
    env = settings.environment(file, {"NIGHTDESK_PORT": "9001", "NIGHTDESK_ZONE": " "})
    assert env == {"NIGHTDESK_PORT": "9001", "LOG_FORMAT": "text"}
    assert settings.environment(tmp_path / "absent", {}) == {}


def test_the_defaults():
    default = settings.read({})
    assert (default.host, default.port, default.command, default.zone) == ("0.0.0.0", 8001, "/ops", "UTC")
    assert default.database_url == "sqlite+aiosqlite:///.data/nightdesk.sqlite3"
    assert (default.keys, default.admins, default.default_role) == ((), (), Role.OPERATOR)
    assert (default.questions_per_minute, default.response_timeout) == (20, timedelta(seconds=30))
    assert (default.log_level, default.log_format) == ("INFO", "json")


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("DATABASE_URL", "postgresql+asyncpg://u:p@db/n", "database_url", "postgresql+asyncpg://u:p@db/n"),
        ("DATABASE_URL", "postgres://u:p@db/n", "database_url", "postgresql+asyncpg://u:p@db/n"),
        ("DATABASE_URL", "postgresql://u:p@db/n", "database_url", "postgresql+asyncpg://u:p@db/n"),
        ("NIGHTDESK_PORT", " 80 ", "port", 80),
        ("NIGHTDESK_PUBLIC_URL", "https://bot.example/", "public_url", "https://bot.example"),
        ("NIGHTDESK_KEYS", f"{KEY}, {OTHER_KEY}", "keys", (KEY, OTHER_KEY)),
        ("NIGHTDESK_ADMINS", "a@example.org,,b@example.org", "admins", ("a@example.org", "b@example.org")),
        ("NIGHTDESK_DEFAULT_ROLE", "viewer", "default_role", Role.VIEWER),
        ("NIGHTDESK_ZONE", "Europe/Vienna", "zone", "Europe/Vienna"),
        ("RESPONSE_TIMEOUT", "2.5", "response_timeout", timedelta(seconds=2.5)),
        ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
    ],
)
def test_reads_what_people_write(variable: str, text: str, field: str, value: object):
    assert getattr(settings.read({variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DATABASE_URL", "mysql://secretpass@host/db"),
        ("NIGHTDESK_PORT", "eighty"),
        ("NIGHTDESK_PORT", "70000"),
        ("NIGHTDESK_PUBLIC_URL", "bot.example"),
        ("NIGHTDESK_KEYS", "not-a-fernet-key"),
        ("NIGHTDESK_KEYS", KEY + ",short"),
        ("NIGHTDESK_COMMAND", "ops"),
        ("NIGHTDESK_ZONE", "Europe/Wien2"),
        ("NIGHTDESK_ZONE", "../../etc/passwd"),
        ("NIGHTDESK_DEFAULT_ROLE", "emperor"),
        ("NIGHTDESK_QUESTIONS_PER_MINUTE", "0"),
        ("RESPONSE_TIMEOUT", "soon"),
        ("RESPONSE_TIMEOUT", "0"),
        ("LOG_LEVEL", "chatty"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_names_the_variable_and_never_its_value(variable: str, text: str):
    with pytest.raises(Misconfigured) as caught:
        settings.read({variable: text})
    assert caught.value.says.startswith(variable)
    assert ".env.example" in caught.value.advice
    if len(text) >= 8:
        assert text not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_a_section_without_variables_is_switched_off():
    assert settings.section("chat", Chat, {"CHAT_BOT_TOKEN": " ", "PATH": "/bin"}) is None


def test_a_section_that_is_set():
    chat = settings.section(
        "chat", Chat, {**GIVEN, "CHAT_HOSTS": "a.example, b.example", "CHAT_PATIENCE": "9", "CHAT_QUIET": "true"}
    )
    assert chat is not None
    assert (chat.bot_token, chat.signing_secret.get_secret_value()) == ("xoxb-very-secret", "0123456789abcdef")
    assert (chat.hosts, chat.patience, chat.quiet) == (("a.example", "b.example"), timedelta(seconds=9), True)


def test_a_list_may_be_written_as_json():
    chat = settings.section("chat", Chat, {**GIVEN, "CHAT_HOSTS": '["a.example"]'})
    assert chat is not None
    assert chat.hosts == ("a.example",)


def test_half_a_section_names_what_is_missing():
    with pytest.raises(Misconfigured) as caught:
        settings.section("chat", Chat, {"CHAT_APP_TOKEN": "xapp-secret-token"})
    assert caught.value.says == "CHAT_BOT_TOKEN is missing. CHAT_SIGNING_SECRET is missing."
    assert "chat needs CHAT_BOT_TOKEN, CHAT_SIGNING_SECRET" in caught.value.advice
    assert "switched off" in caught.value.advice


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"CHAT_LIMIT": "ten thousand"}, "CHAT_LIMIT input should be a valid integer"),
        ({"CHAT_MODE": "pigeon"}, "CHAT_MODE input should be 'http' or 'socket'"),
        ({"CHAT_MODE": "socket"}, "CHAT_MODE=socket needs CHAT_APP_TOKEN."),
    ],
)
def test_a_wrong_value_is_named(wrong: dict[str, str], says: str):
    with pytest.raises(Misconfigured) as caught:
        settings.section("chat", Chat, {**GIVEN, **wrong})
    assert caught.value.says.startswith(says)
    assert "xoxb-very-secret" not in "".join(traceback.format_exception(caught.value))


def test_a_validator_that_quotes_a_secret_is_silenced():
    class Loud(BaseModel):
        token: str

        @model_validator(mode="after")
        def _complain(self) -> "Loud":
            raise ValueError(f"{self.token} is no token")

    with pytest.raises(Misconfigured) as caught:
        settings.section("loud", Loud, {"LOUD_TOKEN": "xoxb-very-secret"})
    assert caught.value.says == "… is no token."


def test_typing_errors_are_told_with_the_nearest_name():
    env = {"CHAT_BOT_TOKN": "x", "NIGHTDESK_COLOUR": "blue", "OTHER": "y", **GIVEN, "NIGHTDESK_PORT": "1"}
    assert settings.strangers(KINDS, env) == [
        "CHAT_BOT_TOKN is not a setting of Nightdesk and is ignored; did you mean CHAT_BOT_TOKEN?",
        "NIGHTDESK_COLOUR is not a setting of Nightdesk and is ignored.",
    ]


def test_describes_every_variable_with_its_default():
    rows = {row.variable: row for row in settings.describe(KINDS)}
    assert rows["CHAT_BOT_TOKEN"] == settings.Row("CHAT_BOT_TOKEN", "", "xoxb-…", True)
    assert rows["CHAT_HOSTS"].default == "chat.example"
    assert rows["CHAT_PATIENCE"].default == "5"
    assert rows["CHAT_QUIET"].default == "false"
    assert rows["CHAT_APP_TOKEN"].default == ""
    assert rows["NIGHTDESK_DEFAULT_ROLE"].default == "operator"
    assert all(row.meaning for name, row in rows.items() if not name.startswith("CHAT_"))


def test_secrets_are_known_by_the_names_of_their_variables():
    env = {**GIVEN, "NIGHTDESK_KEYS": f"{KEY},{OTHER_KEY}", "NIGHTDESK_HOST": "host.example", "A_TOKEN": "short"}
    assert settings.secrets(env) == {"xoxb-very-secret", "0123456789abcdef", KEY, OTHER_KEY}


def test_settings_do_not_show_secrets_when_printed():
    shown = repr(settings.read({"NIGHTDESK_KEYS": KEY, "DATABASE_URL": "postgresql://u:hunter22@db/n"}))
    assert KEY not in shown
    assert "hunter22" not in shown
