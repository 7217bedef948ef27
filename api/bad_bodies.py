"""What bodies that were refused cost their sender: time, before the next one is read."""

import asyncio

from starlette.types import Scope

from api.errors import ProblemError

EACH = 0.005  # seconds, for a refused body of any size
A_BYTE = 1e-6  # seconds: 60 KB in the worst shape took 3 ms of the event loop, and cost 65
LONGEST = 5.0  # seconds that a body may wait


class BadBodies:
    """Lets each user have about one refused body read every few milliseconds.

    To read a body and say what is wrong with it takes the event loop up to 3 ms, in which nobody
    else is served. So its sender waits, over all connections, before the next body is read; who
    sends good ones never does.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}  # of whoever's body was refused just now

    async def wait(self, scope: Scope) -> None:
        """Return when a body of this request's sender may be read.

        What comes next must not let others run before it calls `charge`, or many bodies that
        wait for the same moment would be read in it.

        Raises:
            ProblemError: 503, too many of the same sender wait.
        """
        if not self._until:
            return
        sender = _sender(scope)
        loop = asyncio.get_running_loop()
        latest = loop.time() + LONGEST
        while (until := self._until.get(sender, 0.0)) > (now := loop.time()):
            if until > latest:
                raise ProblemError("unavailable", "The caller's last bodies were refused.")
            await asyncio.sleep(until - now)

    def charge(self, scope: Scope, size: int) -> None:
        """Note that a body of so many bytes was refused."""
        sender = _sender(scope)
        loop = asyncio.get_running_loop()
        until = max(loop.time(), self._until.get(sender, 0.0)) + EACH + A_BYTE * size
        self._until[sender] = until
        loop.call_at(until, self._forget, sender, until)

    def _forget(self, sender: str, until: float) -> None:
        if self._until.get(sender) == until:  # no other body was refused since
            del self._until[sender]


def _sender(scope: Scope) -> str:
    """The user of the token, or the address where no dependency asked for one."""
    user = scope.get("state", {}).get("user_id")
    return str(user) if user is not None else f"address {scope['client'][0]}"
