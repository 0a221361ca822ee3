"""The app's manifest: what Slack is told about commands, events and permissions. `manifest.yml` is its HTTP form."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

PLACEHOLDER = "https://nightdesk.example.com"
LINK_PLACEHOLDER = "grafana.example.com"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
ASK_ABOUT_THIS = "ask_about_this"
ASK = "ask"
ACT_ON_ALERT = "act_on_alert"
VERB = "command."

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "files:write",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
OPTIONAL_SCOPES = ("channels:history", "chat:write.public", "groups:history", "mpim:history")
"""For follow-ups without a mention, for looking whether a message was posted after all, and for channels without us."""

EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
LINK_SCOPES, LINK_EVENT = ("links:read", "links:write"), "link_shared"
"""Where links to Grafana are told of; Slack sends those of the domains in the manifest alone."""

PROMPTS = (
    ("What is broken?", "What is broken right now?"),
    ("How is everything?", "Give me the system status."),
    ("Slowest services", "Latency by service over the last hour"),
    ("What can you do?", "help"),
)


def make(
    public_url: str = PLACEHOLDER,
    command: str = "/ops",
    *,
    verbs: Sequence[str] = (),
    by_socket: bool = False,
    rotation: bool = False,
    link_domains: Sequence[str] = (LINK_PLACEHOLDER,),
) -> dict[str, Any]:
    """By Socket Mode Slack needs no address of ours. Tokens rotate only where OAuth can renew them.

    `verbs` are what may follow the command; Slack shows them while somebody types it.
    """
    url = public_url.rstrip("/")
    events_url = {} if by_socket else {"url": url + EVENTS_PATH}
    request_url = {} if by_socket else {"request_url": url + EVENTS_PATH}
    links = {"unfurl_domains": list(link_domains)} if link_domains else {}
    events = sorted((*EVENTS, LINK_EVENT)) if link_domains else EVENTS
    scopes = sorted((*SCOPES, *LINK_SCOPES)) if link_domains else SCOPES
    redirects = {} if by_socket else {"redirect_urls": [url + REDIRECT_PATH]}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Nightdesk",
            "description": "Answers monitoring questions and says what is wrong before anyone asks.",
            "background_color": "#1f2937",
        },
        "features": {
            "agent_view": {
                "agent_description": "Ask about services, metrics, alerts and incidents.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Nightdesk", "always_online": True},
            "shortcuts": [
                {
                    "name": "Ask about this",
                    "type": "message",
                    "callback_id": ASK_ABOUT_THIS,
                    "description": "Ask Nightdesk about this message",
                },
                {
                    "name": "Act on this alert",
                    "type": "message",
                    "callback_id": ACT_ON_ALERT,
                    "description": "Acknowledge, silence, escalate or resolve it",
                },
                {
                    "name": "Ask Nightdesk",
                    "type": "global",
                    "callback_id": ASK,
                    "description": "Ask a monitoring question",
                },
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Ask Nightdesk",
                    "usage_hint": " | ".join(verbs) or "help",
                    "should_escape": True,
                    **events_url,
                }
            ],
            **links,
        },
        "oauth_config": {"scopes": {"bot": list(scopes), "bot_optional": list(OPTIONAL_SCOPES)}, **redirects},
        "settings": {
            "event_subscriptions": {"bot_events": list(events), **request_url},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": not by_socket,
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": rotation,
        },
    }


def write(manifest: Mapping[str, Any]) -> str:
    """As YAML that people read and Slack's page takes; every word is quoted, so that none is read as something else."""
    return "\n".join(_lines(manifest, "")) + "\n"


async def to_file(options: Mapping[str, str], settings: Any) -> bytes:
    """For the command line. Options: `public_url`, `command`, `mode` (http or socket), `command.<verb>` for each."""
    by_settings = bool(getattr(settings, "by_socket", False))
    by_socket = options["mode"] == "socket" if options.get("mode") else by_settings
    made = make(
        options.get("public_url") or PLACEHOLDER,
        options.get("command") or "/ops",
        verbs=[name.removeprefix(VERB) for name in options if name.startswith(VERB)],
        by_socket=by_socket,
        rotation=bool(getattr(settings, "by_oauth", False)),
        link_domains=getattr(settings, "link_domains", (LINK_PLACEHOLDER,)),
    )
    return write(made).encode()


def _lines(value: Any, indent: str) -> list[str]:
    lines: list[str] = []
    entries = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
    for name, item in entries:
        lead = f"{indent}{name}:" if name is not None else f"{indent}-"
        if not isinstance(item, Mapping | list):
            lines.append(f"{lead} {json.dumps(item, ensure_ascii=False)}")
        elif name is None:
            inner = _lines(item, indent + "  ")
            lines += [f"{lead} {inner[0].lstrip()}", *inner[1:]]
        else:
            lines += [lead, *_lines(item, indent + "  ")]
    return lines
