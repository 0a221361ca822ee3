"""Words as they are looked up."""

import pytest

from bot.model.terms import MOST_ASKED, asked, spelt, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I rotate the certificates?", ["rotat", "certificat"]),
        ("expired expires expiring expire", ["expir"] * 4),
        ("queries query", ["query", "query"]),
        ("http_requests_total", ["http", "request", "total"]),
        ("Café CAFÉ Straße", ["caf", "caf", "strass"]),
        ("status class process", ["status", "class", "process"]),
        ("running runs", ["run", "run"]),
        ("p95 5xx eu-west-1", ["p95", "5xx", "eu", "west", "1"]),
        ('"); DROP TABLE -- NEAR(a b) *', ["drop", "tabl", "near", "b"]),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]):
    assert terms(text) == expected


def test_a_question_asks_each_once_and_not_for_ever():
    assert asked("disk disk disks full") == ["disk", "full"]
    assert len(asked(" ".join(f"w{number}" for number in range(100)))) == MOST_ASKED


def test_places_are_those_of_the_text():
    text = "Die Café-Kasse"
    assert [(text[start:end], term) for start, end, term in spelt(text)] == [
        ("Die", "die"), ("Café", "caf"), ("Kasse", "kass"),
    ]  # fmt: skip
