"""Rowlock with two workers, served as `rowlock serve` serves one: the command knows no workers."""

import os

import uvicorn

if __name__ == "__main__":
    uvicorn.run(
        "api.main:create_app",
        factory=True,
        workers=2,
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="api.protocol:BoundedProtocol",
        access_log=False,
        server_header=False,
        log_level="warning",
        backlog=2048,
    )
