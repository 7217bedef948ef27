"""An application on a real uvicorn, in a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.http.server.client_addresses import Addresses
from api.http.server.http1_connection import Http1Connection
from api.http.server.server import Server

START_SECONDS = 10


@contextmanager
def running_app(
    app: FastAPI,
    addresses: Addresses | None = None,
    root_path: str = "",
    *,
    send_buffer: int = 0,
    keep_alive: int = 5,
) -> Iterator[str]:
    """Serve an application on a free port of the loopback, and give its URL.

    `send_buffer` is the size of the kernel's send buffer; 0 leaves it to the kernel.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if send_buffer:  # a connection has the listener's
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=Http1Connection,
            ws="none",
            access_log=False,
            log_config=None,
            timeout_keep_alive=keep_alive,
        )
        server = Server(config, addresses, root_path)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            assert time.monotonic() < deadline, "the application did not start in time"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)
