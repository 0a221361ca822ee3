"""Opens the datasources that tenants keep: each by its kind, all behind one wall. A kind is a line in the catalogue."""

import re
import socket
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.model.errors import Rejected
from bot.model.source import SECRET_OF, Auth, Datasource
from bot.ports.opening import OpenSource
from bot.ports.services import Clock
from integrations.addresses import checked
from integrations.integration import Reach, SourceKind
from integrations.networks import Networks

_HARMLESS = re.compile(r"[\x21-\x7e]*")  # what may stand in a header without becoming another one
_LIMIT = 100


class Opener:
    """Fills bot.ports.opening.Opener. A context: it holds the connections of those kinds that share them."""

    def __init__(self, kinds: Sequence[SourceKind], networks: Networks, clock: Clock) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._networks = networks
        self._reach = Reach(walled(networks), clock, networks)

    async def __aenter__(self) -> "Opener":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._reach.session.close()

    @property
    def kinds(self) -> Mapping[str, str]:
        return {kind.name: kind.title for kind in self._kinds.values()}

    def open(self, source: Datasource, secrets: Mapping[str, str]) -> OpenSource:
        kind = self._kinds.get(source.type)
        if kind is None:
            known = " or ".join(self._kinds)
            raise Rejected(f"I cannot read “{source.type}” yet; a datasource is {known}.", code="type")
        self._check_address(source.url)
        _check_credentials(source, secrets)
        return kind.open(source, secrets, self._reach)

    def _check_address(self, url: str) -> None:
        """What can be seen without asking; the wall itself stands where it is connected."""
        try:
            checked(url, "give a user and a password, or a token", bare=True)
            host, _ = urlsplit(url).hostname or "", urlsplit(url).port
            if not re.fullmatch(r"[\x21-\x7e]+", url) or "\\" in url:
                raise ValueError("must not contain spaces, backslashes or letters beyond ASCII")
        except ValueError as problem:
            says = str(problem) if str(problem).startswith("must") else "cannot be read"
            raise Rejected(f"The address {says}.", code="url") from None
        try:
            says = self._networks.refusal(str(ip_address(host)))
        except ValueError:
            return  # a name
        if says:
            raise refused(says)


def refused(says: str) -> Rejected:
    return Rejected(
        f"This address may not be called: {says}.",
        code="network",
        advice="Whoever runs Nightdesk can open a network with NIGHTDESK_ALLOWED_NETWORKS.",
    )


def walled(networks: Networks) -> aiohttp.ClientSession:
    """A session that connects only to addresses that were checked, literal ones and those behind redirects included."""

    def connect_to(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        networks.check(str(address[0]))
        return socket.socket(family, kind, protocol)

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_LIMIT, limit_per_host=0, socket_factory=connect_to),
        timeout=aiohttp.ClientTimeout(total=60, connect=5),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _check_credentials(source: Datasource, secrets: Mapping[str, str]) -> None:
    """No sentence here shows what was given."""
    wanted = SECRET_OF.get(source.auth)
    if wanted and not secrets.get(wanted):
        raise Rejected(f"A {wanted} is missing.", code="credentials")
    if source.auth is Auth.BASIC and not source.user:
        raise Rejected("A user is missing.", code="credentials")
    for name, value in (("token", secrets.get("token", "")), ("tenant", source.org)):
        if not _HARMLESS.fullmatch(value):
            raise Rejected(f"The {name} may hold only signs that a header can carry.", code="credentials")
