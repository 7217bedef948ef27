"""The command `rowlock`: it parses arguments, runs a command, and reports errors.

Each command is a module of this package, which is imported when the command is used. Its functions
import what they need when they run, so that --help and completion take 0.2 s instead of 1 s.
"""

import signal
import sys
from importlib import import_module
from types import FrameType

import click
from click.exceptions import Exit

from api.cli.help import Group
from api.operations.schema_version import VERSION

COMMANDS = ("serve", "migrate", "token", "doctor", "new-table", "audit")


class Commands(Group):
    """The commands, and how their errors are reported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a new user needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"api.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; an expected error is one sentence on standard error, and status 1."""
        try:
            return int(super().invoke(ctx))
        except KeyboardInterrupt:
            return 130
        except (click.ClickException, Exit):
            raise
        except Exception as error:
            from api.cli.errors import EXPECTED, sentence

            if not isinstance(error, EXPECTED):
                raise
            print(sentence(error), file=sys.stderr)
            return 1


@click.group(
    cls=Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},  # for every command
)
@click.version_option(VERSION, message="%(prog)s %(version)s")
def rowlock() -> None:
    """A task API in which Postgres isolates the users."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command, and return its exit status: 2 if the arguments are wrong."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return int(rowlock.main(arguments, prog_name="rowlock", standalone_mode=False))
    except click.UsageError as error:
        context = error.ctx or click.Context(rowlock, info_name="rowlock")
        usage = " ".join(context.command.collect_usage_pieces(context))
        print(f"usage: {context.command_path} {usage}", file=sys.stderr)
        print(f"error: {error.format_message()}", file=sys.stderr)
        return error.exit_code


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """On SIGTERM, unwind through every `finally`, which also stops the embedded Postgres."""
    raise SystemExit(0)
