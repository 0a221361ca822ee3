import asyncio
import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from bot import logs

FERNET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl-_"

Lines = Callable[[], list[str]]


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    level = logger.level
    yield logger
    logger.setLevel(level)
    logging.captureWarnings(False)
    for handler in [one for one in logger.handlers if isinstance(one.formatter, logs.JsonLines | logs.Terminal)]:
        logger.removeHandler(handler)


@pytest.fixture
def json_lines(root: logging.Logger) -> Lines:
    stream = io.StringIO()
    logs.setup("INFO", "json", secrets=["a-secret-of-ours", 'quoted"secret'], stream=stream)
    return lambda: stream.getvalue().splitlines()


@pytest.fixture
def text_lines(root: logging.Logger) -> Lines:
    stream = io.StringIO()
    logs.setup("INFO", "text", secrets=["a-secret-of-ours"], stream=stream)
    return lambda: stream.getvalue().splitlines()


log = logging.getLogger("bot.test")


def test_an_event_is_one_object_a_line(json_lines: Lines):
    log.info("delivered", extra={"place": "slack/T/C", "ms": 12, "ratio": float("nan"), "tags": ("a", 1)})
    (line,) = json_lines()
    event = json.loads(line)
    assert list(event)[:4] == ["time", "level", "logger", "event"]
    assert (event["level"], event["logger"], event["event"]) == ("info", "bot.test", "delivered")
    assert (event["place"], event["ms"], event["ratio"], event["tags"]) == ("slack/T/C", 12, "nan", ["a", 1])
    assert abs((datetime.fromisoformat(event["time"]) - datetime.now(UTC)).total_seconds()) < 60


def test_a_field_cannot_pass_for_the_head(json_lines: Lines):
    log.info("real", extra={"event": "forged", "level": "forged"})
    assert json.loads(json_lines()[0])["event"] == "real"


async def test_lines_carry_what_they_are_about(json_lines: Lines):
    async def one(letter: str) -> None:
        with logs.about(letter=letter):
            await asyncio.sleep(0)
            log.info("answered")

    with logs.about(tenant="acme", conversation="c1"):
        await asyncio.gather(one("l1"), one("l2"))
    log.info("after")
    first, second, after = (json.loads(line) for line in json_lines())
    assert {first["letter"], second["letter"]} == {"l1", "l2"}
    assert first["tenant"] == second["tenant"] == "acme"
    assert first["conversation"] == "c1"
    assert "tenant" not in after


def test_what_users_write_cannot_forge_a_line(json_lines: Lines, text_lines: Lines):
    log.warning("said", extra={"text": "hi\n12:00:00 error x: forged\x1b[2J\u2028"})
    try:
        raise ValueError("one\n12:00:00 error x: forged")
    except ValueError:
        log.exception("failed\nbadly")
    lines = text_lines()
    assert len(lines) > 2
    assert all(line.startswith("    | ") for line in lines if "bot.test" not in line)
    assert not any(char in line for line in lines for char in ("\x1b", "\u2028"))


def test_a_trace_is_a_field(json_lines: Lines):
    try:
        raise ValueError("for postgresql://bot:hunter2222@db/n")
    except ValueError:
        log.exception("failed")
    (line,) = json_lines()
    assert "ValueError" in json.loads(line)["trace"]
    assert "hunter2222" not in line


def test_long_fields_are_cut_and_say_so(json_lines: Lines):
    log.info("said", extra={"text": "x" * (logs.LONGEST + 7), "body": b"12345"})
    event = json.loads(json_lines()[0])
    assert event["text"].endswith("x… (7 characters more)")
    assert event["body"] == "5 bytes"


def test_half_a_surrogate_pair_is_written(json_lines: Lines):
    log.info("said", extra={"text": "\ud83d"})
    assert json.loads(json_lines()[0])["text"] == "\ud83d"


SECRETS = [
    ("xoxb-123456789012-abcDEF", "a bot token"),
    ("xoxp-123456789012-abcDEF", "a user token"),
    ("xoxe.xoxb-1-MS0yLTEtMTIz", "a rotating token"),
    ("xoxe-1-My0xLTEtMTIz", "a refresh token"),
    ("xapp-1-A012-345-abcdef", "an app-level token"),
    (FERNET, "a Fernet key"),
    (JWT, "a JWT"),
    ("sk-proj-abcdefghijklmnopqrst", "an OpenAI key"),
    ("glsa_abcdefghijklmnopqrst", "a Grafana token"),
    ("a-secret-of-ours", "a value from the settings"),
]
SENTENCES = [
    ("https://hooks.slack.com/commands/T01/123/abcdef", "T01/123/abcdef"),
    ("https://hooks.slack-gov.com/actions/T01/123/abcdef", "T01/123/abcdef"),
    ("Authorization: Bearer abc123.def456", "abc123.def456"),
    ("Basic dXNlcjpwYXNzd29yZA1=", "dXNlcjpwYXNzd29yZA1="),
    ("postgresql+asyncpg://nightdesk:hunter22@db:5432/n", "hunter22"),
    ("redis://:hunter22@cache", "hunter22"),
    ("postgres://bot:p@ss:w0rd@db/n", "p@ss:w0rd"),
    ("client_secret=AbC~d3fg.hij&scope=x", "AbC~d3fg.hij"),
    ('{"password": "correct horse"}', "horse"),
    ("access_token=ya29abcdef", "ya29abcdef"),
    ("/files/acme/k?expires=1&signature=0a1b2c3d4e5f", "0a1b2c3d4e5f"),
    ("client_assertion: A1b2C3d4", "A1b2C3d4"),
]


@pytest.mark.parametrize("secret", [secret for secret, _ in SECRETS], ids=[name for _, name in SECRETS])
def test_secrets_are_hidden_wherever_they_stand(secret: str, json_lines: Lines, root: logging.Logger):
    stream = io.StringIO()
    for place in (secret, f"in a text ({secret}).", f'"{secret}"', f"https://example.org/?q={secret}&b=1"):
        log.info("before %s after", place, extra={"text": place, "deep": {"list": [place]}})
        assert logs.redact(place, ["a-secret-of-ours"]) != place
    logs.setup("INFO", "text", secrets=["a-secret-of-ours"], stream=stream)
    log.info("before %s", secret, extra={"text": secret})
    lines = [*json_lines(), *stream.getvalue().splitlines()]
    assert len(lines) == 5
    assert all(secret not in line for line in lines)
    assert all(json.loads(line)["event"].startswith("before ") for line in lines[:4])


@pytest.mark.parametrize(("text", "secret"), SENTENCES)
def test_secrets_are_hidden_by_what_stands_before_them(text: str, secret: str, json_lines: Lines):
    log.info("%s", text, extra={"nested": json.dumps({"inner": text})})
    (line,) = json_lines()
    assert secret not in line
    json.loads(line)


@pytest.mark.parametrize("name", ["token", "bot_token", "password", "response_url", "Authorization", "client_secret"])
def test_secrets_are_hidden_by_the_name_of_their_field(name: str, json_lines: Lines):
    log.info("event", extra={name: "plainword", "deep": {name: "plainword"}})
    assert "plainword" not in json_lines()[0]


def test_a_secret_with_quotes_is_hidden_in_json_too(json_lines: Lines):
    log.info('it is quoted"secret now')
    assert "secret" not in json.loads(json_lines()[0])["event"]


@pytest.mark.parametrize(
    "text",
    [
        "checkout p95 latency is 412 ms (usually 118 ms, +249 %)",
        "basic information about bearer authentication",
        "token: expired",
        "https://hooks.example.com/services/a",
        "http://prometheus:9090/api/v1/query?query=up",
        "slack/T0NIGHT/C0OPS/1773835200.000100",
        "0190d3f0-7a11-7cc2-8d77-0242ac120002",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "anna@example.org asked",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str):
    assert logs.redact(text) == text


def test_libraries_speak_only_when_something_is_wrong(json_lines: Lines):
    for name in ("slack_bolt.App", "aiohttp.access", "botbuilder.core", "apscheduler.scheduler", "sqlalchemy.engine"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")
    assert [json.loads(line)["event"] for line in json_lines()] == ["trouble"] * 5


def test_setting_up_twice_writes_once(root: logging.Logger):
    logs.setup(stream=io.StringIO())
    stream = io.StringIO()
    logs.setup("WARNING", stream=stream)
    log.info("not now")
    log.warning("now")
    assert len(stream.getvalue().splitlines()) == 1


def test_python_warnings_are_lines_too(json_lines: Lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old thing", UserWarning, stacklevel=1)
    assert "old thing" in json.loads(json_lines()[0])["event"]
