"""CORS_ORIGINS: an origin that no browser would send stops the start."""

import pytest

from tests.settings.conftest import Load, Refuse


@pytest.mark.parametrize("origin", ["example.com", "https://a.test/", "https://a.test/path", ""])
def test_wrong_origin_is_refused(refuse: Refuse, origin: str) -> None:
    """The message quotes the origin that no browser would send."""
    assert refuse(CORS_ORIGINS=f"https://good.test,{origin}") == (
        f'CORS_ORIGINS: "{origin}" must be * or an origin of the form https://HOST, without a path '
        "or a / at its end; several are separated by commas."
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.example.com",
        "https://*",
        "https://A.com",
        "https://a.com:443",
        "http://a.com:80",
        "https://a.com:",
        "https://a.com:08443",
        "https://[::1]:443",
        "https://[::FF]",
        "https://bücher.example",
    ],
)
def test_origin_of_no_browser_is_refused(refuse: Refuse, origin: str) -> None:
    """An origin in a spelling that no browser uses is refused, because it would never match."""
    assert refuse(CORS_ORIGINS=f"https://good.test,{origin}") == (
        f'CORS_ORIGINS: "{origin}" is not what a browser sends: a host in lower case, without * '
        "and beyond ASCII as xn--…, and a port only where it is not the default, 80 of http and "
        "443 of https."
    )


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://a-b.example.com",
        "https://a.com:80",
        "http://a.com:443",
        "https://a.com:4430",
        "http://localhost:5173",
        "http://127.0.0.1",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
        "https://my_host.test",
    ],
)
def test_origin_of_a_browser_is_accepted(load: Load, origin: str) -> None:
    """An origin in the spelling of a browser is accepted, and so is * alone."""
    assert load(CORS_ORIGINS=origin).cors_origins == [origin]


def test_every_wrong_origin_is_named(refuse: Refuse) -> None:
    """Each wrong origin has its own line, and no line contains a password."""
    lines = refuse(CORS_ORIGINS="https://me:pw@a.test, *.b.test").splitlines()

    assert [line.partition(" must ")[0] for line in lines] == [
        'CORS_ORIGINS: "…@a.test"',
        'CORS_ORIGINS: "*.b.test"',
    ]
