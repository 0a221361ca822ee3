"""Secrets at rest: encrypted with the newest key, read with any that is known, never written plain."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model.errors import Misconfigured

_HOW = (
    "Put a key in front of NIGHTDESK_KEYS; one is made by: "
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class Credentials:
    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise Misconfigured("NIGHTDESK_KEYS is missing, and without a key no secret can be kept.", advice=_HOW)
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise Misconfigured("NIGHTDESK_KEYS holds something that is not a Fernet key.", advice=_HOW) from None
        self.link_secret, *former = (_derived(key) for key in keys)
        self.former_link_secrets = tuple(former)

    def sealed(self, secrets: Mapping[str, str]) -> str | None:
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode() if secrets else None

    def opened(self, sealed: str | None) -> Mapping[str, str]:
        if sealed is None:
            return {}
        try:
            secrets: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Misconfigured(
                "The secrets in the database were encrypted with a key that is not there.",
                advice="Add the earlier key at the end of NIGHTDESK_KEYS, or put the key file back.",
            ) from None
        return secrets

    def renewed(self, sealed: str) -> str:
        """The same secrets under the newest key."""
        self.opened(sealed)
        return self._fernet.rotate(sealed).decode()


def key_file(database: Path) -> Path:
    return database.with_name(database.name + ".key")


def read_key_file(file: Path) -> tuple[str, ...]:
    """Newest first; empty when there is none."""
    try:
        return tuple(file.read_text(encoding="ascii").split())
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeError) as problem:
        raise Misconfigured(f"The key file {file} cannot be read.") from problem


def add_to_key_file(file: Path) -> tuple[str, ...]:
    """A new key before the others, readable by its owner only. Two processes at once end with the same file."""
    keys = (Fernet.generate_key().decode(), *read_key_file(file))
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as opened:
        opened.write("\n".join(keys) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    if len(keys) > 1:
        draft.replace(file)
        return keys
    try:
        os.link(draft, file)  # unlike a rename, this does not replace what another process made meanwhile
    except FileExistsError:
        return read_key_file(file)
    finally:
        draft.unlink()
    return keys


def _derived(key: str) -> str:
    """A secret for another purpose, from which the key cannot be found."""
    digest = hmac.new(base64.urlsafe_b64decode(key), b"nightdesk: signed links", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()
