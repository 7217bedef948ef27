"""Runs Schemathesis against a running API, as a user with a token: `make schemathesis`.

Schemathesis generates valid and invalid requests from the OpenAPI description, and checks each
response against the description. Arguments are passed on to Schemathesis, such as
`--max-examples 1000` or `--seed 7`.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from api.settings import Settings
from api.tables.tasks.queries import LIST
from api.tables.tasks.routes import pages
from tests.support.api import running_api
from tests.support.issuer import AUDIENCE, ISSUER, Issuer
from tests.support.server import running_server, text

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("hooks.py")
PROGRAM = Path(sys.prefix) / "schemathesis" / "bin" / "schemathesis"
SECONDS = 300  # the timeout; a usual run takes half a minute
TASK = {"created_at": "2026-01-01T00:00:00+00:00", "title": "a title", "id": str(UUID(int=7))}
# A cursor for each order and filter, because the description has no pattern for valid cursors.
CURSORS = {
    f"{order} {status}": pages.cursor(json.dumps(TASK), order, status)
    for order, status in product(LIST.orders, LIST.filters["status"])
}


def main() -> int:
    """Run Schemathesis, and return its exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="schemathesis-") as folder,
        running_server() as server,
        server.database() as database,
    ):
        issuer = Issuer(Path(folder))
        settings = Settings(
            _env_file=None,
            database_url=SecretStr(text(server.api_url(database))),
            jwt_issuer=ISSUER,
            jwt_audience=AUDIENCE,
            jwks_file=issuer.jwks_file,
            allow_plaintext=True,  # needed if TEST_DATABASE_URL names a remote server
        )
        with running_api(settings, issuer) as api:
            done = subprocess.run(
                [PROGRAM, "--config-file", CONFIG, "run", f"{api.url}/openapi.json", *sys.argv[1:]],
                cwd=folder,  # Schemathesis writes its results there
                env={
                    **os.environ,
                    "SCHEMATHESIS_HOOKS": str(HOOKS),
                    "API_TOKEN": issuer.token("fuzzer"),
                    "API_CURSORS": json.dumps(CURSORS),
                },
                check=False,
                timeout=SECONDS,
            )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
