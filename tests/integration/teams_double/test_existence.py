"""A channel that is deleted and restored, a roster on several pages, and versions of a message."""

import pytest

from handlers.playground.doubles.teams.world import Person
from tests.integration.teams_double.conftest import APP, TENANT, Teams, at


def incidents(teams: Teams) -> str:
    return next(str(one["id"]) for one in teams.double.state()["conversations"] if one["name"] == "Incidents")


async def test_a_deleted_channel_is_not_there_until_it_is_restored(teams: Teams) -> None:
    channel = incidents(teams)
    await teams.call("delete", conversation=channel)
    status, body = await teams.send(channel, {"type": "message", "text": "hello"})
    assert (status, body["error"]["code"]) == (404, "ConversationNotFound")
    told = teams.bot.heard[-1]
    assert (told["channelData"]["eventType"], told["channelData"]["channel"]["id"]) == ("channelDeleted", channel)
    assert told["conversation"]["id"] == teams.double.world.team["id"]
    assert [one["deleted"] for one in teams.double.state()["conversations"] if one["id"] == channel] == [True]
    await teams.call("restore", conversation=channel)
    await teams.post(channel)


@pytest.mark.parametrize("kind", ["channel", "groupChat", "personal"])
async def test_only_a_channel_beside_general_can_be_deleted(teams: Teams, kind: str) -> None:
    with pytest.raises(ValueError, match="other than General"):
        await teams.call("delete", conversation=teams.place(kind))


async def test_a_long_roster_comes_in_pages(teams: Teams) -> None:
    channel, world = teams.place("channel"), teams.double.world
    for n in range(60):
        person = Person(f"29:{n}", f"Person {n}", f"person.{n}@example.com", f"object-{n}", TENANT)
        world.people[person.id] = person
        world.conversations[channel].members.append(person.id)
    _, first, _ = await teams.rest("GET", f"{at(channel, 'pagedmembers')}?pageSize=10")
    assert len(first["members"]) == 50  # fewer are not given
    more = f"?pageSize=50&continuationToken={first['continuationToken']}"
    _, second, _ = await teams.rest("GET", at(channel, "pagedmembers") + more)
    assert (len(second["members"]), second["continuationToken"]) == (13, None)
    assert first["members"][0]["email"] == "anna.berger@example.com"
    status, _, _ = await teams.rest("GET", f"{at(channel, 'pagedmembers')}?pageSize=many")
    assert status == 400


async def test_the_chat_with_a_person_has_one_id(teams: Teams) -> None:
    ben = next(one for one in teams.double.world.people.values() if one.name == "Ben Ortner")
    ids = []
    for name in (ben.id, ben.object_id):
        wanted = {"bot": {"id": f"28:{APP}"}, "isGroup": False, "members": [{"id": name}], "tenantId": TENANT}
        status, body, _ = await teams.rest("POST", "", wanted)
        assert status == 201
        ids.append(body["id"])
    assert ids[0] == ids[1]
    assert ids[0].startswith("a:")


async def test_every_version_of_a_message_is_kept(teams: Teams) -> None:
    channel = teams.place("channel")
    activity = await teams.post(channel, "one")
    await teams.rest("PUT", at(channel, "activities", activity), {"type": "message", "text": "two"})
    assert [one["text"] for one in teams.double.versions(activity)] == ["one", "two"]
    assert teams.double.versions("nothing") == []
