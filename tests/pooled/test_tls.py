"""The TLS parameters of DATABASE_URL, tested with a Postgres and a PgBouncer that require TLS."""

import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import URL

from api.database.identity import Database
from api.database.retry import UnreachableError
from api.operations import startup_checks
from api.operations.migrate import migrate, newest_revision
from api.settings import Settings
from api.tables.discovery import statements
from api.tables.tasks import queries as tasks
from tests.support.blocking import blocking
from tests.support.cluster import installed, new_cluster
from tests.support.pooler import running_pooler
from tests.support.server import text
from tests.support.tls import Certificate, make_certificate

PASSWORD = "only-for-tests"
HBA = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"

# The TLS state of the API role's session in the server.
SEEN = """
select ssl, version from pg_stat_ssl where pid = pg_backend_pid()
"""


@dataclass(frozen=True)
class Encrypted:
    """A Postgres that accepts only TLS over TCP, and a PgBouncer that does the same."""

    direct: URL
    pooled: URL
    authority: Path
    stranger: Path

    def host(self, name: str) -> URL:
        """The URL of Postgres or of PgBouncer, without TLS parameters."""
        return self.direct if name == "direct" else self.pooled


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encrypted]:
    """Both servers, with a migrated database."""
    folder, other = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    ours, theirs = make_certificate(folder), make_certificate(other)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = f"listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\n"
    with new_cluster(installed("18"), configuration) as cluster:
        _install(ours, cluster.data)
        (cluster.data / "pg_hba.conf").write_text(HBA)
        cluster.start()
        socket_url = cluster.url.set(port=port)
        direct = URL.create(
            "postgresql", "rowlock_api", PASSWORD, "localhost", port, database="postgres"
        )
        migrate(
            Settings(
                _env_file=None,
                database_url=SecretStr(text(direct.update_query_dict({"sslmode": "require"}))),
                migration_database_url=SecretStr(text(socket_url)),
                allow_development_key=True,
            )
        )
        with running_pooler(socket_url, {"rowlock_api": PASSWORD}) as pooler:
            pooled = direct.set(port=pooler.port)
            authority = folder / "both.pem"  # each server has its own certificate authority
            certificates = (ours.authority, Path(pooler.authority))
            authority.write_bytes(b"".join(path.read_bytes() for path in certificates))
            yield Encrypted(direct, pooled, authority, theirs.authority)


def _install(certificate: Certificate, data: Path) -> None:
    owner = data.stat()
    for source, name in (
        (certificate.certificate, "server.crt"),
        (certificate.key, "server.key"),
    ):
        target = data / name
        shutil.copy(source, target)
        target.chmod(0o600)
        shutil.chown(target, owner.st_uid, owner.st_gid)


def use(url: URL, **parameters: str) -> list[tuple[object, ...]]:
    """Write and read a task with these URL parameters, and return the TLS state in the server."""
    with blocking(url.update_query_dict(parameters)) as database:
        user = database.as_user(f"user-{uuid.uuid4().hex}")
        created = user.fetch_one(tasks.CREATE, id=None, title="mine", description=None)
        assert created
        assert user.fetch_one(tasks.READ, id=created[1]) == created[:1]
        return database.fetch_without_user(SEEN)


@pytest.mark.parametrize("host", ["direct", "pooled"])
def test_required_tls_is_used(encrypted: Encrypted, host: str) -> None:
    """With sslmode=require the API uses TLS; without TLS both servers refuse the connection."""
    url = encrypted.host(host)

    use(url, sslmode="require")

    with pytest.raises(UnreachableError, match=r"no encryption|SSL required"):
        use(url, sslmode="disable")


def test_server_sees_tls(encrypted: Encrypted) -> None:
    """The server reports the API's session as encrypted."""
    assert use(encrypted.direct, sslmode="require") == [(True, "TLSv1.3")]


@pytest.mark.parametrize("host", ["direct", "pooled"])
def test_certificate_is_verified(encrypted: Encrypted, host: str) -> None:
    """With verify-full, the server's certificate must be from the authority in sslrootcert."""
    url = encrypted.host(host)

    use(url, sslmode="verify-full", sslrootcert=str(encrypted.authority))

    with pytest.raises(UnreachableError, match="certificate verify failed"):
        use(url, sslmode="verify-full", sslrootcert=str(encrypted.stranger))


@pytest.mark.parametrize("host", ["direct", "pooled"])
def test_host_name_is_verified(encrypted: Encrypted, host: str) -> None:
    """With verify-full the certificate must name the host; with verify-ca it need not."""
    url = encrypted.host(host).set(host="another.test")
    here = {"hostaddr": "127.0.0.1", "sslrootcert": str(encrypted.authority)}

    use(url, sslmode="verify-ca", **here)

    with pytest.raises(UnreachableError, match="does not match host name"):
        use(url, sslmode="verify-full", **here)


def test_missing_authority_is_reported(encrypted: Encrypted) -> None:
    """A missing CA file is named at once, without retries."""
    with pytest.raises(UnreachableError, match=r"absent\.pem.* does not exist"):
        use(encrypted.direct, sslmode="verify-full", sslrootcert="absent.pem")


def test_channel_is_bound_or_refused(encrypted: Encrypted) -> None:
    """channel_binding=require works with Postgres, but not with PgBouncer, which lacks it."""
    use(encrypted.direct, sslmode="require", channel_binding="require")
    use(encrypted.pooled, sslmode="require", channel_binding="prefer")

    with pytest.raises(UnreachableError, match="channel binding"):
        use(encrypted.pooled, sslmode="require", channel_binding="require")


def test_checks_hold_over_tls(encrypted: Encrypted) -> None:
    """The start-up checks pass on PgBouncer with verify-full."""
    parameters = {"sslmode": "verify-full", "sslrootcert": str(encrypted.authority)}
    url = SecretStr(text(encrypted.pooled.update_query_dict(parameters)))
    with closing(Database(url, pool_size=1, pool_timeout=5)) as database:
        results = startup_checks.inspect(database, newest_revision(), statements())

    assert [result.name for result in results if result.findings] == []
