"""What botbuilder 4.17.1 gets wrong (by the number in our notes), and that here it does not."""

import asyncio
import logging
from typing import Any

import pytest
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsInfo
from botbuilder.schema import Activity, Entity
from botframework.connector import ConnectorClient

from handlers.teams import cures
from handlers.teams.adapter import TeamsAdapter, TurnClient
from handlers.teams.sender import TeamsSender
from tests.unit.teams.stand_ins import CHANNEL, TENANT, House, Scripted, activity, new_key, personal


class Seen:
    """Stands where our handler stands, and looks at the turn."""

    def __init__(self, act: Any = None) -> None:
        self.contexts: list[TurnContext] = []
        self._act = act

    async def on_turn(self, context: TurnContext) -> None:
        self.contexts.append(context)
        if self._act:
            await self._act(context)


def watched(bot: House, act: Any = None) -> Seen:
    seen = Seen(act)
    adapter: TeamsAdapter = bot.surface.adapter
    adapter._handler = seen  # type: ignore[assignment]
    return seen


async def test_1_an_invoke_is_answered_with_its_body(bot: House) -> None:
    value = {"action": {"type": "Action.Execute", "data": {"i": "help", "a": {}}}}
    status, body = await bot.tell(bot.activity(type="invoke", name="adaptiveCard/action", value=value, replyToId="8"))
    assert (status, body["statusCode"]) == (200, 200)


def test_1_a_model_of_the_library_is_serialised_once() -> None:
    assert cures.invoke_body(Activity(type="message", text="x")) == {"type": "message", "text": "x"}
    assert cures.invoke_body({"task": {}}) == {"task": {}}
    assert cures.invoke_body("toast") == "toast"


async def test_2_entities_keep_their_fields(bot: House) -> None:
    async def say(context: TurnContext) -> None:
        entity = Entity(type="streaminfo", additional_properties={"streamType": "final", "streamId": "s1"})
        await context.send_activity(Activity(type="message", text="x", entities=[entity]))

    watched(bot, say)
    await bot.tell(bot.activity())
    (call,) = bot.microsoft.calls
    assert call.body["entities"] == [{"type": "streaminfo", "streamType": "final", "streamId": "s1"}]


async def test_3_the_tenant_of_a_conversation_is_read_and_written_under_its_name(bot: House) -> None:
    async def say(context: TurnContext) -> None:
        await context.send_activity(Activity(type="message", text="x"))

    seen = watched(bot, say)
    await bot.tell(bot.activity())
    assert seen.contexts[0].activity.conversation.additional_properties["tenantId"] == TENANT
    assert bot.microsoft.calls[0].body["conversation"]["tenantId"] == TENANT


async def test_4_one_token_for_many_turns(bot: House) -> None:
    async def say(context: TurnContext) -> None:
        await context.send_activity(Activity(type="message", text="x"))

    watched(bot, say)
    await asyncio.gather(*(bot.tell(personal(bot.microsoft.service_url, id=str(n))) for n in range(5)))
    assert len(bot.microsoft.calls) == 5
    assert bot.microsoft.tokens == 1
    assert {call.authorization for call in bot.microsoft.calls} == {"Bearer out-1"}


async def test_5_and_6_no_client_of_the_library_is_built(bot: House, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(bot)
    await bot.tell(bot.activity())
    state = seen.contexts[0].turn_state
    assert isinstance(state[TeamsAdapter.BOT_CONNECTOR_CLIENT_KEY], TurnClient)
    assert not any(isinstance(value, ConnectorClient) for value in state.values())
    assert state[TeamsAdapter.USER_TOKEN_CLIENT_KEY] is None


async def test_7_a_turn_that_is_told_to_wait_tries_again(bot: House) -> None:
    async def say(context: TurnContext) -> None:
        await context.send_activity(Activity(type="message", text="x"))

    watched(bot, say)
    bot.microsoft.script = [Scripted(429, {}, {"Retry-After": "1"})]
    telling = asyncio.create_task(bot.tell(bot.activity()))
    while not telling.done():
        await bot.clock.advance(0.5)
    assert telling.result()[0] == 202
    assert [call.method for call in bot.microsoft.calls] == ["POST", "POST"]


async def test_8_a_refused_token_is_401(bot: House) -> None:
    assert (await bot.tell(bot.activity(), bot.microsoft.token(key=new_key())))[0] == 401


async def test_9_a_new_signing_key_is_learnt(bot: House) -> None:
    await bot.tell(bot.activity())
    bot.microsoft.signing["k2"] = new_key()
    await bot.clock.advance(61)
    assert (await bot.tell(bot.activity(id="2"), bot.microsoft.token(kid="k2")))[0] == 202


async def test_10_keys_are_fetched_once_for_all_who_wait(bot: House) -> None:
    answers = await asyncio.gather(*(bot.tell(bot.activity(id=str(n))) for n in range(8)))
    assert {status for status, _ in answers} == {202}
    assert bot.microsoft.openid_reads == 1


async def test_11_and_12_a_missing_header_and_a_missing_address_are_refused(bot: House) -> None:
    assert (await bot.post("{}", {"Content-Type": "application/json"}))[0] == 401
    assert (await bot.tell(bot.activity(serviceUrl="")))[0] == 401


async def test_13_a_message_is_kept_before_it_is_acknowledged_and_not_answered_in_the_request(bot: House) -> None:
    assert await bot.tell(bot.activity()) == (202, "")
    assert len(bot.desk.received) == 1
    assert bot.microsoft.calls == []


async def test_13_what_cannot_be_kept_is_not_acknowledged(bot: House) -> None:
    bot.desk.away = True
    assert (await bot.tell(bot.activity()))[0] == 503
    bot.desk.away = False
    assert (await bot.tell(bot.activity()))[0] == 202


async def test_14_joining_asks_nobody_for_the_roster(bot: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TeamsInfo, "get_member", None)
    joined = {"type": "conversationUpdate", "membersAdded": [{"id": activity()["recipient"]["id"]}], "text": None}
    assert (await bot.tell(bot.activity(**joined)))[0] == 202
    assert bot.microsoft.calls == []


async def test_17_ordinary_traffic_is_not_warned_of(bot: House) -> None:
    assert logging.getLogger("msrest.serialization").level == logging.ERROR


async def test_18_a_failed_turn_says_nothing_into_the_conversation(bot: House) -> None:
    bot.desk.away = True
    await bot.tell(bot.activity())
    assert bot.microsoft.calls == []


async def test_a_turn_can_update_and_delete(bot: House) -> None:
    async def act(context: TurnContext) -> None:
        await context.update_activity(Activity(type="message", id="7", text="y"))
        await context.delete_activity("7")

    watched(bot, act)
    assert (await bot.tell(bot.activity()))[0] == 202
    where = f"/v3/conversations/{CHANNEL};messageid=1760000000000/activities/7"
    assert [
        (c.method, c.path.replace("%3A", ":").replace("%40", "@").replace("%3B", ";").replace("%3D", "="))
        for c in bot.microsoft.calls
    ] == [
        ("PUT", where),
        ("DELETE", where),
    ]


async def test_a_stopped_bot_takes_nothing_in(bot: House) -> None:
    await bot.surface.stop()
    assert (await bot.tell(bot.activity()))[0] == 503
    assert isinstance(bot.surface.platform, TeamsSender)
