"""`make test-matrix`: runs the tests on each given version of Postgres, one after the other."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]


def run(major: str, left_out: list[str]) -> tuple[bool, str]:
    """Run the tests on one version, and show their output.

    Returns whether they passed, and a line for the summary.
    """
    environment = os.environ | {"TEST_POSTGRES": major}
    environment.pop("TEST_DATABASE_URL", None)  # it would have priority
    started = time.monotonic()
    server, last = f"Postgres {major}", "no result"
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "--numprocesses=2", TESTS),
            *(f"--ignore={TESTS / name}" for name in left_out),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as suite:
        try:
            for line in suite.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                if line.startswith("postgres: "):
                    server = line.removeprefix("postgres: ").strip()
                last = line.strip("= \n") or last
        except KeyboardInterrupt:
            suite.communicate()  # Ctrl-C also reached pytest: wait until it has stopped its server
            sys.exit("Interrupted.")
    passed = suite.returncode == 0
    counts = last.rpartition(" in ")[0] or last
    seconds = f"{time.monotonic() - started:.0f} s"
    return passed, f"{server:16}{'ok' if passed else 'FAILED':8}{counts}, {seconds}"


def main() -> int:
    """Run the tests on all versions, then print a line for each; return 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("majors", nargs="+", metavar="MAJOR", help="14, 15, …")
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="FOLDER", help="of tests/")
    given = parser.parse_args()
    results = [run(major, given.leave_out) for major in given.majors]
    sys.stdout.write("\n" + "".join(f"{line}\n" for _, line in results))
    return 0 if all(passed for passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
