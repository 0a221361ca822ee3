"""Addresses that settings give: one check for all of them."""

from urllib.parse import urlsplit


def checked(url: str, credentials: str, *, bare: bool = False) -> str:
    """`credentials` says what to use instead of a user in the address; `bare`: nothing may follow its path."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with http:// or https:// and name a host")
    if parts.username or parts.password:
        raise ValueError(f"must not contain credentials; {credentials}")
    if bare and (parts.query or parts.fragment):
        raise ValueError("must not contain ? or #")
    return url
