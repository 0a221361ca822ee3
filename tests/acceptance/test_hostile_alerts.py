"""Alerts that want to format, to call people or to lead astray: both chats show their words, and that is all."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from tests.acceptance.incidents import Incidents, alert, incidents, slack_buttons, teams_actions
from tests.acceptance.rest import at_rest
from tests.acceptance.test_journeys import mrkdwn

NUMBERS = count(100)
GOOD = "https://runbooks.example/checkout"
GRAPH = "http://prometheus.example/graph?g0.expr=up"

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(90)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory) -> AsyncIterator[Incidents]:
    async with incidents(tmp_path_factory.mktemp("world")) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


def mark() -> str:
    return f"Bad-{next(NUMBERS)}"


def hostile(name: str, text: str, **labels: str) -> dict[str, Any]:
    """The same text in every place that is shown."""
    told = dict.fromkeys(("summary", "description", "value", "threshold"), f"{name} {text}")
    one = alert(name, **{"service": text, "region": text, "pod": text, **labels})
    return {**one, "annotations": {**one["annotations"], **told}}


# What the doubles keep


def walk(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from walk(one)


def slack_reads(message: Mapping[str, Any]) -> list[str]:
    """What Slack takes for markup; the message's own text is, too."""
    return [str(message["text"]), *mrkdwn(message.get("blocks", [])), *mrkdwn(message.get("attachments", []))]


def slack_links(message: Mapping[str, Any]) -> set[str]:
    return {str(one["url"]) for one in walk([message.get("blocks"), message.get("attachments")]) if one.get("url")}


def slack_is_harmless(message: Mapping[str, Any]) -> None:
    for said in slack_reads(message):
        assert not re.search(r"<[!@#a-z/]", said), said
        assert not re.search(r"(?<!\u200b)\*(bold|b)\*", said), said
        assert not re.search(r"(?<!\u200b)(_it_|~gone~|`code`)", said), said
        assert not re.search(r":tada:|\w@example", said), said
        assert not re.search(r"\w://", said), said
    calls = {"user", "usergroup", "broadcast", "channel", "team", "emoji", "date"}
    assert not [one for one in walk(message.get("blocks", [])) if one.get("type") in calls]
    assert slack_links(message) <= {GOOD, GRAPH}


def teams_links(activity: Mapping[str, Any]) -> set[str]:
    """Without those to what is too long for a card, which is kept with us."""
    found = {str(one["url"]) for one in walk(activity.get("attachments", [])) if one.get("url")}
    return {url for url in found if not re.match(r"http://127\.0\.0\.1:\d+/files/", url)}


def teams_is_harmless(activity: Mapping[str, Any]) -> None:
    assert not [one for one in walk(activity) if one.get("type") == "mention"]
    for one in walk(activity.get("attachments", [])):
        if one.get("type") == "TextBlock":
            text = one["text"]
            assert not re.search(r"(?<!\\)\[[^\]\\]*(?<!\\)\]\(", text), text
            assert not re.search(r"(?<!\\)\*\*?(bold|b)\*", text), text
        if one.get("type") in ("TextBlock", "TextRun"):
            assert not re.search(r"<at>|\{\{DATE\(2020", one["text"]), one["text"]
    assert activity.get("textFormat", "plain") == "plain"
    assert "<at>" not in activity.get("text", "")
    assert teams_links(activity) <= {GOOD, GRAPH}


def no_hidden_signs(message: Mapping[str, Any]) -> None:
    shown = json.dumps(message, ensure_ascii=False)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)


async def told_once(world: Incidents, name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    await world.both(name)
    await at_rest(world)
    (slack,), (teams,) = world.slack_roots(name), world.teams_roots(name)
    return slack, teams


HOSTILE = {
    "Slack's calls": "<!channel> <!here> <!everyone> <@U0ANNA> <#C0INCIDENTS> <!subteam^S1|all>",
    "names": "@Anna @here @channel @Nightdesk anna@example.com",
    "Teams' calls": "<at>Anna Berger</at> < at >Nightdesk</ at > {{DATE(2020-01-01T00:00:00Z, SHORT)}}",
    "mrkdwn": "*bold* _it_ ~gone~ `code` ```block``` > quoted :tada: • one 1. two",
    "Markdown": "**bold** [press here](https://evil.example) ![x](https://evil.example/x.png) # big",
    "links": "<https://evil.example|safe> https://evil.example javascript:alert(1) file:///etc/passwd www.evil.example",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>x</a> &amp; &lt;",
    "directions": "\u202egnp.exe\u202c \u2066\u2067\u2069 \u200f",
    "control characters": "\x00\x07\x1b[31mred\x1b[0m\x7f\x85 end",
    "lines": "one\ntwo\r\nthree\u2028four\n- five\n> six\n# seven",
    "emoji": "🔥👩‍👩‍👧‍👦🏳️‍🌈 é́́́ 한국어 שלום",
    "templates": "{{ 7*7 }} {% for x in y %} ${7*7} %s %(name)s {issue} {0.__class__}",
    "half a character": "\ud83d torn \udc00",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_words_stay_words(world: Incidents, name: str) -> None:
    title = mark()
    assert await world.post(hostile(title, HOSTILE[name])) == 200
    slack, teams = await told_once(world, title)
    for message in (slack, *world.slack_thread(slack)):
        slack_is_harmless(message)
        no_hidden_signs(message)
    for activity in (teams, *world.teams_thread(teams)):
        teams_is_harmless(activity)
        no_hidden_signs(activity)
    assert "Acknowledge" in slack_buttons(slack)
    assert "Acknowledge" in teams_actions(teams)


async def test_the_words_themselves_can_be_read(world: Incidents) -> None:
    title = mark()
    assert await world.post(hostile(title, "<!channel> & {{ 7*7 }}")) == 200
    slack, teams = await told_once(world, title)
    assert "&lt;!channel&gt; &amp; {{ 7" in slack["text"]
    assert "<!channel> & {{ 7*7 }}" in json.dumps(teams, ensure_ascii=False)


async def test_what_a_person_then_does_with_it_is_harmless_too(world: Incidents) -> None:
    """Story, details and lists repeat the alert's words."""
    title, text = mark(), " ".join(HOSTILE[name] for name in ("Slack's calls", "Teams' calls", "mrkdwn", "Markdown"))
    one = hostile(title, text)
    assert await world.post(one) == 200
    slack, teams = await told_once(world, title)
    await world.press_slack(slack, "Details")
    await world.press_teams(teams, "Details")
    await world.rig.until(lambda: world.slack_thread(slack) and world.teams_thread(teams), "the details")
    assert await world.post({**one, "labels": {**one["labels"], "severity": "critical"}}) == 200
    await world.until_both(title, "Critical")
    asked = await world.rig.ask_slack("@Nightdesk what is open?")
    listed = await world.rig.slack_answer(asked)
    root = await world.rig.ask_teams("@Nightdesk what is open?")
    cards = await world.rig.teams_answer(root)
    await at_rest(world)
    assert title in json.dumps(listed)
    assert title in json.dumps(cards)
    for message in (listed, *world.slack_thread(slack)):
        slack_is_harmless(message)
    for activity in (cards, *world.teams_thread(teams)):
        teams_is_harmless(activity)


BAD_LINKS = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "https://good.example@evil.example/",
    "https://evil.example/\u202egnp",
    "https://evil.example/\nx",
    "https:evil.example",
    "slack://open?team=T1",
    "msteams://x",
    "http://",
    "x" * 5000,
]


@pytest.mark.parametrize("link", BAD_LINKS)
async def test_only_web_pages_can_be_opened(world: Incidents, link: str) -> None:
    title = mark()
    one = {**alert(title), "generatorURL": link}
    one["annotations"] |= {"runbook_url": link, "dashboard_url": link}
    assert await world.post(one) == 200
    slack, teams = await told_once(world, title)
    assert not {"Runbook", "Dashboard", "Graph"} & {*slack_buttons(slack), *teams_actions(teams)}
    assert slack_links(slack) == set()
    teams_is_harmless(teams)


async def test_good_links_are_buttons(world: Incidents) -> None:
    title = mark()
    one = alert(title)
    one["annotations"]["runbook_url"] = GOOD
    assert await world.post(one) == 200
    slack, teams = await told_once(world, title)
    assert slack_links(slack) == {GOOD, GRAPH}
    assert {teams_actions(teams)[name]["url"] for name in ("Runbook", "Graph")} == {GOOD, GRAPH}


# Much of it


async def test_ten_thousand_labels_are_an_alert_like_any_other(world: Incidents) -> None:
    title = mark()
    assert await world.post(alert(title, **{f"label_{n:05d}": f"value {n}" for n in range(10_000)})) == 200
    slack, _ = await told_once(world, title)
    assert "checkout" in json.dumps(slack["blocks"]), "what the routes need is among those that are kept"
    (issue,) = [one for one in await world.issues() if title in one.title]
    assert len(issue.labels) == 64
    await world.press_slack(slack, "Details")
    await world.rig.until(lambda: world.slack_thread(slack), "the details")


async def test_an_annotation_of_a_million_characters_is_shown_in_part(world: Incidents) -> None:
    title = mark()
    one = alert(title)
    for field in ("summary", "description", "value"):
        assert await world.post({**one, "annotations": {field: f"{title} {'very ' * 180_000}"}}) == 200
    slack, teams = await told_once(world, title)
    assert len(json.dumps(slack)) < 60_000
    assert len(json.dumps(teams)) < 100_000
    await world.press_teams(teams, "Acknowledge")
    await world.until_both(title, "Anna Berger has it")


async def test_labels_with_strange_names_or_nothing_in_them(world: Incidents) -> None:
    title = mark()
    strange = {
        "dotted.name": "a",
        'quo"ted': 'b"c',
        "": "nameless",
        "empty": "",
        "sp ace": "d",
        "ünï": "é",
        "x" * 5000: "y" * 5000,
        "new\nline": "\n\n",
        "<!channel>": "<!here>",
    }
    assert await world.post(alert(title, **strange)) == 200
    slack, teams = await told_once(world, title)
    (issue,) = [one for one in await world.issues() if title in one.title]
    assert {"dotted.name", 'quo"ted', "sp ace", "ünï"} <= issue.labels.keys()
    assert not {"", "empty"} & issue.labels.keys()
    await world.press_slack(slack, "Details")
    (details,) = await world.rig.until(lambda: world.slack_thread(slack), "the details")
    slack_is_harmless(details)
    await world.press_teams(teams, "Details")
    (card,) = await world.rig.until(lambda: world.teams_thread(teams), "the details")
    teams_is_harmless(card)


async def test_a_title_of_nothing_is_still_told(world: Incidents) -> None:
    """No words at all: it is told all the same, and its service says which it is."""
    before = len(world.slack_messages())
    bare = {**alert("x"), "labels": {"service": mark()}, "annotations": {"summary": " \n\t", "description": "\u200b"}}
    assert await world.post(bare) == 200
    await world.rig.until(lambda: len(world.slack_messages()) > before, "the message")
    assert bare["labels"]["service"] in json.dumps(world.slack_messages()[-1])
