"""MAIL_*: the server that takes letters, and who they come from."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

PORTS = {"smtp": 587, "smtps": 465}


class MailSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    smtp_url: str = Field(
        repr=False, description="The mail server: smtp://user:password@mail.example.com:587, or smtps:// for port 465."
    )
    sender: str = Field(validation_alias="MAIL_FROM", description="Who letters come from: Nightdesk <ops@example.com>.")
    starttls: bool = Field(True, description="Encrypt an smtp:// connection; a server that cannot is refused.")
    ca_file: str = Field("", description="A file of certificates to trust besides the system's.")

    @field_validator("smtp_url")
    @classmethod
    def _a_server(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            good = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError("is not an address such as smtp://user:password@mail.example.com:587")
        return url

    @field_validator("sender")
    @classmethod
    def _one_address(cls, text: str) -> str:
        address_of(text)
        return text

    @field_validator("ca_file")
    @classmethod
    def _a_file(cls, path: str) -> str:
        if path and not Path(path).is_file():
            raise ValueError("is not a file")
        return path

    @property
    def host(self) -> str:
        return self._parts.hostname or ""

    @property
    def port(self) -> int:
        return self._parts.port or PORTS[self._parts.scheme]

    @property
    def encrypted(self) -> bool:
        """From the first byte on."""
        return self._parts.scheme == "smtps"

    @property
    def user(self) -> str | None:
        return unquote(self._parts.username) if self._parts.username else None

    @property
    def password(self) -> str | None:
        return unquote(self._parts.password) if self._parts.password else None

    @property
    def from_address(self) -> Address:
        return address_of(self.sender)

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.smtp_url)


def address_of(text: str) -> Address:
    """One address, with or without a name; raises ValueError for anything else, line breaks included."""
    name, spec = parseaddr(text)
    try:
        found = Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError):
        found = Address()
    if not found.username or not found.domain or any(ord(sign) < 32 for sign in text):
        raise ValueError("is not one e-mail address")
    return found
