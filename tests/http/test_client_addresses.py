"""The client's address of a request, read from the headers of trusted proxies."""

from ipaddress import ip_network

import pytest

from api.http.server.client_addresses import Addresses
from api.settings.types import ProxyHeader

MOST = 3
LOOPBACK = ip_network("127.0.0.0/8")


@pytest.mark.parametrize(
    ("header", "written", "client"),
    [
        ("x-forwarded-for", ["192.0.2.1"], "192.0.2.1"),
        ("x-forwarded-for", ["192.0.2.1:4711"], "192.0.2.1:4711"),
        ("x-forwarded-for", ["6.6.6.6, 192.0.2.1, 127.0.0.2,127.0.0.3"], "192.0.2.1"),
        ("x-forwarded-for", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        ("x-forwarded-for", ["2001:db8::1"], "2001:db8::1"),
        ("x-forwarded-for", ["127.0.0.2"], None),
        ("x-forwarded-for", [], None),
        ("x-forwarded-for", ["6.6.6.6, "], None),
        ("x-forwarded-for", ["::ffff:127.0.0.2"], None),
        ("forwarded", ["for=6.6.6.6, for=192.0.2.1;proto=https"], "192.0.2.1"),
        ("forwarded", ['proto=https; For="[2001:db8::1]:80"'], "[2001:db8::1]:80"),
        ("forwarded", ['for="x', 'for=192.0.2.1;host="a,b"'], "192.0.2.1"),
        ("forwarded", ["for=192.0.2.1, for=127.0.0.2"], "192.0.2.1"),
        ("forwarded", ["for=unknown"], "unknown"),
        ("forwarded", ["for=6.6.6.6, proto=https"], None),
    ],
)
def test_client_is_the_rightmost_that_no_proxy_is(
    header: ProxyHeader, written: list[str], client: str | None
) -> None:
    """The client is the rightmost address that is no trusted proxy, in the configured header.

    A client may forge the addresses to the left of its own.
    """
    other = {"forwarded": b"x-forwarded-for", "x-forwarded-for": b"forwarded"}[header]
    headers = [(header.encode(), value.encode()) for value in written] + [(other, b"for=9.9.9.9")]

    assert Addresses(1, [LOOPBACK], header).client(headers) == client


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:0:1::1", "[2001:db8:0:1:ffff::2]:443", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1:1", "192.0.2.1:2", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("_hidden", "_hidden", True),
        ("_hidden", "unknown", False),
    ],
)
def test_addresses_of_one_client_are_one(first: str, second: str, *, same: bool) -> None:
    """Addresses that differ only in the port, or only within an IPv6 /64, are one client."""
    addresses = Addresses(1)

    assert addresses.enter(first)
    assert addresses.enter(second) is not same
    addresses.leave(first)
    assert addresses.enter(first)
