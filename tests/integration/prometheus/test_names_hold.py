"""What one tenant is told that there is does not change with what others have in the same Prometheus."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.desk.catalogs import Catalogs
from bot.desk.tenancy import Tenancy
from bot.model.errors import Rejected
from bot.model.tenant import TenantId
from bot.query.catalog import Catalog
from bot.query.limits import Limits
from bot.query.promql import check
from integrations.prometheus import labels as labels_module
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from tests.fakes import NOON, DrivenClock
from tests.integration.prometheus.peer import loaded
from tests.sourcing import OneOfEach

pytestmark = pytest.mark.peers

MINE, OTHERS = TenantId('acme"} or {'), ("acme", "globex", "")
Servers = tuple[str, str]


def samples(tenants: Sequence[str]) -> Iterator[str]:
    for name, kind in (("http_requests", "counter"), ("latency_seconds", "histogram"), ("queue_depth", "gauge")):
        yield f"# HELP {name} What {name} is."
        yield f"# TYPE {name} {kind}"
        for number, tenant in enumerate(tenants):
            told = f'tenant="{tenant.replace(chr(34), chr(92) + chr(34))}",' if tenant else ""
            mine = tenant == MINE
            service, at = "checkout" if mine else f"secret-{number}", NOON.timestamp()
            labels = f'{told}service="{service}"' + ("" if mine else f',private_{number}="x"')
            if kind == "histogram":
                yield from (f'{name}_bucket{{{labels},le="{le}"}} 3 {at}' for le in ("0.1", "+Inf"))
                yield f"{name}_sum{{{labels}}} 2 {at}"
                yield f"{name}_count{{{labels}}} 3 {at}"
            else:
                yield f"{name}{'_total' if kind == 'counter' else ''}{{{labels}}} 1 {at}"
    for number, tenant in enumerate(tenants):
        if tenant and tenant != MINE:
            yield f"# HELP launch_{number}_secret A figure of another."
            yield f"# TYPE launch_{number}_secret gauge"
            yield f'launch_{number}_secret{{tenant="{tenant}"}} 1 {NOON.timestamp()}'
    yield "# EOF"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    alone, crowded = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("crowded")
    with _filled(alone, (MINE,)) as one, _filled(crowded, (MINE, *OTHERS)) as two:
        yield one, two


def _filled(folder: Path, tenants: Sequence[str]) -> Any:
    return loaded(folder, samples(tenants))


async def _told(url: str, tenant: TenantId = MINE, label: str = "tenant") -> tuple[Catalog, dict[str, Sequence[str]]]:
    clock = DrivenClock(NOON)
    connection = Connection(Access(url), clock)
    raw = OneOfEach(PrometheusMetrics(connection, clock, url))
    source = await (Tenancy(raw, label) if label else raw).metrics(tenant)
    assert source is not None
    try:
        catalog = await Catalogs(clock).of(tenant, source)
        names = {metric.name for metric in await source.metrics()}
        values = {name: await source.values(name) for name in ("service", "tenant", "private_1", "__name__")}
        return catalog, {**values, "metrics": sorted(names)}
    finally:
        connection.close()


async def test_without_a_limit_the_others_would_be_known(servers: Servers) -> None:
    catalog, told = await _told(servers[1], label="")
    assert "launch_2_secret" in catalog.by_name
    assert "secret-1" in told["service"]


@pytest.mark.parametrize("largest", [labels_module.LARGEST, 60], ids=["at once", "label by label"])
async def test_the_others_change_nothing_of_what_is_known(
    servers: Servers, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels_module, "LARGEST", largest)
    alone, crowded = [await _told(url) for url in servers]
    assert crowded == alone
    assert set(alone[0].by_name) == {"http_requests_total", "latency_seconds", "queue_depth"}
    assert alone[0].by_name["queue_depth"].labels["service"] == ("checkout",)
    assert alone[1]["tenant"] == (str(MINE),)
    assert "secret" not in repr(crowded)


async def test_a_name_of_another_is_neither_confirmed_nor_proposed(servers: Servers) -> None:
    catalog, _ = await _told(servers[1])
    for query in ("launch_2_secret", 'queue_depth{service="secret-1"}', "sum by (private_1) (queue_depth)"):
        found = check.checked(query, catalog, Limits())
        assert isinstance(found, Rejected)
        assert (found.code, "secret" in found.advice, "private" in found.advice) == ("unknown", False, False)


async def test_who_has_nothing_there_knows_of_nothing(servers: Servers) -> None:
    catalog, told = await _told(servers[1], TenantId("initech"))
    assert catalog.metrics == ()
    assert not any(told.values())
