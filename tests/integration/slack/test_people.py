"""Who somebody is, and direct messages to people who never wrote to us."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import Unavailable
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Receipt
from bot.model.reply import File, Files, Reply
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.platform import Order
from bot.ports.storage import Installation
from tests.fakes import NOON
from tests.integration.slack.conftest import ONE, Bench, Start
from tests.integration.slack.test_surface import MANY

ROOT = Place("slack", "T0NIGHT", "C0OPS")
ANNA = Account("slack", "T0NIGHT", "U0ANNA")


async def say(bench: Bench, place: Place, says: str = "Hello.", **more: Any) -> Receipt:
    order = Order(DEFAULT_TENANT, place, Reply(says, more.pop("blocks", ())), more.pop("key", "k#1"), **more)
    return await bench.surface.platform.send(order)


class TestUnder:
    async def test_a_line_of_the_story_stands_in_the_thread_of_its_root(self, bench: Bench) -> None:
        root = await say(bench, ROOT)
        line = await say(bench, ROOT, "Ben has it.", under=root, key="story#1")
        assert bench.slack.messages[1]["thread_ts"] == root.id.partition(":")[2]
        assert line.id.startswith("C0OPS:")
        assert line != root

    async def test_its_files_go_into_the_same_thread(self, bench: Bench) -> None:
        root = await say(bench, ROOT)
        await say(bench, ROOT, under=root, blocks=(Files((File("a.csv", "text/csv", b"a\n"),)),))
        (done,) = bench.slack.named("files.completeUploadExternal")
        assert done["thread_ts"] == root.id.partition(":")[2]

    async def test_it_is_updated_where_it_stands(self, bench: Bench) -> None:
        root = await say(bench, ROOT)
        line = await say(bench, ROOT, under=root)
        assert await say(bench, ROOT, "Ben has it, said again.", under=root, receipt=line) == line
        assert len(bench.slack.messages) == 2

    async def test_one_that_was_deleted_comes_back_into_the_thread(self, bench: Bench) -> None:
        root = await say(bench, ROOT)
        await say(bench, ROOT, under=root, receipt=Receipt("C0OPS:1.0"))
        assert bench.slack.messages[1]["thread_ts"] == root.id.partition(":")[2]

    async def test_it_is_looked_for_in_the_thread(self, bench: Bench) -> None:
        root = await say(bench, ROOT)
        bench.slack.fail("chat.postMessage", "lost")
        with pytest.raises(Unavailable):
            await say(bench, ROOT, under=root, key="story#1")
        thread = ROOT.in_thread(root.id.partition(":")[2])
        found = await bench.surface.platform.find(DEFAULT_TENANT, thread, "story#1", NOON)
        assert found == Receipt(f"C0OPS:{bench.slack.messages[1]['ts']}")


class TestDirect:
    async def test_a_person_is_a_place(self, bench: Bench) -> None:
        place = bench.surface.platform.personal(ANNA)
        assert place == Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.PERSONAL)

    async def test_the_chat_is_opened_by_the_first_message_and_updated_there(self, bench: Bench) -> None:
        place = bench.surface.platform.personal(ANNA)
        receipt = await say(bench, place)
        assert receipt.id == f"D0ANNA:{bench.slack.messages[0]['ts']}"
        assert await say(bench, place, "It is over.", receipt=receipt) == receipt
        (changed,) = bench.slack.named("chat.update")
        assert changed["channel"] == "D0ANNA"

    async def test_a_line_under_it_goes_to_the_real_channel(self, bench: Bench) -> None:
        place = bench.surface.platform.personal(ANNA)
        page = await say(bench, place)
        await say(bench, place, under=page)
        assert bench.slack.named("chat.postMessage")[1]["channel"] == "D0ANNA"

    async def test_what_may_have_been_posted_is_looked_for_in_the_real_channel(self, bench: Bench) -> None:
        place = bench.surface.platform.personal(ANNA)
        bench.slack.fail("chat.postMessage", "lost")
        with pytest.raises(Unavailable):
            await say(bench, place, key="page#1")
        for _ in range(2):
            found = await bench.surface.platform.find(DEFAULT_TENANT, place, "page#1", NOON)
            assert found == Receipt(f"D0ANNA:{bench.slack.messages[0]['ts']}")
        assert len(bench.slack.named("conversations.open")) == 1


class TestProfile:
    @pytest.mark.parametrize(
        ("user", "name", "email", "zone"),
        [
            ("U0ANNA", "Anna", "anna.berger@example.com", "Europe/Vienna"),
            ("U0BOT", "Robot", "", ""),
            ("U9FAR", "Far", "", ""),  # another workspace may write there what it likes
            ("U0NEW", "New", "", ""),
            ("U0BARE", "bare", "", ""),
        ],
    )
    async def test_as_slack_knows_it_now(self, bench: Bench, user: str, name: str, email: str, zone: str) -> None:
        found = await bench.surface.platform.profile(DEFAULT_TENANT, Account("slack", "T0NIGHT", user))
        assert found == Account("slack", "T0NIGHT", user, name, email, zone)

    @pytest.mark.parametrize("user", ["U0GONE", "U0NOBODY"])
    async def test_nobody(self, bench: Bench, user: str) -> None:
        assert await bench.surface.platform.profile(DEFAULT_TENANT, Account("slack", "T0NIGHT", user)) is None

    async def test_it_is_not_asked_every_time_but_asked_again(self, bench: Bench) -> None:
        for _ in range(3):
            await bench.surface.platform.profile(DEFAULT_TENANT, ANNA)
        assert len(bench.slack.named("users.info")) == 1
        await bench.clock.advance(timedelta(minutes=11).total_seconds())
        await bench.surface.platform.profile(DEFAULT_TENANT, ANNA)
        assert len(bench.slack.named("users.info")) == 2

    @pytest.mark.parametrize("failure", ["missing_scope", 500, (429, {"Retry-After": "1"}), "lost"])
    async def test_what_could_not_be_asked_is_asked_again(self, bench: Bench, failure: Any) -> None:
        bench.slack.fail("users.info", failure)
        assert await bench.surface.platform.profile(DEFAULT_TENANT, ANNA) is None
        found = await bench.surface.platform.profile(DEFAULT_TENANT, ANNA)
        assert found is not None
        assert found.name == "Anna"

    async def test_by_address(self, bench: Bench) -> None:
        platform = bench.surface.platform
        found = await platform.by_email(DEFAULT_TENANT, "anna.berger@example.com")
        assert found == Account("slack", "T0NIGHT", "U0ANNA", "Anna", "anna.berger@example.com", "Europe/Vienna")
        assert await platform.by_email(DEFAULT_TENANT, "nobody@example.com") is None
        assert await platform.by_email(TenantId("another"), "anna.berger@example.com") is None


class TestWorkspace:
    async def test_the_one(self, bench: Bench) -> None:
        assert await bench.surface.platform.workspace() == "T0NIGHT"

    async def test_while_slack_is_away_it_is_the_one_from_before(self, start: Start) -> None:
        bench: Bench = await start(started=False)
        bench.slack.fail("auth.test", 503, 503)
        assert await bench.surface.platform.workspace() == ""
        await bench.storage.directory.save_installation(Installation("slack", "T0NIGHT", DEFAULT_TENANT))
        assert await bench.surface.platform.workspace() == "T0NIGHT"

    async def test_where_there_may_be_many_there_is_no_one(self, start: Start) -> None:
        bench: Bench = await start(**MANY)
        assert await bench.surface.platform.workspace() == ""


async def test_while_nobody_says_who_we_are_nothing_was_posted(start: Start) -> None:
    bench: Bench = await start(started=False)
    bench.slack.fail("auth.test", 503)
    with pytest.raises(Unavailable) as away:
        await say(bench, ROOT)
    assert away.value.definite


@pytest.mark.parametrize(("given", "burst", "every"), [({}, 3, 1.0), ({"messages_per_second": "20"}, 20, 0.05)])
async def test_the_pace_can_be_set(start: Start, given: dict[str, str], burst: int, every: float) -> None:
    bench: Bench = await start(**ONE, **given)
    assert (bench.surface.platform.pace.burst, bench.surface.platform.pace.every) == (burst, every)
