"""The audit of a fresh database, by Rowlock's own rules and by pgrls: `make audit`.

Prints each command with what it says, and ends with 1 if any of them found something.
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

# The embedded Postgres, which people develop on, comes from a wheel; the newest holds 18.4.
ACCEPTED = ("server_floor", "the newest embedded Postgres there is")


def audit(installation: Installation) -> bool:
    """Run `rowlock audit`; whether nothing was found, not even a warning, but what is accepted."""
    command = ("audit", "--accept", "=".join(ACCEPTED))
    _say(f"rowlock {shlex.join(command)}")
    done = subprocess.run(
        [Path(sys.executable).with_name("rowlock"), *command],
        cwd=installation.cluster.folder,  # where no .env is
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
    """Run a command of pgrls; whether it passed."""
    arguments = tuple(arguments)
    _say(f"pgrls {shlex.join(arguments)}")
    done = pgrls(installation.owner_url, arguments, user)
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


def probe(installation: Installation) -> list[bool]:
    """Try each mode on a live copy; whether each agreed with what was proven."""
    copy = installation.copy("rowlock_probe")
    copy.run(LOOSENED)
    return [prove(copy, verify(mode, "--probe"), PROBED[mode]) for mode in MODES]


def cover(installation: Installation) -> bool:
    """Ask every policy, and let pgrls count those that let a row through."""
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
    """Run all, then say whether all passed."""
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
