"""The address of a client, and how many connections one address may have.

It is the address of the peer. If the peer is a trusted proxy, it is the rightmost address in the
configured header that is not a trusted proxy's; the client may have written everything to the left
of it. An IPv6 address counts as its /64, which usually belongs to one client.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from api.settings.types import DEFAULT_CONNECTIONS, ProxyHeader

log = logging.getLogger("rowlock")

type Network = IPv4Network | IPv6Network

LOG_SECONDS = 10.0  # between two lines about refused connections
READ = 2_000  # bytes at the end of the header; only a client can have written what is before
# The parameter `for` of RFC 7239, 5.2. Its value is quoted if it has a port or is IPv6.
FOR = re.compile(r"(?:^|;)\s*for\s*=\s*(\"[^\"]*\"|[^;\s]+)", re.IGNORECASE)


@dataclass(slots=True)
class Addresses:
    """Counts the connections of each address to this process.

    The connections of a trusted proxy are not counted. Each request that comes through it and is in
    progress counts as one connection of its client.
    """

    most: int = DEFAULT_CONNECTIONS
    proxies: Sequence[Network] = ()
    header: ProxyHeader = "x-forwarded-for"
    _held: Counter[str] = field(default_factory=Counter)
    _refused: int = 0
    _logged_at: float = -LOG_SECONDS

    def trusts(self, peer: str) -> bool:
        """Whether the peer is a trusted proxy, whose connections are not limited."""
        return bool(self.proxies) and self._is_proxy(_parsed(peer))

    def client(self, headers: Sequence[tuple[bytes, bytes]]) -> str | None:
        """The client behind a trusted proxy, or None if the proxy itself is the client."""
        name = self.header.encode()
        given = b",".join(value for found, value in headers if found == name)
        for part in _from_the_right(given[-READ:].decode("latin-1")):
            address = self._written(part)
            if not self._is_proxy(_parsed(address)):
                return address or None
        return None

    def enter(self, address: str) -> bool:
        """Count one more connection of an address. Returns False if it already has the maximum."""
        counted = key(address)
        if self._held[counted] >= self.most:
            self._log(counted)
            return False
        self._held[counted] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one less connection of an address."""
        counted = key(address)
        self._held[counted] -= 1
        if not self._held[counted]:
            del self._held[counted]

    def _written(self, part: str) -> str:
        if self.header == "x-forwarded-for":
            return part.strip()
        found = FOR.search(part)
        return found[1].strip('"') if found else ""

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self.proxies)

    def _log(self, key: str) -> None:
        self._refused += 1
        if (now := time.monotonic()) >= self._logged_at + LOG_SECONDS:
            log.warning(
                "%d connections refused: %s has as many as CONNECTIONS_PER_ADDRESS allows, %d.",
                *(self._refused, key, self.most),
            )
            self._logged_at, self._refused = now, 0


def _from_the_right(header: str) -> Iterator[str]:
    """The elements of a list, last first. An unclosed quote of a client ends at its start."""
    end, quoted = len(header), False
    for at in range(len(header) - 1, -1, -1):
        if header[at] == '"' and header[at - 1 : at] != "\\":
            quoted = not quoted
        elif header[at] == "," and not quoted:
            yield header[at + 1 : end]
            end = at
    yield header[:end]


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Parse an address with or without a port; None if it is not one (RFC 7239, 6)."""
    host = address
    if address.startswith("["):
        host = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        host = address.partition(":")[0]
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def key(address: str) -> str:
    """The key for counting: the address without a port, the /64, or a proxy's name for a client."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found) >> 64 << 64, 64)))
    # The name is logged; a client can influence it, and must not break the line.
    return str(found) if found else re.sub(r"[^\w.-]", "?", address[:100])
