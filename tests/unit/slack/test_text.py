import pytest

from handlers.slack import text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("web_03 and 5*3", "web_03 and 5*3"),
    ],
)
def test_mrkdwn(written: str, sent: str) -> None:
    assert text.mrkdwn(written) == sent


@pytest.mark.parametrize("markup", ["*bold*", "_it_", "~no~", "`code`", ":tada:", "https://x.example", "a@b.example"])
def test_no_markup_survives(markup: str) -> None:
    sent = text.mrkdwn(f"say {markup} now")
    assert markup not in sent
    assert sent.replace("\u200b", "") == f"say {markup} now"


@pytest.mark.parametrize("start", ["> quote", "- item", "• item", "1. item"])
def test_lines_do_not_become_quotes_or_lists(start: str) -> None:
    assert not text.mrkdwn(f"one\n{start}").startswith(f"one\n{start[0]}") or "1\u200b" in text.mrkdwn(start)


def test_hidden_signs_are_replaced() -> None:
    assert text.clean("a\x07b\u202ec\ud800d\r\ne\tf") == "a\ufffdb\ufffdc\ufffdd\ne\tf"


@pytest.mark.parametrize(
    ("given", "most", "short"),
    [("abc", 3, "abc"), ("abcdef", 4, "abc…"), ("🎉🎉🎉", 5, "🎉🎉…"), ("one two three", 9, "one two…")],
)
def test_shorten(given: str, most: int, short: str) -> None:
    assert text.shorten(given, most) == short
    assert text.size(short) <= most


@pytest.mark.parametrize("given", ["word " * 999, "x" * 5_000, "🎉" * 999, "👩‍💻" * 500, ""])
@pytest.mark.parametrize("most", [10, 100, 3_000])
def test_pieces_lose_nothing(given: str, most: int) -> None:
    parts = text.pieces(given, most)
    assert "".join(parts) == given
    assert all(0 < text.size(part) <= most for part in parts)


def test_escaping_counts_when_shortening() -> None:
    sent = text.shorten_mrkdwn("<" * 5_000, 4_000)
    assert text.size(sent) <= 4_000
    assert sent.endswith("…")


@pytest.mark.parametrize(
    ("url", "takes"),
    [
        ("https://x.example/a", True),
        ("http://x.example", True),
        ("mailto:a@x.example", True),
        ("javascript:alert(1)", False),
        ("//x.example", False),
        ("https://", False),
        ("https://x.example/a b", False),
        ("https://x.example/|", False),
        ("https://[x", False),
    ],
)
def test_addresses(url: str, takes: bool) -> None:
    assert text.is_address(url) is takes
