"""`rowlock token` creates no token whose lifetime the server would refuse."""

from pathlib import Path

import pytest
from jose import jwt

from tests.cli.conftest import KEY, Run


def seconds(token: str) -> float:
    claims = jwt.get_unverified_claims(token.strip())
    return float(claims["exp"] - claims["iat"])


@pytest.mark.parametrize(
    ("hours", "environment", "most"),
    [("24.1", {}, "24"), ("87600", {}, "24"), ("0.6", {"JWT_MAX_LIFETIME": "1800"}, "0.5")],
)
def test_token_that_lives_too_long_is_refused(
    run: Run, folder: Path, hours: str, environment: dict[str, str], most: str
) -> None:
    """More hours than JWT_MAX_LIFETIME allows are refused with the greatest number."""
    refused = run("token", "alice", "--hours", hours, **environment)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"--hours must be at most {most}: the server refuses a token that lives longer than "
        "JWT_MAX_LIFETIME, which is in seconds.\n"
    )
    assert not (folder / KEY).exists()
    assert seconds(run("token", "alice", "--hours", most, **environment).stdout) == (
        float(most) * 3600
    )


def test_lifetime_follows_a_shorter_bound(run: Run) -> None:
    """Without --hours, the token is valid for a day, or for JWT_MAX_LIFETIME if that is shorter."""
    assert seconds(run("token", "alice", JWT_MAX_LIFETIME="600").stdout) == 600
    assert seconds(run("token", "alice", JWT_MAX_LIFETIME="864000").stdout) == 86_400
