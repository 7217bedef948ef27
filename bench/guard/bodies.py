"""How much CPU time it takes to refuse a body of 7,200 unknown members."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from pydantic import ValidationError

from api.auth.encoding import parse_json
from api.http.json_body import surplus
from api.tables.tasks.schemas import TaskCreate
from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig

ROUNDS, TIMES = 5, 10
LIMIT = Limit(5, "ms")
NAME = "bodies: CPU time of 7,200 unknown members"
BODY = b"{%s}" % b",".join(b'"%x":0' % n for n in range(7_200))


@contextmanager
def measures(_: Rig) -> Iterator[list[Measure]]:
    """The control validates the body with pydantic, which takes longer."""
    yield [
        Measure(NAME, LIMIT, partial(quickest, refuse)),
        Measure(NAME, LIMIT, partial(quickest, validate), control=True),
    ]


def refuse() -> None:
    """Read the body as the API does."""
    if not surplus(TaskCreate, parse_json(BODY)):
        raise RuntimeError("Unknown members were accepted.")


def validate() -> None:
    """Read the body with pydantic alone."""
    try:
        TaskCreate.model_validate(parse_json(BODY))
    except ValidationError as error:
        error.errors()


def quickest(work: Callable[[], None]) -> Sequence[float]:
    """The shortest of several times in each round, in milliseconds of CPU time."""

    def timed() -> float:
        started = time.thread_time()
        work()
        return (time.thread_time() - started) * 1000

    return [min(timed() for _ in range(TIMES)) for _ in range(ROUNDS)]
