"""Documents: kept whole, found by their words and filters, alike on both engines."""

from datetime import timedelta

import pytest

from bot.model.document import Case, Correction
from bot.model.issue import By, IssueId
from bot.model.tenant import TenantId
from bot.ports.knowledge import Sought
from storage.storage import SqlStorage
from tests.contracts.documents import document
from tests.contracts.incidents import ACME, OTHER
from tests.fakes import NOON

DAY = timedelta(days=1)
WHOLE = document(
    "whole", content="# Disks \0\n", category="troubleshooting", tags=("disk", "two words"), url="https://x.example/a",
    place="docs", path="a.md", ai_generated=True, metrics=("disk_total",), unknown=("disk_total",),
    case=Case(IssueId("ISS-1"), "k", "Disk full", "alertmanager", NOON, DAY, True, NOON, {"service": "db"}, "Emptied."),
    corrections=(Correction(By("Ada"), NOON, "Made it larger.", "Twice.", "Emptied."),),
)  # fmt: skip
SHELF = (
    document("ads", title="Google Ads integration setup", content="Connect the account by OAuth.", origin="folder",
             category="integration_guides", tags=("google_ads", "api", "setup", "oauth")),
    document("ads-errors", title="Google Ads API errors", content="The setup can fail.", updated_at=NOON - 2 * DAY,
             category="troubleshooting", tags=("google_ads", "troubleshooting", "api_errors")),
    document("disk", title="Disk is full", content="Empty the disk of setup files.", origin="issue"),
    document("cafe", title="Café", content='A "quoted" OR NEAR(word) AND -minus* 5xx 1e5 eu-west-1'),
)  # fmt: skip


async def test_a_document_with_all_there_is(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.documents.save([WHOLE])
        assert await work.documents.get(WHOLE.id) == WHOLE
        assert await work.documents.of_place("docs") == await work.documents.naming() == [WHOLE]
        assert await work.documents.of_place("") == []
        assert await work.documents.remove([WHOLE.id, document("gone").id]) == 1
        assert await work.documents.get(WHOLE.id) is None
        assert not (await work.documents.search(Sought(["disk"]))).total


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(["setup"]), {"ads", "ads-errors", "disk"}),
        (Sought(["googl", "disk"]), {"ads", "ads-errors", "disk"}),
        (Sought(["oauth"]), {"ads"}),
        (Sought(["nothing"]), set()),
        (Sought([]), set()),
        (Sought(["setup"], categories=["integration_guides", "troubleshooting"]), {"ads", "ads-errors"}),
        (Sought(["setup"], tags=["oauth", "api_errors"]), {"ads", "ads-errors"}),
        (Sought(["setup"], tags=["oauth", "google_ads"], every_tag=True), {"ads"}),
        (Sought(["setup"], tags=["google"]), set()),
        (Sought(["setup"], since=NOON - DAY), {"ads", "disk"}),
        (Sought(["setup"], until=NOON - DAY), {"ads-errors"}),
        (Sought(["setup"], issues=True), {"disk"}),
        (Sought(["caf"]), {"cafe"}),
        (Sought(["5xx"]), {"cafe"}),
        (Sought(["1e5"]), {"cafe"}),
        (Sought(["west"]), {"cafe"}),
        (Sought(["or", "and", "near", '"', "title : disk", "*", "a'b"]), {"cafe"}),  # words, whatever they look like
    ],
)
async def test_found_by_words_and_filters(storage: SqlStorage, sought: Sought, expected: set[str]):
    async with storage.work(ACME) as work:
        await work.documents.save(SHELF)
    async with storage.work(ACME) as work:
        found = await work.documents.search(sought)
    assert {one.id for one in found.candidates} == {document(name).id for name in expected}
    assert found.total == len(expected)


async def test_how_many_have_a_term_is_of_all_that_can_be_read(storage: SqlStorage):
    async with storage.library() as library:
        await library.save([document("everyones", title="Setup for everyone", everyone=True)])
    async with storage.work(ACME) as work:
        await work.documents.save(SHELF)
    async with storage.work(OTHER) as work:
        await work.documents.save([document("theirs", title="Setup of theirs")])
    async with storage.work(ACME) as work:
        found = await work.documents.search(Sought(["setup", "oauth"], issues=True))
        assert (found.size, dict(found.having), found.total) == (5, {"setup": 4, "oauth": 1}, 1)
        assert (await work.documents.search(Sought(["setup"]))).total == 4


async def test_everyones_are_read_by_all_and_changed_by_none(storage: SqlStorage):
    shared = document("everyones", title="Setup for everyone", everyone=True, place="lib")
    async with storage.library() as library:
        await library.save([shared])
        assert await library.of_place("lib") == [shared]
    for tenant in (ACME, OTHER, TenantId("third")):
        async with storage.work(tenant) as work:
            assert await work.documents.get(shared.id) == shared
            assert await work.documents.of_place("lib") == []
            assert await work.documents.remove([shared.id]) == 0
    async with storage.library() as library:
        assert await library.remove([shared.id]) == 1


async def test_the_newest_words_are_found_and_no_older_ones(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.documents.save([document("one", title="Old words")])
        await work.documents.save([document("one", title="New words")])
        assert (await work.documents.search(Sought(["old"]))).total == 0
        assert (await work.documents.search(Sought(["new"]))).total == 1


async def test_the_rarest_words_come_before_many_that_have_a_common_one(storage: SqlStorage):
    many = [document(f"n{number}", title="Common", content="common") for number in range(30)]
    async with storage.work(ACME) as work:
        await work.documents.save([*many, document("rare", title="Else", content="rare", updated_at=NOON - DAY)])
        found = await work.documents.search(Sought(["common", "rar"], limit=5))
        bare = await work.documents.search(Sought(["common", "rar"], limit=5, counted=False))
    assert (found.total, len(found.candidates)) == (31, 5)
    assert found.candidates[0].id == document("rare").id
    assert (bare.total, bare.candidates) == (0, found.candidates)
