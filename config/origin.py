"""Where a request comes from, as far as it is counted together with others."""

from __future__ import annotations

import ipaddress


def network_of(address: str | None) -> str:
    """What is counted together: an IPv4 address, or the /64 of an IPv6 one, which is one customer's."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
