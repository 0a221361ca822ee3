"""The app package that a Teams administrator uploads: manifest, two icons, one zip."""

import json
from collections.abc import Mapping
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.model.errors import Misconfigured
from handlers.teams import icons, limits
from handlers.teams.settings import TeamsSettings
from handlers.teams.text import clipped

SCHEMA_VERSION = "1.29"
SCHEMA = f"https://developer.microsoft.com/en-us/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
APP_VERSION = "1.1.0"
TAB, TAB_PATH = "log-events", "/tab/log-events"
COMMAND = "command."
SCOPES = ("personal", "team", "groupChat")
DATED = (2026, 1, 1, 0, 0, 0)  # the same package for the same settings, byte by byte


async def package(given: Mapping[str, str], settings: TeamsSettings | None) -> bytes:
    """Of `given` only the entries `command.<word>` count: each the one-line help of a command word."""
    if settings is None:
        raise Misconfigured("TEAMS_APP_ID is missing.", advice="The app package names the bot: set up Teams first.")
    commands = {name.removeprefix(COMMAND): says for name, says in given.items() if name.startswith(COMMAND)}
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        text = json.dumps(manifest(commands, settings), indent=2, ensure_ascii=False)
        archive.writestr(ZipInfo("manifest.json", DATED), text, ZIP_DEFLATED)
        archive.writestr(ZipInfo("color.png", DATED), icons.colour())
        archive.writestr(ZipInfo("outline.png", DATED), icons.outline())
    return written.getvalue()


def manifest(commands: Mapping[str, str], settings: TeamsSettings) -> dict[str, Any]:
    website = settings.website_url
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": APP_VERSION,
        "id": settings.app_id,
        "developer": {
            "name": "Nightdesk",
            "websiteUrl": website,
            "privacyUrl": website,
            "termsOfUseUrl": website,
        },
        "name": {"short": "Nightdesk", "full": "Nightdesk, the colleague at the night desk"},
        "description": {
            "short": "Answers monitoring questions and walks incidents with the team.",
            "full": (
                "Ask Nightdesk how your services are doing, in a chat or in a channel thread. Every figure in an "
                "answer comes from a query that you can open."
            ),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1B1F3B",
        "bots": [
            {
                "botId": settings.app_id,
                "scopes": list(SCOPES),
                "supportsFiles": settings.offer_files,
                "isNotificationOnly": False,
                **_lists(commands),
            }
        ],
        **_links(settings),
        "supportsChannelFeatures": "tier1",
        "webApplicationInfo": {"id": settings.app_id},
        "validDomains": [],
        **_tab(settings),
    }


def _tab(settings: TeamsSettings) -> dict[str, Any]:
    """The log events as a page beside the chat; who looks is asked of Entra, for this very application."""
    if not settings.tab_url:
        return {}
    host, page = urlsplit(settings.tab_url).netloc, f"{settings.tab_url}{TAB_PATH}"
    tab = {"entityId": TAB, "name": "Log events", "contentUrl": page, "scopes": ["personal"]}
    return {
        "staticTabs": [{"entityId": "conversations", "scopes": ["personal"]}, tab],
        "webApplicationInfo": {"id": settings.app_id, "resource": f"api://{host}/{settings.app_id}"},
        "validDomains": [host],
    }


def _links(settings: TeamsSettings) -> dict[str, Any]:
    """A message extension without commands of its own: it tells of links that people paste."""
    if not settings.link_domains:
        return {}
    handler = {"type": "link", "value": {"domains": list(settings.link_domains)}}
    return {"composeExtensions": [{"botId": settings.app_id, "messageHandlers": [handler]}]}


def _lists(commands: Mapping[str, str]) -> dict[str, Any]:
    if not commands:
        return {}
    return {"commandLists": [_list(commands, "personal"), _list(commands, "team", "groupChat")]}


def _list(commands: Mapping[str, str], *scopes: str) -> dict[str, Any]:
    """The first of them: Teams takes no more, and `help` names all."""
    return {
        "scopes": list(scopes),
        "commands": [
            {
                "title": clipped(word, limits.MANIFEST_COMMAND_TITLE),
                "description": clipped(says, limits.MANIFEST_COMMAND_DESCRIPTION),
            }
            for word, says in islice(commands.items(), limits.MANIFEST_COMMANDS)
        ],
    }
