"""From what somebody says of a datasource to the datasource and its secrets. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.model.errors import Rejected
from bot.model.source import SECRET_OF, Auth, Datasource, SourceDraft, SourceId, Tls

_CHANGEABLE = ("name", "type", "url", "auth", "user", "org", "tls", "is_default", "is_enabled", "config")
_UNTRIED = ("type", "url", "auth", "user", "org", "tls", "secrets")  # a change of these has to be tried


def make(source: SourceId, draft: SourceDraft, now: datetime) -> tuple[Datasource, Mapping[str, str]]:
    secrets = draft.secrets({})
    auth = draft.how()
    made = Datasource(
        source,
        draft.name,
        draft.type,
        draft.url.rstrip("/"),
        now,
        now,
        auth,
        draft.user if auth is Auth.BASIC else "",
        draft.org,
        Tls(draft.ca, draft.certificate, draft.verify),
        bool(draft.is_default) and draft.is_enabled,
        draft.is_enabled,
        dict(draft.config),
        tuple(sorted(secrets)),
    )
    return made, secrets


def remake(
    standing: Datasource, draft: SourceDraft, kept: Mapping[str, str], now: datetime
) -> tuple[Datasource, Mapping[str, str]]:
    """Kept secrets go only where they went before: who may change an address shall not learn them by it."""
    plain, _ = make(standing.id, draft, now)
    elsewhere = _origin(plain.url) != _origin(standing.url)
    secrets = draft.secrets({} if elsewhere else kept)
    auth = draft.how(kept)
    needs = SECRET_OF.get(auth)
    if elsewhere and needs and needs not in secrets and needs in kept:
        raise Rejected(f"The address leads elsewhere now, so the {needs} has to be given again.", code="credentials")
    default = standing.is_default if draft.is_default is None else draft.is_default
    made = replace(
        plain,
        auth=auth,
        user=draft.user if auth is Auth.BASIC else "",
        is_default=default and plain.is_enabled,
        created_at=standing.created_at,
        kept=tuple(sorted(secrets)),
        health=standing.health if plain.is_enabled else None,
    )
    return made, secrets


def differences(
    made: Datasource, secrets: Mapping[str, str], standing: Datasource, kept: Mapping[str, str]
) -> tuple[str, ...]:
    changed = [name for name in _CHANGEABLE if getattr(made, name) != getattr(standing, name)]
    return (*changed, *(["secrets"] if dict(secrets) != dict(kept) else []))


def to_be_tried(made: Datasource, standing: Datasource, changed: tuple[str, ...]) -> bool:
    """A new name needs no look at the source; a new address does, and so does one that was off."""
    return made.is_enabled and (not standing.is_enabled or any(name in _UNTRIED for name in changed))


def draft_of(source: Datasource) -> SourceDraft:
    """What one would have said to get this, without its secrets."""
    return SourceDraft(
        name=source.name,
        type=source.type,
        url=source.url,
        auth=source.auth,
        user=source.user,
        org=source.org,
        ca=source.tls.ca,
        certificate=source.tls.certificate,
        verify=source.tls.verify,
        is_enabled=source.is_enabled,
        config=source.config,
    )


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
