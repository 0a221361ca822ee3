"""Which addresses a datasource may lead to. Names are looked up, and what is found is checked where it is connected to:
so a redirect, a name that answers differently the second time, and every spelling of an address meet the same wall."""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


def _networks(*written: str) -> tuple[Network, ...]:
    return tuple(ip_network(one) for one in written)


# Where machines of a cloud tell their secrets, and what no server has for an address; no setting opens these.
NEVER = _networks(
    "169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128", "100.100.100.200/32", "168.63.129.16/32",
    "192.0.0.0/24", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8",
)  # fmt: skip
# Open only where the operator says so; everything else is the internet.
INSIDE = _networks(
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "::1/128",
    "fc00::/7", "fec0::/10",
)  # fmt: skip
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")

# IPv6 addresses that carry one of IPv4: a gateway would lead there.
_CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)


class Refused(OSError):  # noqa: N818 - as our own errors, named for what it says
    """An address that this process does not connect to. An OSError, so that every client takes it for a failed one."""

    def __init__(self, says: str) -> None:
        super().__init__(errno.EACCES, says)


@dataclass(frozen=True, slots=True)
class Networks:
    """`allowed`: which of the networks inside may be reached."""

    allowed: tuple[Network, ...] = field(default_factory=lambda: _networks(*PRIVATE))

    @classmethod
    def of(cls, written: Iterable[str]) -> "Networks":
        return cls(_networks(*written))

    @classmethod
    def of_operator(cls) -> "Networks":
        """For addresses that stand in the settings: whoever wrote them may mean this machine."""
        return cls(INSIDE)

    def refusal(self, address: str) -> str:
        """Why not; empty where it may be connected to."""
        found = _carried(ip_address(address.partition("%")[0]))
        if any(found in network for network in NEVER):
            return f"{found} is an address that is never called"
        if any(found in network for network in INSIDE) and not any(found in network for network in self.allowed):
            return f"{found} is not in the networks that may be called"
        return ""

    def check(self, address: str) -> None:
        if says := self.refusal(address):
            raise Refused(says)

    def connect(self, host: str, port: int, timeout: float | None = None) -> socket.socket:
        """Like socket.create_connection, to an address that was checked, and to no other. Blocks."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, address in found:
            self.check(str(address[0]))  # one that is refused spoils the name: it is meant to mislead
        problem: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(timeout)
                sock.connect(address)
            except OSError as failed:
                sock.close()
                problem = failed
            else:
                return sock
        raise problem


def _carried(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    for network, shift in _CARRIERS:
        if address in network and int(address) > 1:  # :: and ::1 are themselves
            return _carried(IPv4Address((int(address) >> shift) & 0xFFFFFFFF))
    return address
