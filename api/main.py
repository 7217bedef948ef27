"""Puts the application together: wiring only."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api import auth, guard, neon_auth
from api.dependencies import Services, require_own_path
from api.direct import Direct
from api.errors import install_handlers
from api.gate import UNSUPPORTED, Gate
from api.identity import Database
from api.migrations import newest_revision
from api.openapi import DESCRIPTION, complete, operation_id
from api.readiness import Readiness
from api.root_path import RootPath
from api.routes import events, health, index, problems, reference, tasks
from api.schema_version import VERSION
from api.settings import Settings, SettingsError, load_settings
from api.violations import Constraints

EXPOSED = ("Allow", "Link", "Location", "Retry-After", "WWW-Authenticate", "X-Request-ID")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application.

    It refuses to start, in its lifespan, on a database where a check of `api/guard.py` fails.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = settings or load_settings()
    app = FastAPI(
        title="Rowlock",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url="/openapi.json" if settings.docs else None,
        docs_url=None,  # api/routes/reference.py has the page
        redoc_url=None,
        lifespan=_lifespan(settings),
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        # It would read OTEL_… of the environment, and export what users write.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    install_handlers(app)
    for router in (tasks.router, events.router):
        app.include_router(router, prefix="/api")
        app.include_router(
            router,
            prefix="/api/{user_id}",
            dependencies=[Depends(require_own_path)],
            include_in_schema=False,  # one operation, one description
        )
    app.include_router(health.router)
    app.include_router(problems.router)
    if settings.docs:
        app.include_router(index.router)
        app.include_router(reference.router)
        app.mount(reference.FILES, reference.served_files())
    app.router.routes.insert(0, Direct(app))
    app.add_middleware(Gate)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            # With those that are refused: the page reads why, where the browser would say nothing.
            allow_headers=["Authorization", "Content-Type", "X-Request-ID", *UNSUPPORTED.values()],
            expose_headers=EXPOSED,
        )
    if settings.root_path:
        app.add_middleware(RootPath, root_path=settings.root_path)
    complete(app)
    return app


def _lifespan(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = open_database(settings)
        authenticator = make_authenticator(settings)
        head = newest_revision()
        try:
            await run_sync(guard.enforce, database, head)
            await authenticator.start()
            app.state.services = Services(
                database, authenticator, Readiness(database, head), Constraints(database)
            )
            # What lives as long as the process is not looked through for garbage again.
            gc.collect()
            gc.freeze()
            yield
        finally:
            await authenticator.stop()
            database.close()

    return lifespan


def open_database(settings: Settings) -> Database:
    """The pool of connections as the API's role."""
    if settings.database_url is None:
        raise SettingsError("DATABASE_URL is not set: `rowlock serve` starts the embedded one.")
    return Database(
        settings.database_url, pool_size=settings.pool_size, pool_timeout=settings.pool_timeout
    )


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
            assert settings.jwt_secret is not None  # noqa: S101 - Settings sees to it
            keys = auth.shared_secret(settings.jwt_secret.get_secret_value())
    policy = auth.TokenPolicy(issuer, audience, settings.jwt_leeway, settings.jwt_max_lifetime)
    return auth.Authenticator(keys, policy)
