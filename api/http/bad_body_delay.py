"""Delays the next body of a user whose last bodies were refused."""

import asyncio
from collections import deque

from starlette.types import Scope

from api.http.problems import ProblemError

EACH = 0.005  # seconds, for a refused body of any size
A_BYTE = 1e-6  # seconds: the worst body of 60 KB took 3 ms of the event loop, and delays 65 ms
OF_ALL = 0.3  # the part of a delay that applies to all delayed senders together
WAITING = 8  # bodies of one sender; a browser has six connections
REMEMBERED = 1000  # senders; above it, those whose delay has ended are removed


class BadBodies:
    """Limits how often bodies of one user are parsed and refused.

    Parsing a body and listing its errors can take the event loop 3 ms, in which no other request is
    served. So after a refused body, the next body of the same user waits, on whichever connection
    it comes; valid bodies cause no delay. Waiting bodies are released one at a time.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}  # by sender, of bodies that were refused lately
        self._all_until = 0.0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._reading = False  # a released body is being parsed; its cost is not known yet

    async def wait(self, scope: Scope) -> None:
        """Return when a body of this request's sender may be parsed.

        The caller must parse it, and call `charge` if it is refused, without awaiting anything in
        between. Otherwise many bodies would be released at the same moment.

        Raises:
            ProblemError: 503, too many bodies of the same sender wait.
        """
        if not self._until:
            return
        sender, loop = _sender(scope), asyncio.get_running_loop()
        until = self._until.get(sender, 0.0)
        if until <= loop.time() and sender not in self._waiting:
            return
        line = self._waiting.setdefault(sender, deque())
        if len(line) >= WAITING:
            raise ProblemError("unavailable", "The caller's last bodies were refused.")
        turn = loop.create_future()
        line.append(turn)
        if len(line) == 1:
            loop.call_at(until, self._go_on, sender)
        await turn

    def charge(self, scope: Scope, size: int) -> None:
        """Delay the sender's next body: one of `size` bytes was refused."""
        now = asyncio.get_running_loop().time()
        if len(self._until) >= REMEMBERED:
            self._until = {name: until for name, until in self._until.items() if until > now}
        sender, cost = _sender(scope), EACH + A_BYTE * size
        self._until[sender] = max(now, self._until.get(sender, 0.0)) + cost
        self._all_until = max(now, self._all_until) + OF_ALL * cost

    def _go_on(self, sender: str) -> None:
        """Release the sender's first waiting body, if its delay has ended."""
        loop, line = asyncio.get_running_loop(), self._waiting[sender]
        due = max(self._until.get(sender, 0.0), self._all_until)
        if due > loop.time():
            loop.call_at(due, self._go_on, sender)
        elif self._reading:
            loop.call_soon(self._go_on, sender)
        else:
            if not line[0].done():  # otherwise its request was cancelled
                line[0].set_result(None)
            self._reading = True
            loop.call_soon(self._was_read, sender)

    def _was_read(self, sender: str) -> None:
        """Runs after the released body was parsed, and charged if it was refused."""
        self._reading = False
        self._waiting[sender].popleft()
        if self._waiting[sender]:
            self._go_on(sender)
        else:
            del self._waiting[sender]


def _sender(scope: Scope) -> str:
    """The user of the token, or the address if the route needs no user."""
    user = scope.get("state", {}).get("user_id")
    return str(user) if user is not None else f"address {scope['client'][0]}"
