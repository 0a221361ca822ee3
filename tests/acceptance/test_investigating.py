"""An investigation in both chats: by rules; with a model whose words come early; broken off, lying, stopped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from handlers.playground.doubles.bus import Fault, FaultKind
from tests.acceptance.hands import ANNA, BEN, EMAIL, MEI, words
from tests.acceptance.incidents import FAST, slack_buttons, teams_actions
from tests.acceptance.rig import Rig, rig
from tests.model_double.server import KEY, ModelDouble, serving
from tests.model_double.streaming import Pieces

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

ASKED = "@Nightdesk investigate checkout"
EARLY, LATER = "Checkout was looked into.", "Look at its releases first."
LIE = "The latency rose to 12,345 ms."
ANSWER = {"next": "answer", "service": "", "region": "", "window": "", "text": ""}
FAULTS: tuple[FaultKind, ...] = ("expire", "429")
HELD = 5  # words: the first sentence is known to be whole
STOPPED = "Stopped: this is what was known until then."
Shown = Mapping[str, Any]
Found = Callable[[], list[Shown]]


@dataclass
class Desk:
    """One bot with a model beside it; each test asks in threads, and in a chat, of its own."""

    rig: Rig
    double: ModelDouble

    def hold(self) -> asyncio.Event:
        """The model waits in the second sentence."""
        self.double.pieces = Pieces(gates={HELD: asyncio.Event()})
        return self.double.pieces.gates[HELD]

    async def slack(self) -> Found:
        ts = await self.rig.ask_slack(ASKED)
        return lambda: [one for one in self.slack_all() if one.get("thread_ts") == ts]

    async def teams(self) -> Found:
        root = await self.rig.ask_teams(ASKED)
        return lambda: [one for one in self.teams_all("Incidents") if one.get("root") == root]

    async def alone(self, who: str) -> Found:
        """In a personal chat of Teams, where it has live messages."""
        world = self.rig.teams.world
        person = world.person(EMAIL[who])
        assert person is not None
        chat = world.personal(person.id).id
        body = {"conversation": chat, "text": "investigate checkout", "user": EMAIL[who]}
        await self.rig.teams.control("message", body)
        return lambda: self.teams_all(chat)

    def slack_all(self) -> list[Shown]:
        messages = self.rig.slack.workspace.messages.values()
        return [one for channel in messages for one in channel if one.get("bot_id")]

    def teams_all(self, conversation: str) -> list[Shown]:
        world = self.rig.teams.world
        place = world.conversations[self.rig.teams_conversation(conversation)]
        return [one for one in place.activities.values() if one["from"]["id"] == world.bot["id"]]

    async def early(self, found: Found) -> Shown:
        """A message that shows the first sentence while the model is still writing."""
        what = "early words"
        shown: Shown = await self.rig.until(lambda: next((a for a in found() if EARLY in words(a)), None), what)
        return shown

    async def done(self, found: Found) -> Shown:
        """The answer, once it stands and nothing is under way."""

        def whole() -> Shown | None:
            said = found()
            if any(one.get("streaming") for one in said):
                return None
            return next((one for one in said if "Investigation of checkout" in words(one)), None)

        shown: Shown = await self.rig.until(whole, "the answer")
        return shown


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with serving() as double:
        double.answer = lambda request: f"{EARLY} {LIE} {LATER}" if request.get("stream") else ANSWER
        given = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.url, "RESPONSE_TIMEOUT": "1", **FAST}
        async with rig(tmp_path_factory.mktemp("desk"), rate_limits=False, **given) as world:
            await world.teams.control("install", {"conversation": world.teams_conversation("Incidents")})
            yield Desk(world, double)
            assert "Traceback" not in world.log.read_text()


async def test_early_words_come_in_both_chats_and_the_answer_takes_their_place(desk: Desk):
    gate = desk.hold()
    in_slack = await desk.slack()
    live = await desk.early(in_slack)
    assert live["streaming"]
    assert LIE not in words(live)
    in_teams = await desk.alone(ANNA)
    stream = await desk.early(in_teams)
    assert (stream["streaming"], stream["streamType"]) == (True, "streaming")
    gate.set()
    slack, teams = await desk.done(in_slack), await desk.done(in_teams)
    assert slack["ts"] == live["ts"]
    assert teams["id"] == stream["id"]
    for shown in (slack, teams):
        assert f"{EARLY} {LATER}" in words(shown)
        assert words(shown).count(EARLY) == 1, "what was streamed is replaced"
        assert "1 sentence left out: it could not be traced." in words(shown)
        for part in ("health checkout", "Next steps", "Immediate: ", "Long-term: "):
            assert part in words(shown)
    assert "AIGeneratedContent" in words(teams)
    for labels in (slack_buttons(slack), teams_actions(teams)):
        assert {"What moved", "Investigate again", "Show queries"} <= set(labels)
        assert "Stop" not in labels


async def test_in_a_channel_of_teams_a_message_is_edited_and_its_button_stops_it(desk: Desk):
    desk.hold()
    found = await desk.teams()
    shown = await desk.early(found)
    assert not shown.get("streaming")
    press = {"conversation": desk.rig.teams_conversation("Incidents"), "activity": shown["id"]}
    action = teams_actions(shown)["Stop"]
    await desk.rig.teams.control("execute", {**press, "action": action, "user": EMAIL[ANNA]})
    stopped = await desk.done(found)
    assert stopped["id"] == shown["id"]
    assert STOPPED in words(stopped)
    assert EARLY not in words(found()), "nothing half said remains"


async def test_slacks_own_button_stops_it(desk: Desk):
    desk.hold()
    found = await desk.slack()
    live = await desk.early(found)
    thread = {"channel": desk.rig.slack_channel("incidents"), "thread_ts": live["thread_ts"]}
    await desk.rig.slack.control("stop", {**thread, "user": ANNA})
    assert STOPPED in words(await desk.done(found))
    assert EARLY not in words(found())


async def test_broken_off_in_the_middle_nothing_half_said_remains(desk: Desk):
    gate = desk.hold()
    desk.double.pieces.fault, desk.double.pieces.after = "ends early", HELD + 1
    places = [await desk.slack(), await desk.alone(BEN)]
    for found in places:
        await desk.early(found)
    gate.set()
    for found in places:
        shown = await desk.done(found)
        assert "The model did not finish" in words(shown)
        assert "AIGeneratedContent" not in words(shown)
        assert EARLY not in words(found())


async def test_a_stream_that_ends_or_may_not_go_on_ends_in_one_whole_answer(desk: Desk):
    for fault in FAULTS:
        gate = desk.hold()
        found = await desk.slack()
        await desk.early(found)
        desk.rig.faults.add(Fault(fault, "slack", "Stream"))
        gate.set()
        answer = await desk.done(found)
        assert words(answer).count(EARLY) == 1
        assert len([one for one in found() if EARLY in words(one)]) == 1


async def test_a_process_that_dies_in_mid_sentence_leaves_one_answer(desk: Desk):
    gate = desk.hold()
    places = [await desk.slack(), await desk.alone(MEI)]
    for found in places:
        await desk.early(found)
    await desk.rig.kill_bot()
    gate.set()
    await desk.rig.start_bot()
    for found in places:
        await desk.done(found)
        [holding] = [one for one in found() if EARLY in words(one)]
        assert words(holding).count(EARLY) == 1
