import pytest

from bot.analysis.masks import masked


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("login of ann.lee+x@example.com failed", "login of …@example.com failed"),
        ("card 4111 1111 1111 1111 refused", "card …1111 refused"),
        ("card=4111111111111111", "card=…1111"),
        ("order 4111111111111112", "order 4111111111111112"),  # no card has this check digit
        ("trace 1773835200000000000", "trace 1773835200000000000"),
        ("account DE89 3704 0044 0532 0130 00.", "account DE89…."),
        ('{"password":"hunter22","user":"ann"}', '{"password":"…","user":"ann"}'),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer …"),
        ("postgres://app:secret@db/x", "postgres://app:…@db/x"),
        ("order 671245 failed after 5000 ms", "order 671245 failed after 5000 ms"),
    ],
)
def test_what_a_line_may_show(line, shown):
    assert masked(line) == shown
    assert masked(shown) == shown
