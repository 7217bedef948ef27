"""A site: a database of some size, with the API that serves it."""

from typing import NamedTuple

from bench.http import Http
from bench.testbed import Testbed


class Site(NamedTuple):
    """A database and its API. The section defines whether the size is in rows or in users."""

    size: int
    testbed: Testbed
    driver: Http
