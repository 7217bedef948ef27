"""The password of the API's role on Neon: a migration changes it, and no log contains it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from api.operations.migrate import migrate
from tests.neon.cluster import API_PASSWORD, OWNER_PASSWORD, ROTATED, Neon, can_log_in
from tests.neon.control_plane import control_plane
from tests.support.server import text

ROWLOCK = Path(sys.executable).with_name("rowlock")


def test_password_is_rotated_and_never_seen(neon: Neon) -> None:
    """A new password in DATABASE_URL replaces the old; no log contains it, at any level."""
    rotated = neon.api.set(password=ROTATED)
    variables = {
        "DATABASE_URL": text(rotated),
        "MIGRATION_DATABASE_URL": text(neon.owner),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "LOG_LEVEL": "debug",
    }

    ran = subprocess.run(
        [ROWLOCK, "migrate"],
        env=os.environ | variables,
        cwd=neon.cluster.folder,
        capture_output=True,
        text=True,
        check=True,
    )

    assert can_log_in(rotated)
    assert not can_log_in(neon.api)
    migrate(neon.settings())
    assert can_log_in(neon.api)
    for password in (API_PASSWORD, ROTATED, OWNER_PASSWORD):
        assert password not in ran.stdout + ran.stderr
    assert "alter role rowlock_api password 'SCRAM-SHA-256$" in neon.cluster.log
    for password in (API_PASSWORD, ROTATED):
        assert password not in neon.cluster.log


def test_control_plane_gets_the_plain_text(neon: Neon) -> None:
    """If a verifier is refused at the commit, as on Neon, the password itself is sent."""
    rotated = neon.api.set(password=ROTATED)
    with (
        tempfile.TemporaryDirectory(prefix="plane-") as folder,
        control_plane(neon.owner, Path(folder)) as owner,
    ):
        migrate(neon.settings(api=rotated, owner=owner))

    assert can_log_in(rotated)
    migrate(neon.settings())
    assert can_log_in(neon.api)
