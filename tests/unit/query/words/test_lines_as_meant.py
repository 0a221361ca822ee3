"""Questions about lines whose words are no field's own: several words for one value, sizes added up, exceptions."""

from datetime import UTC, datetime

import pytest

from bot.query import translate
from bot.query.catalog import Catalog, KnownLogs, KnownMetric
from bot.query.translate import Clarify, Planned, Question
from bot.query.words.log_vocabulary import alike, tells_outcome, told

NOW = datetime(2026, 5, 13, 14, 20, tzinfo=UTC)
CITIES = ("fra", "ams")
VPN = translate.prepare(
    Catalog(
        (
            KnownMetric("auth_attempts_total", "counter", "Attempts.", "", {"result": ("ok", "failed")}),
            KnownMetric("tunnel_messages_total", "counter", "Messages.", "", {"city": CITIES}),
            KnownMetric("vpn_sessions_active", "gauge", "Tunnels that are up.", "", {"city": CITIES}),
        ),
        {"service": ("auth", "tunnel", "relay"), "city": CITIES},
        (
            KnownLogs(
                "auth",
                "logfmt",
                {
                    "severity": "info|warn|error",
                    "event": "sign_in_ok|sign_in_failed|account_locked|no_token",
                    "user": "string",
                    "country": "de|us|br",
                    "latency": "duration such as 90ms",
                },
                "severity=info event=sign_in_ok user=u8 country=de latency=90ms",
            ),
            KnownLogs(
                "tunnel",
                "json",
                {
                    "level": "info|warn|error",
                    "msg": "text",
                    "peer": "string",
                    "rx": "number, bytes",
                    "tx": "number, bytes",
                    "secs": "number, seconds",
                    "close": "normal|idle|kicked",
                },
                '{"level":"info","msg":"key exchange aborted","peer":"c4","rx":90,"tx":12,"secs":30,"close":"idle"}',
            ),
            KnownLogs("relay", "plain text", {}, "relay r2: packet loss on port 3, rerouting"),
        ),
    )
)


def query(text: str) -> str:
    found = translate.translate(Question(text, NOW), VPN)
    return translate.written(found) if isinstance(found, Planned) else type(found).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("failed sign-ins on auth, last 20 min", '{service="auth"} | logfmt | event = "sign_in_failed"'),
        ("locked accounts in the auth log, last 2h", '{service="auth"} | logfmt | event = "account_locked"'),
        ("auth lines without a token, last 2h", '{service="auth"} | logfmt | event = "no_token"'),
        ("aborted key exchanges, tunnel log, last hour", '{service="tunnel"} |= "key exchange aborted"'),
        ("idle closes of the tunnel, last hour", '{service="tunnel"} | json | close = "idle"'),
        ("tunnels that did not close normally, last hour", '{service="tunnel"} | json | close != "normal"'),
        ("evicted peers in the tunnel log, last hour", '{service="tunnel"} | json | close = "kicked"'),
        ("key exchange aborted today, what did the tunnel log", '{service="tunnel"} |= "key exchange aborted"'),
        ("anything about packet loss in fra, last 2h", '{service="relay", city="fra"} |= "packet loss"'),
        ("relay lines on port 7, last hour", '{service="relay"} |= "port 7"'),
    ],
)
def test_several_words_tell_one_value(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "bytes sent per peer in the tunnel log, last 3h",
            'sum by (peer) (sum_over_time({service="tunnel"} | json | unwrap tx [3h]))',
        ),
        (
            "who received the most data, top 5 peers, tunnel log, 12h",
            'topk (5, sum by (peer) (sum_over_time({service="tunnel"} | json | unwrap rx [12h])))',
        ),
        (
            "tunnel log bytes per city, last hour",
            'sum by (city) (bytes_over_time({service="tunnel"} [1h]))',
        ),
        (
            "longest idle session in the tunnel log, last day",
            'max_over_time({service="tunnel"} | json | close = "idle" | unwrap secs [1d]) by ()',
        ),
    ],
)
def test_sizes_in_lines_are_added_up_and_those_of_the_log_are_not(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "how many peers were kicked per city, last 6h",
            'sum by (city) (count_over_time({service="tunnel"} | json | close = "kicked" [6h]))',
        ),
        (
            "distinct users per country in the auth log, last 6h",
            'count by (country) (sum by (user, country) (count_over_time({service="auth"} | logfmt [6h])))',
        ),
        (
            "lines per second of auth and relay",
            'sum by (service) (rate({service=~"auth|relay"} [5m]))',
        ),
        (
            "3 most frequent error messages of the tunnel, last day",
            'topk (3, sum by (msg) (count_over_time({service="tunnel"} | json | level = "error" [1d])))',
        ),
        (
            "auth errors of every country but br, last 90 minutes",
            '{service="auth"} | logfmt | severity = "error" | country != "br"',
        ),
    ],
)
def test_groups_are_what_was_asked_to_be_told_apart(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auth errors in the last hour", '{service="auth"} | logfmt | severity = "error"'),
        (
            "slowest auth per country, last day",
            'max_over_time({service="auth"} | logfmt | unwrap duration(latency) [1d]) by (country)',
        ),
        ("failed attempts in the last hour", 'sum (increase(auth_attempts_total{result="failed"}[1h]))'),
        ("what does the relay say, last 15 minutes", '{service="relay"}'),
    ],
)
def test_lines_or_metrics_by_which_explains_the_words(text: str, expected: str):
    assert query(text) == expected


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        (
            "idle closes of the tunnel, last hour",
            "and kicked ones",
            '{service="tunnel"} | json | close = "kicked"',
        ),
        (
            "auth errors in the last hour",
            "what about warnings",
            '{service="auth"} | logfmt | severity = "warn"',
        ),
        ("auth errors in the last hour", "warnings too", '{service="auth"} | logfmt | severity =~ "error|warn"'),
        (
            "top 3 peers by bytes sent in the tunnel log, 6h",
            "by city",
            'topk (3, sum by (city) (sum_over_time({service="tunnel"} | json | unwrap tx [6h])))',
        ),
    ],
)
def test_a_short_question_exchanges_a_value_or_adds_one(before: str, text: str, expected: str):
    found = translate.translate(Question(text, NOW, previous=(before,)), VPN)

    assert isinstance(found, Planned)
    assert translate.written(found) == expected


@pytest.mark.parametrize("text", ["logs of the reporting service", "logs of the printer, last hour"])
def test_a_service_nobody_knows_is_asked_back(text: str):
    found = translate.translate(Question(text, NOW), VPN)

    assert isinstance(found, Clarify)
    assert text.split()[3].rstrip(",") in found.message


@pytest.mark.parametrize(
    ("value", "words"),
    [("sign_in_failed", ("login", "failed")), ("timed_out", ("timeout",)), ("rateLimited", ("ratelimited",))],
)
def test_a_value_is_read_as_a_question_is(value: str, words: tuple[str, ...]):
    assert told(value) == words


def test_words_for_one_outcome():
    assert alike("refused", "denied")
    assert not alike("refused", "accepted")
    assert tells_outcome("rejections")
    assert not tells_outcome("scanned")
