"""The shape of lines, told from a few of them."""

import json

import pytest

from bot.query.log_shapes import shape

JSON = [
    json.dumps(
        {"severity": level, "message": f"took {n}", "code": code, "took_ms": n, "http": {"route": "/a b"}, "ok": True}
    )
    for n, (level, code) in enumerate([("INFO", 200), ("ERROR", 503), ("INFO", 200), ("INFO", 204)])
]
LOGFMT = [
    f'level={level} event=delivered msg="a b {n}" delay={n}s size={n}kB'
    for n, level in enumerate(["info", "error", "info"])
]
PLAIN = ["ERROR could not connect to db=main after 3 tries", "WARN slow", "INFO started"]


@pytest.mark.parametrize(
    ("lines", "kind", "fields", "sample"),
    [
        (JSON, "json",
         {"severity": "ERROR|INFO", "message": "text", "code": "HTTP status", "took_ms": "number, milliseconds",
          "http_route": "text", "ok": "true"}, JSON[0]),
        ([JSON[0], "  at Stack.trace (main.py:1)", *JSON[1:]], "json", None, JSON[0]),
        ([*JSON[:1], *PLAIN], "plain text", {}, JSON[0]),
        (LOGFMT, "logfmt",
         {"level": "error|info", "event": "delivered", "msg": "text", "delay": "duration such as 0s",
          "size": "bytes such as 0kB"}, LOGFMT[0]),
        (PLAIN, "plain text", {}, PLAIN[0]),
        (["[1, 2]", "3"], "plain text", {}, "[1, 2]"),
        ([], "plain text", {}, ""),
        (["", "  "], "plain text", {}, ""),
        (["x" * 9000], "plain text", {}, "x" * 500),
    ],
)  # fmt: skip
def test_shapes(lines, kind, fields, sample):
    found = shape("api", lines)
    assert (found.service, found.format, found.sample) == ("api", kind, sample)
    assert fields is None or found.fields == fields


def test_fields_are_bounded():
    lines = [json.dumps({f"f{n}": n for n in range(500)})] * 3
    assert len(shape("api", lines).fields) == 60
