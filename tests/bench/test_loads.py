"""The output of the load generators, and how it is parsed."""

import pytest

from bench.pgbench import summary
from bench.wrk import Load, WrkError, parse

WRK = """Running 1s test @ http://127.0.0.1:8000
  1 threads and 16 connections
Requests/sec:   1177.47
RESULT 1184 1005541 23118464 12206 43801 3 1 2 4 90000 user 100001, read: 404 {"type": "x"}
"""


def test_result_of_wrk_is_read() -> None:
    """Microseconds become milliseconds; a response with an error is not a success."""
    load = parse(WRK)

    assert load == Load(
        requests=1184,
        seconds=1.005541,
        p50=12.206,
        p99=43.801,
        refused=3,
        broken=3,
        bytes=23118464,
        wrong=4,
        example='user 100001, read: 404 {"type": "x"}',
    )
    assert load.rate == 1181 / 1.005541


def test_result_of_wrk_without_an_example_is_read() -> None:
    """A line without an example of an error is parsed."""
    assert parse("RESULT 10 1000000 1 2 3 0 0 0 0 4 \n").example == ""


def test_wrk_without_a_result_is_an_error() -> None:
    """If the script fails in wrk, the error contains the output of wrk."""
    with pytest.raises(WrkError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1 Connection refused")


def test_log_of_pgbench_is_read() -> None:
    """The log has a line per transaction, in any order; its third column is microseconds."""
    lines = [f"0 {n} {n * 1000} 0 1700000000 1" for n in range(100, 0, -1)]

    load = summary(lines, 2.0, "number of failed transactions: 2 (2.000%)\n")

    assert load == Load(requests=100, seconds=2.0, p50=50, p99=99, broken=2)
    assert load.rate == 50
