"""SIGTERM and one Ctrl-C stop the server in order; a second Ctrl-C stops it at once."""

from signal import SIGINT, SIGTERM, Signals

import pytest
import uvicorn

from api.http.server.server import Server


def after(*signals: Signals) -> Server:
    """A server after these signals."""
    server = Server(uvicorn.Config("not loaded"))
    for each in signals:
        server.handle_exit(each, None)
    return server


@pytest.mark.parametrize(
    "signals", [(SIGINT,), (SIGTERM,), (SIGINT, SIGTERM), (SIGTERM, SIGINT), (SIGTERM, SIGTERM)]
)
def test_one_ctrl_c_does_not_force_the_end(signals: tuple[Signals, ...]) -> None:
    """One Ctrl-C and a SIGTERM, in either order, let requests and the lifespan finish."""
    server = after(*signals)

    assert (server.should_exit, server.force_exit) == (True, False)


def test_sigterm_during_ctrl_c_does_not_force_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python may run the handler of SIGTERM within that of SIGINT."""
    handle_exit = uvicorn.Server.handle_exit

    def interrupted(server: Server, sig: int, frame: None) -> None:
        monkeypatch.setattr(uvicorn.Server, "handle_exit", handle_exit)
        server.handle_exit(SIGTERM, frame)
        handle_exit(server, sig, frame)

    monkeypatch.setattr(uvicorn.Server, "handle_exit", interrupted)
    server = after(SIGINT)

    assert (server.should_exit, server.force_exit) == (True, False)


@pytest.mark.parametrize("signals", [(SIGINT, SIGINT), (SIGTERM, SIGINT, SIGINT)])
def test_second_ctrl_c_forces_the_end(signals: tuple[Signals, ...]) -> None:
    """The control: a second Ctrl-C stops at once, as uvicorn does."""
    assert after(*signals).force_exit
