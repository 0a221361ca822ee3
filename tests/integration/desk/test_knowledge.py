"""The desk of knowledge on real storage: the same numbers on both engines, folders that change, runbooks that age."""

from pathlib import Path

import pytest

from bot.desk import folders
from bot.desk.knowledge import Knowledge
from bot.desk.library import Library
from bot.model.document import DocumentDraft, DocumentId
from bot.model.errors import Missing, Rejected, Unavailable
from bot.model.issue import By
from bot.model.source import SourceDraft
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.ports.actor import Actor
from bot.ports.knowledge import Search
from bot.ports.storage import Trail
from bot.query.names import Names
from storage.storage import SqlStorage
from tests.builders import FakeMetrics
from tests.fakes import NOON, DrivenClock
from tests.sourcing import Openings, sourced

ADA = Actor(DEFAULT_TENANT, By("Ada"), "test")
OTHER = TenantId("other")
GROUPS = {"technical": ("integration_guides", "troubleshooting")}
ADS = (
    DocumentDraft(
        title="Google Ads integration setup", content="Connect the account by OAuth, then choose the campaigns.",
        category="integration_guides", tags=("google_ads", "api", "setup", "oauth"), url="/help/google-ads-setup",
    ),
    DocumentDraft(
        title="Google Ads troubleshooting", content="When the API answers 401, connect the account again.",
        category="troubleshooting", tags=("google_ads", "troubleshooting", "api_errors"),
    ),
    DocumentDraft(title="Coffee", content="Google for beans.", category="kitchen"),
)  # fmt: skip


@pytest.fixture
async def desk(storage: SqlStorage, clock: DrivenClock) -> Knowledge:
    made = Knowledge(storage, clock, GROUPS)
    for draft in ADS:
        await made.add(ADA, draft)
    return made


@pytest.mark.parametrize(
    ("search", "expected", "total"),
    [
        (Search("google ads api setup"), [(0, 0.8439), (1, 0.4352), (2, 0.0295)], 3),
        (Search("google ads api setup", category="technical"), [(0, 0.8439), (1, 0.4352)], 2),
        (Search("google ads api setup", category="troubleshooting"), [(1, 0.4352)], 1),
        (Search("google", tags=("google_ads", "oauth", "setup")), [(0, 0.8824), (1, 0.7941)], 2),
        (Search("google", tags=("google_ads", "oauth"), every_tag=True), [(0, 0.8824)], 1),
        (Search("google", limit=1, first=1), [(1, 0.8824)], 3),
        (Search("beans", hints=("coffee",)), [(2, 0.5824)], 1),
        (Search("nothing of it"), [], 0),
        (Search("of the"), [], 0),
    ],
)
async def test_the_same_order_and_the_same_numbers_on_both_engines(desk: Knowledge, search, expected, total):
    found = await desk.search(DEFAULT_TENANT, search)
    titles = [draft.title for draft in ADS]
    assert found.total == total
    assert [(titles.index(hit.document.title), hit.relevance) for hit in found.hits] == [
        (at, pytest.approx(relevance, abs=0.0001)) for at, relevance in expected
    ]


async def test_a_page_is_kept_once_by_its_title_and_every_change_is_audited(storage: SqlStorage, desk: Knowledge):
    made = await desk.add(ADA, ADS[2].model_copy(update={"content": "Google for tea."}))
    assert (await desk.search(DEFAULT_TENANT, Search("tea"))).total == 1
    assert (await desk.search(DEFAULT_TENANT, Search("beans"))).total == 0
    with pytest.raises(Rejected, match="learnt from an issue"):
        await desk.correct(ADA, made.id, "Water.")
    await desk.remove(ADA, made.id)
    for nothing in (made.id, DocumentId("kb_gone")):
        with pytest.raises(Missing):
            await desk.find(DEFAULT_TENANT, nothing)
    async with storage.work(DEFAULT_TENANT) as work:
        acts = [entry.act for entry in await work.audit.find(Trail())]
    assert acts == ["knowledge.remove", *["knowledge.add"] * 4]


async def test_what_is_ones_own_is_seen_by_nobody_else(desk: Knowledge):
    found = await desk.search(OTHER, Search("google ads"))
    assert (found.total, found.hits) == (0, [])


async def imported(storage: SqlStorage, folder: Path) -> folders.Imported:
    async with storage.work(DEFAULT_TENANT) as work:
        return await folders.keep(work.documents, folders.read(folder), folders.place_of(folder))


async def test_a_folder_is_kept_as_it_is_now(storage: SqlStorage, clock: DrivenClock, tmp_path: Path):
    pages, desk = tmp_path / "pages", Knowledge(storage, clock, {})
    pages.mkdir()
    for name in ("a", "b", "c"):
        (pages / f"{name}.md").write_text(f"# Page {name}")
    assert await imported(storage, pages) == folders.Imported(added=3)
    (pages / "a.md").write_text("# Page a, changed")
    (pages / "b.md").unlink()
    (pages / "c.md").write_text("")
    (pages / "d.md").write_text("# Page d")
    done = await imported(storage, pages)
    assert (done.added, done.changed, done.same, done.removed) == (1, 1, 0, 1)
    assert done.bad == ("c.md is empty.",)
    found = await desk.search(DEFAULT_TENANT, Search("page"))
    assert {hit.document.title for hit in found.hits} == {"Page a, changed", "Page c", "Page d"}
    of_a_folder = found.hits[0].document.id
    with pytest.raises(Rejected, match="comes from a folder"):
        await desk.remove(ADA, of_a_folder)
    again = await imported(storage, pages)
    assert (again.same, again.added, again.changed, again.removed) == (2, 0, 0, 0)


async def test_a_folder_that_is_gone_takes_nothing_away(storage: SqlStorage, clock: DrivenClock, tmp_path: Path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.md").write_text("# Page a")
    source = sourced(storage, clock)
    library = Library(storage, source.desk, source.reading, [pages])
    await library.read_folders(NOON)
    (pages / "a.md").unlink()
    pages.rmdir()
    await library.read_folders(NOON)
    assert (await Knowledge(storage, clock, {}).search(DEFAULT_TENANT, Search("page"))).total == 1


class Away(FakeMetrics):
    async def values(self, label: str):
        raise Unavailable("Prometheus")


async def test_a_page_that_names_what_no_source_has_is_marked(storage: SqlStorage, clock: DrivenClock):
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    openings, desk = Openings(), Knowledge(storage, clock, {})
    source = sourced(storage, clock, openings)
    library = Library(storage, source.desk, source.reading)
    page = await desk.add(ADA, DocumentDraft(title="Runbook", content="Ask for `a_total` and `rate(b_total[5m])`."))

    async def unknown() -> tuple[str, ...]:
        await library.look_over(clock.now())
        return (await desk.find(DEFAULT_TENANT, page.id)).unknown

    def has(*names: str) -> FakeMetrics:
        return FakeMetrics(lambda *_: [], Names({"__name__": names}, {}))

    assert await unknown() == (), "without a source nobody can say"
    await source.desk.add(ADA, SourceDraft(name="eu", type="prometheus", url="https://p.example.com"))
    await source.desk.find(DEFAULT_TENANT, "eu")
    assert await source.reading.metrics(DEFAULT_TENANT, "eu")
    for metrics, expected in (
        (has("a_total", "c_total"), ("b_total",)),
        (Away(lambda *_: []), ("b_total",)),  # marks stay while it is away
        (has("a_total", "b_total"), ()),
        (has(), ("a_total", "b_total")),
    ):
        openings.made[-1].metrics = metrics
        metrics.title = "eu"
        assert await unknown() == expected
    await source.registry.close()
