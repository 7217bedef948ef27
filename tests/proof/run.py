"""`make audit`: audits a new database with Rowlock's own rules and with pgrls.

It prints each command with its output, and exits with 1 if any command has a finding.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tests.proof.exercise import exercise
from tests.support.installation import AUDITOR, Installation, new_installation
from tests.support.pgrls import (
    LINT,
    LOOSENED,
    MODES,
    PROBED,
    WAYS_AROUND,
    coverage,
    pgrls,
    recorded,
    verify,
    write_coverage,
)
from tests.support.server import connect

# The newest wheel with the embedded Postgres, which is used for development, contains 18.4.
ACCEPTED = ("server_floor", "the newest embedded Postgres there is")


def audit(installation: Installation) -> bool:
    """Run `rowlock audit`; return whether it has no finding, except the accepted one."""
    command = ("audit", "--accept", "=".join(ACCEPTED))
    _say(f"rowlock {shlex.join(command)}")
    done = subprocess.run(
        [Path(sys.executable).with_name("rowlock"), *command],
        cwd=installation.cluster.folder,  # a folder without a .env file
        env=os.environ | installation.environment,
        check=False,
    )
    with (
        closing(connect(installation.url(AUDITOR))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select rule from audit.findings")
        return done.returncode == 0 and {rule for (rule,) in cursor} <= {ACCEPTED[0]}


def prove(installation: Installation, arguments: Iterable[str], user: str | None = None) -> bool:
    """Run a command of pgrls; return whether it passed."""
    arguments = tuple(arguments)
    _say(f"pgrls {shlex.join(arguments)}")
    done = pgrls(installation.owner_url, arguments, user)
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


def probe(installation: Installation) -> list[bool]:
    """Probe each mode on a copy of the database; return whether each agrees with the proof."""
    copy = installation.copy("rowlock_probe")
    copy.run(LOOSENED)
    return [prove(copy, verify(mode, "--probe"), PROBED[mode]) for mode in MODES]


def cover(installation: Installation) -> bool:
    """Run statements that use every policy; return whether pgrls finds that each passed a row."""
    with tempfile.TemporaryDirectory(prefix="rowlock-proof-") as folder:
        artifact = Path(folder) / "coverage.json"
        with closing(connect(installation.owner_url)) as connection:
            found = recorded(connection)
            exercise(connection)
        write_coverage(artifact, found)
        return prove(installation, coverage(artifact))


def _say(line: str) -> None:
    sys.stdout.write(f"\n$ {line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run all commands, then print whether all passed."""
    with new_installation() as installation:
        results = [
            audit(installation),
            prove(installation, LINT),
            *(prove(installation, verify(mode)) for mode in (*MODES, *WAYS_AROUND)),
            *probe(installation),
            cover(installation),
        ]
    passed = all(results)
    _say("everything is proven" if passed else "something was found: see above")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
