"""Our matchers and a real Alertmanager choose the same alerts."""

import random
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which

import pytest

from bot.model.matchers import Matchers, read_matcher, read_matchers, split
from tests.integration.alertmanager.peer import ask, fire, needed, serving

pytestmark = pytest.mark.peers

VALUES = (
    "a",
    "b",
    "ab",
    "abc",
    "A",
    "10.0.0.1:9100",
    "web-1",
    "web-12",
    "ä",
    "two\nlines",
    'quo"te',
    "back\\slash",
    "x y",
)
ALERTS: tuple[Mapping[str, str], ...] = tuple(
    {"alertname": f"alert-{number}"}
    | ({"a": VALUES[number % len(VALUES)]} if number % 3 else {})
    | ({"b": VALUES[number * 7 % len(VALUES)]} if number % 4 else {})
    for number in range(60)
)
PIECES = (
    "a", "b", "ab", "web-", ".", ".*", ".+", "[a-c]", r"\d", r"\d+", r"\.", r"\\", "(a|b)", "(?i)a", "(?i:AB)", "ä",
    "a?", "b*", "a{2}", "^", "$", "|", ")|(", "(", ")", "[", "x{1001}", "(?s).", r"\n", '\\"', " ", "[^a]", r"\w+",
    r"\pL", "(?P<n>a)", r"\b", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("alertmanager")) as address:
        fire(address, ALERTS)
        yield address


def _value(chance: random.Random) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 3)))


def _text(chance: random.Random) -> str:
    """A matcher as somebody may type it: quoted or not, with escapes that are right or wrong, with blanks."""
    sign, blank = chance.choice(("=", "!=", "=~", "!~")), chance.choice(("", "", " ", "\t"))
    plain = sign in ("=", "!=") and chance.random() < 0.7
    value = chance.choice(VALUES) if plain else _value(chance)
    match chance.randint(0, 3):
        case 0:
            value = f'"{value}"'
        case 1 | 2:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            value = f'"{escaped}"'
    return f"{blank}{chance.choice('abc')}{blank}{sign}{blank}{value}{blank}"


def _ours(text: str) -> set[str] | None:
    try:
        matcher = read_matcher(text)
    except ValueError:
        return None
    return {labels["alertname"] for labels in ALERTS if matcher.fits(labels)}


def _theirs(url: str, text: str) -> set[str] | None:
    try:
        return {alert["labels"]["alertname"] for alert in ask(url, "alerts", ("filter", text))}
    except ValueError:
        return None


def test_they_choose_the_same_alerts(url: str) -> None:
    chance = random.Random(20260318)
    texts = sorted({_text(chance) for _ in range(900)})
    results = {text: (_ours(text), _theirs(url, text)) for text in texts}

    assert len(results) > 400
    assert {text: both for text, both in results.items() if both[0] != both[1]} == {}
    chosen = [ours for ours, _ in results.values() if ours is not None]
    assert sum(0 < len(ours) < len(ALERTS) for ours in chosen) > 100
    assert len(results) - len(chosen) > 20  # and they refuse the same


def test_what_we_write_they_read(url: str) -> None:
    chance = random.Random(7)
    written = [str(matcher) for text in {_text(chance) for _ in range(300)} if (matcher := _readable(text))]
    assert len(written) > 100
    assert [text for text in written if _ours(text) != _theirs(url, text)] == []


def _readable(text: str) -> object | None:
    try:
        return read_matcher(text)
    except ValueError:
        return None


LISTS = (
    '{a="1", b=~"2.*"}',
    'a="1",b="2",',
    'a="1,2", b=3',
    r'a="\",", b="\\"',
    "{a=1}",
    "a=1",
    'a=~"1|2" , b!=3 ',
    '{a="x}", b="}"}',
)
LABELLED = (
    {"a": "1", "b": "2"},
    {"a": "1"},
    {"a": "1,2", "b": "3"},
    {"a": '",', "b": "\\"},
    {"a": "x}", "b": "}"},
    {"a": "2"},
)


@pytest.mark.parametrize("labels", LABELLED)
def test_lists_are_split_as_theirs(tmp_path: Path, labels: dict[str, str]) -> None:
    """Each list is a route of its own; amtool says which ones an alert takes."""
    needed()
    amtool = which("amtool")
    if amtool is None:
        pytest.skip("amtool is not installed on this machine")
    lines = ["route:", "  receiver: none", "  routes:"]
    for number, text in enumerate(LISTS):
        quoted = text.replace("'", "''")
        lines += [f"  - receiver: r{number}", f"    matchers: ['{quoted}']", "    continue: true"]
    lines += ["receivers:", "- name: none", *(f"- name: r{number}" for number in range(len(LISTS)))]
    config = tmp_path / "alertmanager.yml"
    config.write_text("\n".join(lines) + "\n")
    given = [f"{name}={_for_amtool(value)}" for name, value in labels.items()]
    command = [amtool, "config", "routes", "test", f"--config.file={config}", *given]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    ours = [f"r{number}" for number, text in enumerate(LISTS) if _list(text).fit(labels)]
    assert (told.split(",") if told != "none" else []) == ours


def _list(text: str) -> Matchers:
    return read_matchers(split(text))


def _for_amtool(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
