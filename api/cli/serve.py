"""`rowlock serve`."""

from collections.abc import Callable
from typing import Annotated

import click

from api.cli.help import Command


def number(name: str) -> Callable[[str], int]:
    """Read a number that replaces a setting, within the setting's bounds."""

    def read(given: str) -> int:
        from pydantic import TypeAdapter, ValidationError

        from api.settings import Settings

        bounds = Settings.model_fields[name.lower()].metadata
        allowed: TypeAdapter[int] = TypeAdapter(Annotated[int, *bounds])
        try:
            return allowed.validate_python(given)
        except ValidationError as error:
            message = error.errors(include_url=False)[0]["msg"]
            raise click.BadParameter(f"{message} ({name})") from None

    return read


@click.command("serve", cls=Command)
@click.option("--port", type=number("PORT"), metavar="PORT", help="replaces the setting PORT")
@click.option(
    "--workers", type=number("WORKERS"), metavar="WORKERS", help="replaces the setting WORKERS"
)
def command(**given: int | None) -> int:
    """Serve the API; without DATABASE_URL, on the embedded database."""
    from api.cli.environment import prepare
    from api.cli.serving import serve

    update = {name: value for name, value in given.items() if value is not None}
    serve(prepare().model_copy(update=update))
    return 0
