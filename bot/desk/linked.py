"""Pages that people link to: whose they are, and which of our datasources their panels are read from."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.desk.open_sources import OpenSources
from bot.model.board import Board, Panel
from bot.model.source import Datasource
from bot.model.tenant import TenantId
from bot.ports.opening import Pages


async def pages(registry: OpenSources, tenant: TenantId, url: str) -> Pages | None:
    """The datasource that this tenant keeps and whose page this is; every other address is left alone."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    for one in await registry.every(tenant):
        addresses = (one.url, str(one.config.get("page") or ""))
        if not one.is_enabled or one.from_settings or host not in [urlsplit(each).hostname for each in addresses]:
            continue
        opened = await registry.open(tenant, one)
        if isinstance(opened, Pages) and opened.shows(url):
            return opened
    return None


def read_here(board: Board, kept: Sequence[Datasource]) -> Board:
    """With the names of our datasources in place of the page's addresses; none where it is not kept here."""
    names = {one.url.rstrip("/"): one.name for one in kept if one.is_enabled}
    return replace(board, panels=tuple(_named(panel, names) for panel in board.panels))


def _named(panel: Panel, names: dict[str, str]) -> Panel:
    queries = (replace(one, address=names.get(one.address, "")) for one in panel.queries)
    return replace(panel, queries=tuple(queries))
