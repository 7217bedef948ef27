"""The command: python -m bench. It removes everything that it created, except its results."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType, ModuleType

from bench.compare import command as compare
from bench.guard import command as guard
from bench.http import WrongAnswerError
from bench.limits import command as limits
from bench.limits import creates
from bench.wrk import WrkError

# Each module has `add_options(parser)` and `run(chosen)`, which returns the exit status.
COMMANDS: dict[str, ModuleType] = {
    "compare": compare,
    "guard": guard,
    "limits": limits,
    "users": creates,
}


def parser() -> argparse.ArgumentParser:
    """The options of all commands."""
    made = argparse.ArgumentParser(prog="python -m bench", description="Measure Rowlock.")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        (summary, *_) = (module.__doc__ or "").splitlines()
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--output", type=Path, default=Path(".bench"), help="folder of the results"
        )
        module.add_options(command)
        command.set_defaults(run=module.run)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run a command. An error that a person can fix is one sentence on standard error."""
    chosen = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _exit)
    try:
        status: int = chosen.run(chosen)
    except (RuntimeError, WrongAnswerError, WrkError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the output of a command
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _exit(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM, run every `finally` before the process ends."""
    raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
