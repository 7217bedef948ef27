"""The resources that all measures share: one Postgres server, an issuer of tokens, a meter."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import URL

from api.settings import Settings
from bench.postgres import MAJOR
from bench.run import Run
from bench.usage import Meter
from tests.support.cluster import installed, new_cluster
from tests.support.issuer import AUDIENCE, ISSUER, Issuer
from tests.support.server import Server, text, with_template


@dataclass(frozen=True, slots=True)
class Rig:
    """The shared resources of a run."""

    run: Run
    server: Server
    issuer: Issuer
    meter: Meter

    def settings(self, url: URL, pool_size: int = 4) -> Settings:
        """The settings of an API on a database."""
        return Settings(
            _env_file=None,
            database_url=SecretStr(text(url)),
            pool_size=pool_size,
            jwt_issuer=ISSUER,
            jwt_audience=AUDIENCE,
            jwks_file=self.issuer.jwks_file,
        )


@contextmanager
def running_rig(run: Run) -> Iterator[Rig]:
    """Start the server. It does not wait for its disk, which would hide the time Rowlock adds."""
    folder = run.folder / "issuer"
    folder.mkdir()
    with new_cluster(installed(MAJOR)) as cluster:
        cluster.start()
        with with_template(f"Postgres {MAJOR}", cluster.url) as server:
            yield Rig(run, server, Issuer(folder), Meter(cluster.pid))
