"""What Slack or the way to it says no with, as our own errors."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp

from bot.model.errors import Problem, Rejected, Unavailable

WHAT = "Slack"
_WAIT = timedelta(seconds=30)  # where a 429 does not say how long

_LATER = frozenset(
    "internal_error fatal_error service_unavailable request_timeout team_added_to_org messaging_processing_failed "
    "accesslimited update_failed file_update_failed".split()
)
_INVITE = "Invite Nightdesk to the channel: write /invite @Nightdesk there."
_ASK_ADMINS = "Ask the administrators of the workspace."
_INSTALL = "An administrator of the workspace has to install Nightdesk again."
_SAYS: dict[str, tuple[str, str]] = {
    "channel_not_found": ("Slack does not show me this channel.", _INVITE),
    "not_in_channel": ("I am not a member of this channel.", _INVITE),
    "is_archived": ("This channel is archived.", "Choose another channel, or have it restored."),
    "is_inactive": ("This channel is archived or frozen.", "Choose another channel, or have it restored."),
    "restricted_action": ("The workspace does not let me write in this channel.", _ASK_ADMINS),
    "restricted_action_read_only_channel": ("Only some people may write in this channel.", _ASK_ADMINS),
    "restricted_action_thread_only_channel": ("In this channel new messages are not allowed.", _ASK_ADMINS),
    "restricted_action_non_threadable_channel": ("This channel does not allow threads.", _ASK_ADMINS),
    "restricted_action_thread_locked": ("This thread is locked.", _ASK_ADMINS),
    "team_not_found": ("Slack does not know this workspace.", _INSTALL),
    "user_not_found": ("Slack does not know this person.", "Look whether they left, and name somebody else."),
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
    """Of the way there. Where no connection was made, nothing was done."""
    return Unavailable(WHAT, definite=isinstance(error, aiohttp.ClientConnectorError))


def refused(code: str) -> Rejected:
    says, advice = _SAYS.get(code, (f"Slack refused: {code.replace('_', ' ')}.", ""))
    return Rejected(says, code=code, advice=advice)


def throttled(headers: Mapping[str, Any]) -> Unavailable:
    seconds = str(headers.get("Retry-After", headers.get("retry-after", "")))
    wait = timedelta(seconds=int(seconds)) if seconds.isdigit() else _WAIT
    return Unavailable(WHAT, retry_after=wait, definite=True)


def answered(status: int, answer: Mapping[str, Any], headers: Mapping[str, str]) -> Problem:
    """`answer` is empty where Slack, or something before it, answered no JSON object."""
    code = str(answer.get("error") or "")
    if status == 429 or code in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        return throttled(headers)
    if status >= 500 or code in _LATER or not code:
        return Unavailable(WHAT)
    return refused(code)
