"""What Slack or the way to it says no with, as our own errors."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.model.errors import Problem, Rejected, Unavailable

WHAT = "Slack"
_WAIT = timedelta(seconds=30)  # where a 429 does not say how long

_LATER = frozenset(
    "internal_error fatal_error service_unavailable request_timeout team_added_to_org messaging_processing_failed "
    "accesslimited update_failed file_update_failed".split()
)
_INVITE = "Invite Nightdesk to the channel, then ask again."
_INSTALL = "An administrator of the workspace has to install Nightdesk again."
_SAYS: dict[str, tuple[str, str]] = {
    "channel_not_found": ("Slack does not show me this channel.", _INVITE),
    "not_in_channel": ("I am not a member of this channel.", _INVITE),
    "is_archived": ("This channel is archived.", "Choose another channel, or have it restored."),
    "restricted_action": ("The workspace does not let me write in this channel.", "Ask its administrators."),
    "messages_tab_disabled": ("Direct messages with Nightdesk are switched off.", "Turn on its Messages tab in Slack."),
    "invalid_auth": ("Slack does not accept the bot's token.", _INSTALL),
    "not_authed": ("Slack does not accept the bot's token.", _INSTALL),
    "account_inactive": ("Nightdesk was removed from this workspace.", _INSTALL),
    "token_revoked": ("The bot's token was revoked.", _INSTALL),
    "token_expired": ("The bot's token has expired.", _INSTALL),
    "missing_scope": ("Slack has not granted a permission that this needs.", _INSTALL),
    "msg_too_long": ("The message is too long for Slack.", ""),
    "msg_blocks_too_long": ("The message is too long for Slack.", ""),
    "message_not_found": ("The message is gone.", ""),
    "cant_update_message": ("Slack does not let me change this message.", ""),
    "expired_trigger_id": ("That took too long for Slack to open the form.", "Press the button again."),
    "exchanged_trigger_id": ("The form was opened already.", ""),
}
DEAD_TOKEN = frozenset({"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"})


def to_problem(error: Exception) -> Problem:
    match error:
        case SlackApiError():
            return _answered(error)
        case aiohttp.ClientConnectorError():
            return Unavailable(WHAT, definite=True)  # no connection was made, so nothing was done
        case _:
            return Unavailable(WHAT)


def refused(code: str) -> Rejected:
    says, advice = _SAYS.get(code, (f"Slack refused: {code.replace('_', ' ')}.", ""))
    return Rejected(says, code=code, advice=advice)


def throttled(headers: Mapping[str, Any]) -> Unavailable:
    seconds = str(headers.get("Retry-After", headers.get("retry-after", "")))
    wait = timedelta(seconds=int(seconds)) if seconds.isdigit() else _WAIT
    return Unavailable(WHAT, retry_after=wait, definite=True)


def _answered(error: SlackApiError) -> Problem:
    answer: Any = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 200))
    data = getattr(answer, "data", None)
    code = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return throttled(answer.headers)
    if status >= 500 or code in _LATER or not code:
        return Unavailable(WHAT)
    return refused(code)
