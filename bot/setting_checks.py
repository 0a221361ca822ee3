"""What one setting may hold, beyond its type. The errors end a sentence that names the setting."""

import base64
import binascii
import re
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from bot.model.addresses import address


def a_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("is not a time zone such as Europe/Vienna") from None
    return name


def a_fernet_key(key: str) -> str:
    try:
        size = len(base64.b64decode(key.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if size != 32:
        raise ValueError("holds something that is not a Fernet key (32 bytes in url-safe base64)")
    return key


def a_network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise ValueError("holds something that is not a network such as 10.0.0.0/8") from None


def a_reader(text: str) -> str:
    """A domain, with or without its @, or an address."""
    try:
        address(text if "@" in text.lstrip("@") else f"anybody@{text.lstrip('@')}")
    except ValueError:
        raise ValueError("holds something that is neither an e-mail address nor a domain") from None
    return text


def a_category(text: str) -> str:
    if not re.fullmatch(r"[\w-]+/[\w-]+", text):
        raise ValueError("holds something that is not group/category")
    return text


def without_slash(url: str) -> str:
    return url.rstrip("/")


def with_driver(url: str) -> str:
    """Hosting providers hand out postgres:// and postgresql://; the one driver here is asyncpg."""
    return re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)
