"""The app package: by our own rules always, by Microsoft's schema where it is installed."""

import json
import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest

from bot.model.errors import Misconfigured
from handlers.teams import icons, limits
from handlers.teams.kind import TEAMS
from handlers.teams.package import SCHEMA_VERSION, manifest, package
from handlers.teams.settings import TeamsSettings
from tests.unit.teams.stand_ins import APP, TENANT

SETTINGS = TeamsSettings(app_id=APP, app_password="x", tenant_id=(TENANT,))
LINKED = TeamsSettings(app_id=APP, app_password="x", tenant_id=(TENANT,), link_domains=("grafana.example.org",))
TABBED = TeamsSettings(app_id=APP, app_password="x", tenant_id=(TENANT,), tab_url="https://desk.example.org/")
WITHOUT_FILES = TeamsSettings(app_id=APP, app_password="x", tenant_id=(TENANT,), offer_files=False)
COMMANDS = {f"word{i}" + "x" * 20 * i: "What it does. " * 20 * i + "." for i in range(1, 30)}
PEERS = Path(__file__).parents[2] / "contracts" / "teams_manifest" / "node_modules" / "@microsoft" / "app-manifest"


async def test_the_zip_holds_manifest_and_icons_and_is_the_same_each_time() -> None:
    given = {"public_url": "https://bot.example", "command": "/ops"}
    given |= {f"command.{word}": says for word, says in COMMANDS.items()}
    written = await package(given, SETTINGS)
    assert written == await package(given, SETTINGS)
    assert TEAMS.manifest is package
    with ZipFile(BytesIO(written)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest(COMMANDS, SETTINGS)
        assert archive.read("color.png") == icons.colour()


async def test_without_a_bot_there_is_nothing_to_package() -> None:
    with pytest.raises(Misconfigured, match="TEAMS_APP_ID"):
        await package({}, None)


def test_without_commands_there_is_no_list_of_them() -> None:
    assert "commandLists" not in manifest({}, SETTINGS)["bots"][0]


def test_links_are_handed_over_where_domains_are_named() -> None:
    assert "composeExtensions" not in manifest({}, SETTINGS)
    (extension,) = manifest({}, LINKED)["composeExtensions"]
    assert extension == {
        "botId": APP,
        "messageHandlers": [{"type": "link", "value": {"domains": ["grafana.example.org"]}}],
    }  # fmt: skip


def test_a_tab_where_the_server_can_be_reached() -> None:
    assert "staticTabs" not in manifest({}, SETTINGS)
    written = manifest({}, TABBED)
    chat, tab = written["staticTabs"]
    assert chat == {"entityId": "conversations", "scopes": ["personal"]}
    assert (tab["name"], tab["contentUrl"]) == ("Log events", "https://desk.example.org/tab/log-events")
    assert written["validDomains"] == ["desk.example.org"]
    assert written["webApplicationInfo"] == {"id": APP, "resource": f"api://desk.example.org/{APP}"}


def test_our_own_rules() -> None:
    written = manifest(COMMANDS, SETTINGS)
    (bot,) = written["bots"]
    assert bot["supportsFiles"] is True
    assert manifest({}, WITHOUT_FILES)["bots"][0]["supportsFiles"] is False
    assert (written["id"], bot["botId"], written["webApplicationInfo"]["id"]) == (APP, APP, APP)
    assert len(written["name"]["short"]) <= 30
    assert len(written["name"]["full"]) <= 100
    assert len(written["description"]["short"]) <= 80
    assert len(written["description"]["full"]) <= 4000
    assert len(bot["commandLists"]) <= limits.MANIFEST_COMMAND_LISTS
    for commands in bot["commandLists"]:
        assert set(commands["scopes"]) <= set(bot["scopes"])
        assert 0 < len(commands["commands"]) <= limits.MANIFEST_COMMANDS
        for command in commands["commands"]:
            assert len(command["title"]) <= limits.MANIFEST_COMMAND_TITLE
            assert len(command["description"]) <= limits.MANIFEST_COMMAND_DESCRIPTION
    assert all(url.startswith("https://") for key, url in written["developer"].items() if key.endswith("Url"))


@pytest.mark.peers
def test_microsofts_schema() -> None:
    found = sorted(PEERS.rglob(f"v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"))
    if not found:
        if os.environ.get("CI"):
            pytest.fail("run npm ci in tests/contracts/teams_manifest first")
        pytest.skip("@microsoft/app-manifest is not installed in tests/contracts/teams_manifest")
    schema = json.loads(found[0].read_text(encoding="utf-8"))
    checker = jsonschema.validators.validator_for(schema)
    for settings in (SETTINGS, LINKED, TABBED):
        checker(schema).validate(manifest(COMMANDS, settings))


@pytest.mark.parametrize(("drawn", "size", "clear"), [(icons.colour(), 192, False), (icons.outline(), 32, True)])
def test_icons_are_pngs_of_the_size_that_teams_asks(drawn: bytes, size: int, clear: bool) -> None:
    pixels = _pixels(drawn, size)
    assert {pixel[3] == 0 for pixel in pixels} == ({True, False} if clear else {False})
    if clear:
        assert {pixel[:3] for pixel in pixels} == {(255, 255, 255)}
    else:
        assert len(set(pixels)) > 2


def _pixels(png: bytes, size: int) -> list[tuple[Any, ...]]:
    """Reads back what an image library would: signature, checksums, size, rows."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        if name == b"IHDR":
            assert struct.unpack(">IIBB", body[:10]) == (size, size, 8, 6)
        data += body if name == b"IDAT" else b""
        at += 12 + length
    rows = zlib.decompress(data)
    width = size * 4 + 1
    lines = [rows[start + 1 : start + width] for start in range(0, len(rows), width)]
    assert len(lines) == size
    return [tuple(line[x : x + 4]) for line in lines for x in range(0, len(line), 4)]
