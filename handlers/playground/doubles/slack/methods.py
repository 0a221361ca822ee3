"""The methods this double knows: arguments, scopes, tier and the errors it answers with.

`channel!` is required; `:flag`, `:number`, `:array`, `:object` say what an argument must be, else it is text. Scopes
with `|` are alternatives. Errors here are the method's own; those that every method may answer stand in COMMON_ERRORS.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["text", "flag", "number", "array", "object", "any"]

Caller: TypeAlias = Literal["bot", "app", "configuration", ""]  # whose token it takes; "" takes none

COMMON_ERRORS = frozenset(
    "unknown_method not_authed invalid_auth not_allowed_token_type missing_scope invalid_arguments invalid_json "
    "json_not_object ratelimited internal_error service_unavailable".split()
)


@dataclass(frozen=True, slots=True)
class Argument:
    kind: Kind
    required: bool


@dataclass(frozen=True, slots=True)
class Method:
    tier: str  # "1" to "4", or "special"
    scopes: frozenset[str]
    arguments: dict[str, Argument]
    errors: frozenset[str]
    caller: Caller = "bot"
    missing: str = "invalid_arguments"  # what Slack answers when a required argument is absent


def _arguments(words: str) -> dict[str, Argument]:
    found: dict[str, Argument] = {}
    for word in words.split():
        name, _, kind = word.partition(":")
        found[name.rstrip("!")] = Argument(kind or "text", name.endswith("!"))  # type: ignore[arg-type]
    return found


def _method(
    tier: str,
    scopes: str,
    arguments: str,
    errors: str = "",
    caller: Caller = "bot",
    missing: str = "invalid_arguments",
) -> Method:
    granted = frozenset(scopes.split("|")) if scopes else frozenset()
    return Method(tier, granted, _arguments(arguments), frozenset(errors.split()), caller, missing)


_LOOK = "icon_emoji icon_url username"
_HISTORY = "channels:history|groups:history|im:history|mpim:history"
_READ = "channels:read|groups:read|im:read|mpim:read"
_POSTING = "channel_not_found not_in_channel is_archived no_text invalid_blocks invalid_blocks_format"
_STREAMING = "channel_not_found is_archived invalid_chunks invalid_blocks msg_blocks_too_long msg_blocks_too_many"

METHODS: dict[str, Method] = {
    "api.test": _method("4", "", "error foo", "", caller=""),
    "auth.test": _method("special", "", ""),
    "chat.postMessage": _method(
        "special",
        "chat:write",
        f"channel! text blocks:array attachments:array markdown_text metadata:object thread_ts reply_broadcast:flag "
        f"unfurl_links:flag unfurl_media:flag mrkdwn:flag parse link_names:flag as_user:flag container_id "
        f"current_draft_last_updated_ts {_LOOK}",
        f"{_POSTING} msg_blocks_too_long markdown_text_conflict too_many_attachments invalid_metadata_format "
        "metadata_too_large cannot_reply_to_message",
        missing="channel_not_found",
    ),
    "chat.update": _method(
        "3",
        "chat:write",
        "channel! ts! text blocks:array attachments:array unfurled_attachments:array markdown_text metadata:object "
        "as_user:flag link_names:flag parse reply_broadcast:flag file_ids:array",
        "channel_not_found no_text invalid_blocks invalid_blocks_format markdown_text_conflict too_many_attachments "
        "invalid_metadata_format metadata_too_large msg_too_long message_not_found cant_update_message "
        "streaming_state_conflict file_not_found is_inactive",
    ),
    "chat.delete": _method(
        "3",
        "chat:write",
        "channel! ts! as_user:flag",
        "channel_not_found message_not_found cant_delete_message",
    ),
    "chat.postEphemeral": _method(
        "4",
        "chat:write",
        "channel! user! text blocks:array attachments:array markdown_text metadata:object thread_ts as_user:flag "
        f"link_names:flag parse {_LOOK}",
        f"{_POSTING} msg_too_long markdown_text_conflict too_many_attachments user_not_in_channel",
    ),
    "chat.getPermalink": _method("special", "", "channel! message_ts!", "channel_not_found message_not_found"),
    "chat.startStream": _method(
        "2",
        "chat:write",
        f"channel! thread_ts markdown_text chunks:array recipient_user_id recipient_team_id task_display_mode {_LOOK}",
        f"{_STREAMING} not_in_channel user_not_found team_not_found missing_recipient_team_id "
        "missing_recipient_user_id",
    ),
    "chat.appendStream": _method(
        "4",
        "chat:write",
        "channel! ts! markdown_text chunks:array",
        f"{_STREAMING} no_text message_not_found message_not_in_streaming_state stopped_by_user "
        "message_not_owned_by_app",
    ),
    "chat.stopStream": _method(
        "2",
        "chat:write",
        "channel! ts! markdown_text chunks:array blocks:array metadata:object session_status",
        f"{_STREAMING} message_not_found message_not_in_streaming_state message_not_owned_by_app "
        "invalid_metadata_format metadata_too_large",
    ),
    "chat.unfurl": _method(
        "3",
        "links:write",
        "channel ts unfurls:object unfurl_id source metadata:object user_auth_message user_auth_required:flag "
        "user_auth_url user_auth_blocks:array",
        "missing_channel missing_ts missing_unfurls missing_source missing_unfurl_id invalid_source invalid_unfurl_id "
        "cannot_find_channel cannot_find_message cannot_unfurl_message cannot_unfurl_url "
        "cannot_parse_attachment invalid_unfurls_format",
    ),
    "conversations.history": _method(
        "3",
        _HISTORY,
        "channel! cursor include_all_metadata:flag inclusive:flag latest limit:number oldest",
        "channel_not_found not_in_channel invalid_cursor invalid_ts_latest invalid_ts_oldest",
    ),
    "conversations.replies": _method(
        "3",
        _HISTORY,
        "channel! ts! cursor include_all_metadata:flag inclusive:flag latest limit:number oldest",
        "channel_not_found thread_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest",
    ),
    "conversations.info": _method(
        "3", _READ, "channel! include_locale:flag include_num_members:flag", "channel_not_found"
    ),
    "conversations.list": _method(
        "2",
        _READ,
        "cursor exclude_archived:flag limit:number team_id types",
        "invalid_cursor invalid_limit invalid_types",
    ),
    "conversations.open": _method(
        "3",
        "channels:manage|groups:write|im:write|mpim:write",
        "channel users return_im:flag prevent_creation:flag",
        "channel_not_found user_not_found users_list_not_supplied too_many_users",
    ),
    "conversations.members": _method(
        "4", _READ, "channel! cursor limit:number", "channel_not_found invalid_cursor invalid_limit"
    ),
    "conversations.join": _method(
        "3", "channels:join", "channel!", "channel_not_found is_archived method_not_supported_for_channel_type"
    ),
    "users.info": _method("4", "users:read", "user! include_locale:flag", "user_not_found"),
    "users.list": _method("2", "users:read", "cursor include_locale:flag limit:number team_id", "invalid_cursor"),
    "users.lookupByEmail": _method("3", "users:read.email", "email!", "users_not_found"),
    "team.info": _method("3", "team:read", "domain team", "team_not_found"),
    "bots.info": _method("3", "users:read", "bot team_id", "bot_not_found"),
    "views.open": _method(
        "4",
        "",
        "view!:object trigger_id interactivity_pointer",
        "expired_trigger_id exchanged_trigger_id invalid_trigger_id view_too_large duplicate_external_id",
    ),
    "views.push": _method(
        "4",
        "",
        "view!:object trigger_id interactivity_pointer",
        "expired_trigger_id exchanged_trigger_id invalid_trigger_id view_too_large push_limit_reached not_found "
        "duplicate_external_id",
    ),
    "views.update": _method(
        "4",
        "",
        "view!:object view_id external_id hash",
        "not_found hash_conflict view_too_large duplicate_external_id",
    ),
    "views.publish": _method(
        "4", "", "user_id! view!:object hash interactivity_pointer", "hash_conflict view_too_large not_enabled"
    ),
    "files.getUploadURLExternal": _method(
        "4",
        "files:write",
        "filename! length!:number snippet_type alt_txt",
        "missing_argument alt_txt_too_large snippet_too_large",
        missing="missing_argument",
    ),
    "files.completeUploadExternal": _method(
        "4",
        "files:write",
        f"files!:array channel_id channels thread_ts initial_comment blocks:array {_LOOK}",
        "channel_not_found not_in_channel posting_to_channel_denied file_not_found file_update_failed invalid_blocks",
    ),
    "files.info": _method("4", "files:read", "file! count:number cursor limit:number page:number", "file_not_found"),
    "assistant.threads.setStatus": _method(
        "special",
        "chat:write",
        f"channel_id! thread_ts! status! loading_messages:array {_LOOK}",
        "channel_not_found invalid_thread_ts",
    ),
    "assistant.threads.setTitle": _method(
        "4", "assistant:write", "channel_id! thread_ts! title!", "channel_not_found invalid_thread_ts"
    ),
    "assistant.threads.setSuggestedPrompts": _method(
        "4",
        "assistant:write",
        "channel_id! prompts!:array thread_ts title",
        "channel_not_found not_agent_app",
    ),
    "agents.sessions.setStatus": _method(
        "3",
        "chat:write",
        f"channel_id! status! thread_ts title initiator_user_id {_LOOK}",
        "channel_not_found user_not_found not_authorized invalid_status thread_ts_required",
    ),
    "agents.sessions.rename": _method(
        "3",
        "chat:write",
        "channel_id! title! thread_ts",
        "channel_not_found not_authorized session_not_found thread_ts_required invalid_name",
    ),
    "reactions.add": _method(
        "3",
        "reactions:write",
        "channel! name! timestamp!",
        "channel_not_found already_reacted bad_timestamp invalid_name message_not_found",
    ),
    "apps.connections.open": _method("3", "", "", "", caller="app"),
    "oauth.v2.access": _method(
        "special",
        "",
        "client_id client_secret code code_verifier redirect_uri grant_type refresh_token assertion",
        "invalid_client_id bad_client_secret invalid_code bad_redirect_uri invalid_grant_type invalid_refresh_token",
        caller="",
    ),
    "blocks.validate": _method(
        "special",
        "",
        "blocks:array message:object view:object",
        "invalid_blocks invalid_message invalid_view",
        caller="",
    ),
    "apps.manifest.validate": _method(
        "3", "app_configurations:write", "manifest!:object app_id", "invalid_manifest", caller="configuration"
    ),
    "entity.presentDetails": _method(
        "3",
        "",
        "trigger_id! metadata:object user_auth_required:flag user_auth_url error:any",
        "invalid_metadata invalid_trigger_id",
    ),
}
