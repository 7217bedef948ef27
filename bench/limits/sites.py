"""A site: a database of some size, with the API that serves it."""

from typing import NamedTuple

from bench.http import Http
from bench.testbed import Testbed


class Site(NamedTuple):
    """The size is in rows or in users, as the section says."""

    size: int
    testbed: Testbed
    driver: Http
