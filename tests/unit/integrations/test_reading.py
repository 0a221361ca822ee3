import pytest

from bot.model.errors import Malformed
from bot.model.keys import digest, new_key
from bot.model.payload import DEEPEST, read_json
from integrations.generic.paths import find
from integrations.reading import label_name, text_of
from integrations.rule_alert import expression_of

BODY = {"a": {"b.c": 1, "list": [{"id": 1}, {"id": 2}, {}]}, "x": [[1, 2], [3]]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.list[0].id", [1]),
        ("a.list[].id", [1, 2]),
        ("a.list[2].id", []),
        ("a.list[9].id", []),
        ('a["b.c"]', [1]),
        ("x[][]", [1, 2, 3]),
        ("x[1]", [[3]]),
        ("a.nothing.more", []),
        ("a[0]", []),
        ("x.id", []),
        ("", [BODY]),
    ],
)
def test_paths(path: str, found: list[object]):
    assert find(BODY, path) == found


@pytest.mark.parametrize("path", ["a[", "a[b]", "[]]", 'a["b', "a..b", "."])
def test_a_path_that_cannot_be_read_is_told(path: str):
    with pytest.raises(Malformed) as refused:
        find(BODY, path)
    assert refused.value.field == path


@pytest.mark.parametrize(
    ("text", "name"),
    [("availability-zone", "availability_zone"), ("server.name", "server_name"), ("5xx", "_5xx"), ("Köln", "K_ln")],
)
def test_label_names_can_be_matched(text: str, name: str):
    assert label_name(text) == name


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (1, "1"), (0.75, "0.75"), (True, "true"), ("\x07", "�")])
def test_scalars_are_text(value: object, text: str):
    assert text_of(value, "here") == text


@pytest.mark.parametrize(
    ("address", "expression"),
    [
        ("http://p:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1", "up == 0"),
        ("/graph?g0.tab=1&g0.expr=up", "up"),
        ("https://g/explore?left=%7B%22queries%22%3A%5B%7B%22expr%22%3A%22up%22%7D%5D%7D", "up"),
        ("https://g/explore?panes=%7B%22x%22%3A%7B%22queries%22%3A%5B%7B%22expr%22%3A%22up%22%7D%5D%7D%7D", "up"),
        ("https://g/explore?left=%5B%22now-1h%22%2C%22now%22%5D", ""),
        ("https://g/explore?left=" + "%5B" * 1000, ""),
        ("https://g/explore?" + "&".join(f"a{number}=1" for number in range(1000)), ""),
        ("https://g/alerting/1/edit", ""),
        ("", ""),
    ],
)
def test_the_query_in_a_link(address: str, expression: str):
    assert expression_of(address) == expression


@pytest.mark.parametrize(
    "text",
    [
        "", "{", '{"a": 1', "{'a': 1}", "NaN", '{"a": Infinity}', "1e999", "-1e999", "9" * 5000, "[" * 100_000,
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), '{"a":' * 41 + "1" + "}" * 41, b"\xff\xfe\x00", '{"a": 1} x',
    ],
)  # fmt: skip
def test_what_is_not_json_is_told_without_quoting_it(text: str | bytes):
    with pytest.raises(Malformed) as refused:
        read_json(text, "Message")
    assert refused.value.field == "Message"
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("[" * DEEPEST + "]" * DEEPEST, None),
        ('{"a": "[[[[' + "[" * 100 + '"}', {"a": "[[[[" + "[" * 100}),
    ],
)
def test_what_is_json_is_read(text: str | bytes, value: object):
    read = read_json(text)
    assert value is None or read == value


def test_keys_are_made_to_be_taken_for_routing_keys_and_kept_as_digests():
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) == 32 and key.isalnum() and key == key.lower() for key in keys)
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("\ud800") != digest("?")  # nothing that can be sent breaks it
