from datetime import UTC, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from handlers.web.links import Links
from tests.fakes import NOON, DrivenClock

LINKS = Links("a secret", "https://bot.example/")
LATER = NOON + timedelta(hours=1)


def _parts(url: str) -> tuple[str, str, str, str]:
    split = urlsplit(url)
    _, _, tenant, key = split.path.split("/")
    query = parse_qs(split.query)
    return unquote(tenant), unquote(key), query["expires"][0], query["signature"][0]


GOOD = _parts(LINKS.make("acme", "k1", LATER))


def test_a_link_leads_to_the_public_address():
    assert LINKS.make("acme", "k1", LATER).startswith("https://bot.example/files/acme/k1?expires=1773838800&signature=")


@pytest.mark.parametrize(("tenant", "key"), [("acme", "k1"), ("a/b c", "ü?&#"), ("..", "%2F")])
def test_what_was_signed_is_good_until_it_expires(tenant: str, key: str):
    parts = _parts(LINKS.make(tenant, key, LATER))
    assert parts[:2] == (tenant, key)
    assert LINKS.check(*parts, now=NOON) == "good"
    assert LINKS.check(*parts, now=LATER - timedelta(seconds=1)) == "good"
    assert LINKS.check(*parts, now=LATER) == "expired"


@pytest.mark.parametrize(
    "parts",
    [
        ("globex", *GOOD[1:]),
        (GOOD[0], "k2", *GOOD[2:]),
        (*GOOD[:2], "1999999999", GOOD[3]),
        (*GOOD[:3], ""),
        (*GOOD[:3], "0" * 64),
        (*GOOD[:3], GOOD[3].upper()),
        (*GOOD[:3], GOOD[3] + "0"),
        (*GOOD[:3], "ü\ud83d"),
        ("acmek", "1", *GOOD[2:]),
        (*GOOD[:2], f" {GOOD[2]}", GOOD[3]),
        (*GOOD[:2], "", GOOD[3]),
    ],
)
def test_whatever_was_changed_is_forged(parts: tuple[str, str, str, str]):
    assert LINKS.check(*parts, now=NOON) == "forged"
    assert LINKS.check(*parts, now=LATER + timedelta(days=1)) == "forged"


def test_another_secret_opens_nothing_and_a_former_one_still_does():
    assert Links("other", "https://bot.example").check(*GOOD, now=NOON) == "forged"
    rotated = Links(b"new", "https://bot.example", former=("a secret",))
    assert rotated.check(*GOOD, now=NOON) == "good"
    assert LINKS.check(*_parts(rotated.make("acme", "k1", LATER)), now=NOON) == "forged"


def test_links_need_a_secret():
    with pytest.raises(ValueError, match="secret"):
        Links("", "https://bot.example")


async def test_a_retry_on_the_same_day_links_alike_and_no_link_is_short():
    clock = DrivenClock()
    link = LINKS.linker(clock, lasts=timedelta(days=2))
    first = link("acme", "k1")
    await clock.advance(11 * 3600)
    assert link("acme", "k1") == first
    parts = _parts(first)
    assert LINKS.check(*parts, now=NOON + timedelta(days=2)) == "good"
    assert LINKS.check(*parts, now=NOON.astimezone(UTC) + timedelta(days=3)) == "expired"
