"""PgBouncer in front of the test server, set up like Neon's pooled host.

Transaction mode, TLS required, no start-up parameter ignored, fewer server connections than the API
holds. A database of any name is passed on, and only rowlock_api may log in.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from tests.support.tls import make_certificate

SECONDS = 10
POOL_SIZE = 3  # server connections per database; the API's pool in the tests holds four

CONFIGURATION = """
[databases]
* = {server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
logfile = {folder}/pgbouncer.log
auth_type = scram-sha-256
auth_file = {folder}/users.txt
admin_users = pooler_admin
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 1000
client_tls_sslmode = require
client_tls_cert_file = {folder}/server.pem
client_tls_key_file = {folder}/server.key
server_login_retry = 1
"""


@dataclass(frozen=True)
class Pooler:
    """A running PgBouncer."""

    port: int
    authority: str
    log: str

    def in_front_of(self, url: URL) -> URL:
        """The URL of the same role and database over the pooler, with its certificate verified."""
        return url.set(
            host="localhost",
            port=self.port,
            query={"sslmode": "verify-full", "sslrootcert": self.authority},
        )


@contextmanager
def running_pooler(
    owner: URL, users: dict[str, str], *, pool_size: int = POOL_SIZE
) -> Iterator[Pooler]:
    """Start PgBouncer in front of the server of this URL, for these users and their passwords."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise RuntimeError("pgbouncer is not installed: on Debian, apt-get install pgbouncer.")
    folder = Path(tempfile.mkdtemp(prefix="rowlock-pooler-"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    socket_dir = owner.query.get("host")
    host = socket_dir if isinstance(socket_dir, str) else owner.host or "127.0.0.1"
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(
            server=f"host={host} port={owner.port or 5432}",
            port=port,
            folder=folder,
            pool_size=pool_size,
        )
    )
    users = {"pooler_admin": "only-for-tests"} | users
    (folder / "users.txt").write_text("".join(f'"{u}" "{p}"\n' for u, p in users.items()))
    certificate = make_certificate(folder)
    command = [program, "--quiet", str(configuration)]
    if os.geteuid() == 0:  # PgBouncer refuses root; the server's socket may be its user's alone
        account = _owner_of(socket_dir) if isinstance(socket_dir, str) else "nobody"
        command[1:1] = ["--user", account]
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, account)
    process = subprocess.Popen(command)
    try:
        _wait(process, port, folder / "pgbouncer.log")
        yield Pooler(port, str(certificate.authority), str(folder / "pgbouncer.log"))
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _owner_of(folder: str) -> str:
    account = pwd.getpwuid(Path(folder).stat().st_uid).pw_name
    return "nobody" if account == "root" else account


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, log.read_text() if log.exists() else "it wrote no log"
            assert time.monotonic() < deadline, "PgBouncer does not listen"
            time.sleep(0.02)
        else:
            return
