"""`rowlock token`."""

import sys
from datetime import timedelta

import click

from api.cli.help import Command


def lifetime(hours: str) -> timedelta:
    """Read a number of hours."""
    try:
        return timedelta(hours=float(hours))
    except (ValueError, OverflowError):
        raise click.BadParameter("must be a number of hours") from None


@click.command("token", cls=Command)
@click.argument("user", help="the user's id, for example alice")
@click.option("--hours", type=lifetime, metavar="HOURS", help="lifetime; 24 by default")
def command(*, user: str, hours: timedelta | None) -> int:
    """Print a development token for a user."""
    from api import auth
    from api.cli.environment import prepare
    from api.settings import SettingsError

    settings = prepare()
    if not settings.development_key:
        raise SettingsError(
            "There are no development tokens: an issuer is configured (NEON_AUTH_BASE_URL, "
            "JWKS_URL, JWKS_FILE or JWT_SECRET), and it switches the development key off."
        )
    longest = timedelta(seconds=settings.jwt_max_lifetime)
    lifetime = min(auth.DEFAULT_LIFETIME, longest) if hours is None else hours
    if lifetime > longest:
        raise SettingsError(
            f"--hours must be at most {longest / timedelta(hours=1):g}: the server refuses a token "
            "that lives longer than JWT_MAX_LIFETIME, which is in seconds."
        )
    made = not settings.key_file.exists()
    key = auth.DevelopmentKey.load_or_create(settings.key_file)
    try:
        token = key.token(user, lifetime)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    print(token, flush=True)
    print(  # on standard error, so that $(rowlock token alice) is only the token
        f"{'A new key' if made else 'Key'} {key.kid} in {settings.key_file.resolve()}, "
        f"issuer {auth.DEVELOPMENT_ISSUER}: only a server with the same DATA_DIR accepts it.",
        file=sys.stderr,
    )
    return 0
