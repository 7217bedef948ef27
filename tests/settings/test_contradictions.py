"""Settings that exclude each other, or need each other, stop the start."""

from pathlib import Path

import pytest

from tests.settings.conftest import API, ISSUER, OWNER, PRODUCTION, SECRET, Load, Refuse


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            PRODUCTION | {"DATABASE_URL": OWNER},
            (
                "DATABASE_URL names the same role as MIGRATION_DATABASE_URL: it must be the API's "
                "role, rowlock_api, because an owner can bypass row-level security."
            ),
        ),
        (
            PRODUCTION | {"DATABASE_URL": "postgres://%6Fwner:x@pooler.test/tasks"},
            (
                "DATABASE_URL names the same role as MIGRATION_DATABASE_URL: it must be the API's "
                "role, rowlock_api, because an owner can bypass row-level security."
            ),
        ),
        (
            {"MIGRATION_DATABASE_URL": OWNER},
            (
                "DATABASE_URL is not set, but MIGRATION_DATABASE_URL is: set both, or neither to "
                "use the embedded database."
            ),
        ),
        (
            {"DATABASE_URL": API},
            (
                "JWT_ISSUER, JWT_AUDIENCE and JWKS_URL are not set, but DATABASE_URL is: name the "
                "issuer of tokens, or set ALLOW_DEVELOPMENT_KEY=true on a machine of your own."
            ),
        ),
        (
            {"JWT_ISSUER": "https://auth.test", "JWT_AUDIENCE": "https://api.test"},
            (
                "JWKS_URL is not set, but JWT_ISSUER is: Better Auth publishes its keys at "
                "<issuer>/api/auth/jwks (or set JWKS_FILE or JWT_SECRET)."
            ),
        ),
        (
            PRODUCTION | {"JWT_SECRET": SECRET},
            (
                "JWKS_URL and JWT_SECRET are set, but keys may come from one place only: a shared "
                "secret beside a public key would let that key sign tokens."
            ),
        ),
        (
            PRODUCTION | {"JWT_SECRET": SECRET, "JWKS_FILE": __file__},
            (
                "JWKS_URL, JWKS_FILE and JWT_SECRET are set, but keys may come from one place "
                "only: a shared secret beside a public key would let that key sign tokens."
            ),
        ),
        (
            PRODUCTION | {"ALLOW_DEVELOPMENT_KEY": "true"},
            (
                "ALLOW_DEVELOPMENT_KEY is set beside JWKS_URL: a configured issuer switches the "
                "development key off; remove one of the two."
            ),
        ),
    ],
)
def test_contradiction_is_refused(refuse: Refuse, variables: dict[str, str], sentence: str) -> None:
    """Settings that contradict each other are refused, and the message names them."""
    assert refuse(**variables) == sentence


@pytest.mark.parametrize("missing", ["JWT_ISSUER", "JWT_AUDIENCE"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_issuer_needs_audience_and_the_reverse(refuse: Refuse, missing: str, how: str) -> None:
    """A source of keys without an issuer, or without an audience, is refused."""
    variables = {name: value for name, value in PRODUCTION.items() if name != missing}

    assert refuse(**variables | ({missing: ""} if how == "empty" else {})) == (
        f"{missing} is not set, but the issuer is configured: tokens are accepted only from one "
        "issuer and for one audience."
    )


def test_two_sources_of_keys_are_refused(workdir: Path, refuse: Refuse) -> None:
    """JWKS_URL and JWKS_FILE together are refused, although each alone is accepted."""
    (workdir / "jwks.json").write_text('{"keys": []}')

    assert refuse(**ISSUER, JWKS_FILE="jwks.json").startswith("JWKS_URL and JWKS_FILE are set, but")


@pytest.mark.parametrize("source", ["JWKS_URL", "JWKS_FILE", "JWT_SECRET"])
def test_one_source_of_keys_is_accepted(workdir: Path, load: Load, source: str) -> None:
    """Each source of keys alone, with issuer and audience, switches the development key off."""
    (workdir / "jwks.json").write_text('{"keys": []}')
    sources = {"JWKS_URL": ISSUER["JWKS_URL"], "JWKS_FILE": "jwks.json", "JWT_SECRET": SECRET}
    named = {name: ISSUER[name] for name in ("JWT_ISSUER", "JWT_AUDIENCE")}

    assert not load(**named, **{source: sources[source]}).development_key
