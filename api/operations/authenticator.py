"""Makes the authenticator that the settings describe."""

from api import auth
from api.auth import neon_auth
from api.settings import Settings


def make_authenticator(settings: Settings) -> auth.Authenticator:
    """Verify tokens of the configured issuer, or of the development key."""
    if settings.development_key:
        key = auth.DevelopmentKey.load_or_create(settings.key_file)
        keys = auth.development_keys(key)
        issuer, audience = auth.DEVELOPMENT_ISSUER, auth.DEVELOPMENT_AUDIENCE
    elif (base := settings.neon_auth_base_url) is not None:
        keys = auth.jwks_from_url(neon_auth.jwks_url(base), algorithms=neon_auth.ALGORITHMS)
        issuer = audience = neon_auth.origin(base)
    else:
        issuer, audience = settings.jwt_issuer or "", settings.jwt_audience or ""
        if settings.jwks_url is not None:
            keys = auth.jwks_from_url(str(settings.jwks_url))
        elif settings.jwks_file is not None:
            keys = auth.jwks_from_file(settings.jwks_file)
        else:
            assert settings.jwt_secret is not None  # noqa: S101 - Settings requires it
            keys = auth.shared_secret(settings.jwt_secret.get_secret_value())
    policy = auth.TokenPolicy(issuer, audience, settings.jwt_leeway, settings.jwt_max_lifetime)
    return auth.Authenticator(keys, policy)
