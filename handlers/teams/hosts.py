"""Which addresses Nightdesk's token may be sent to. Asked of every service URL, before every call."""

from ipaddress import ip_address
from urllib.parse import urlsplit

UPLOADS = ("*.sharepoint.com",)  # OneDrive for work
_WITHOUT_FILES = (".us", ".cn")
PUBLIC_CLOUD = ("smba.trafficmanager.net", "*.botframework.com", "*.teams.microsoft.com")

# Where Microsoft shows tabs: Teams itself, and the apps that show what Teams shows.
FRAMES = (
    "https://teams.microsoft.com", "https://*.teams.microsoft.com", "https://*.cloud.microsoft",
    "https://*.microsoft365.com", "https://*.office.com", "https://outlook.office365.com",
)  # fmt: skip


class Hosts:
    """An allow-list of host names; `*.` stands for any name below. https only, save for a listed loopback host:port."""

    def __init__(self, patterns: tuple[str, ...] = PUBLIC_CLOUD) -> None:
        self._exact = {pattern.lower() for pattern in patterns if not pattern.startswith("*.")}
        self._below = tuple(pattern[1:].lower() for pattern in patterns if pattern.startswith("*."))

    def allows(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        if parts.username is not None or parts.password is not None or not host:
            return False
        named = f"{host}:{port}" if port else host
        if is_loopback(host):
            return parts.scheme in ("http", "https") and named in self._exact
        if parts.scheme != "https":
            return False
        return named in self._exact or (port in (None, 443) and (host in self._exact or host.endswith(self._below)))


def sends_files(service_url: str) -> bool:
    """In GCC High, DoD and 21Vianet's cloud bots send none."""
    return not (urlsplit(service_url).hostname or "").endswith(_WITHOUT_FILES)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """https, or this machine itself: where keys and tokens may be fetched from."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )
