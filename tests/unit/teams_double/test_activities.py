import pytest

from handlers.playground.doubles.teams.activities import as_html, hears, mentioned, outgoing
from handlers.playground.doubles.teams.world import World, split, thread_id
from tests.fakes import DrivenClock


@pytest.fixture
def world() -> World:
    return World(DrivenClock(), tenant="tenant-1", app_id="app-1", seed=1)


@pytest.mark.parametrize(
    ("text", "expected", "names"),
    [
        ("status", "status", []),
        ("@Nightdesk status", "<at>Nightdesk</at> status", ["Nightdesk"]),
        (
            "hi @nightdesk and @Ben Ortner.",
            "hi <at>Nightdesk</at> and <at>Ben Ortner</at>.",
            ["Nightdesk", "Ben Ortner"],
        ),
        ("@Nightdesker", "@Nightdesker", []),
        ("@Nightdesk @Nightdesk", "<at>Nightdesk</at> <at>Nightdesk</at>", ["Nightdesk"]),
    ],
)
def test_mentions(world: World, text: str, expected: str, names: list[str]) -> None:
    written, entities = mentioned(text, world)
    assert written == expected
    assert [entity["mentioned"]["name"] for entity in entities] == names
    assert all(entity["text"] == f"<at>{entity['mentioned']['name']}</at>" for entity in entities)


def test_html_twin_is_escaped() -> None:
    content = as_html("<at>Nightdesk</at> is a < b & c?")["content"]
    assert content.endswith(">Nightdesk</span> is a &lt; b &amp; c?</p>")


def test_the_frame_of_a_channel_activity(world: World) -> None:
    channel = next(one for one in world.conversations.values() if one.name == "Incidents")
    sent = outgoing(world, channel, world.people[world.me], kind="message", root="17", service_url="http://x/")
    assert sent["conversation"] == {
        "id": f"{channel.id};messageid=17",
        "conversationType": "channel",
        "tenantId": "tenant-1",
        "isGroup": True,
    }
    assert sent["channelData"]["channel"] == {"id": channel.id}
    assert sent["channelData"]["tenant"] == {"id": "tenant-1"}
    assert sent["channelData"]["team"]["id"] == world.team["id"]
    assert sent["from"]["aadObjectId"] == world.people[world.me].object_id
    assert sent["recipient"]["id"] == "28:app-1"
    assert (sent["channelId"], sent["locale"], sent["serviceUrl"]) == ("msteams", "en-US", "http://x/")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("personal", "status", True),
        ("channel", "status", False),
        ("groupChat", "status", False),
        ("channel", "@Nightdesk status", True),
        ("groupChat", "@Nightdesk status", True),
        ("channel", "@Ben Ortner status", False),
    ],
)
def test_who_is_heard(world: World, kind: str, text: str, expected: bool) -> None:
    place = next(one for one in world.conversations.values() if one.kind == kind)
    assert hears({"entities": mentioned(text, world)[1]}, place, world.bot["id"]) is expected
    place.installed = False
    assert not hears({"entities": mentioned(text, world)[1]}, place, world.bot["id"])


def test_ids(world: World) -> None:
    channel = next(one for one in world.conversations.values() if one.kind == "channel")
    assert split(thread_id(channel, "5")) == (channel.id, "5")
    assert split(channel.id) == (channel.id, "")
    assert world.next_id() != world.next_id()  # though the clock stands still
    assert World(DrivenClock(), tenant="tenant-1", app_id="app-1", seed=1).state() == world.state()
    assert World(DrivenClock(), tenant="tenant-1", app_id="app-1", seed=2).me != world.me
