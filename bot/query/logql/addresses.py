"""What `ip("…")` means: one address, a network, or a range of addresses."""

import ipaddress
from collections.abc import Callable
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def within(wanted: str) -> Callable[[Address], bool]:
    """Raises ValueError where it is none of the three."""
    if "/" in wanted:
        network = ipaddress.ip_network(wanted.strip(), strict=False)
        return lambda address: address in network
    first, _, last = (part.strip() for part in wanted.partition("-"))
    low = ipaddress.ip_address(first)
    high = ipaddress.ip_address(last) if last else low
    return lambda address: address.version == low.version and int(low) <= int(address) <= int(high)


def fault(wanted: str) -> str:
    """Why it is none of them; empty where it is one."""
    try:
        within(wanted)
    except ValueError:
        return f"“{wanted}” is not an address, a network or a range of addresses"
    return ""
