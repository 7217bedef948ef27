"""Creates the application from its parts."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.http import api_reference, health, index, problem_types
from api.http.constraint_violations import Constraints
from api.http.dependencies import Services, require_own_path
from api.http.error_handlers import install_handlers
from api.http.fast_route import FastRoute
from api.http.middleware import UNSUPPORTED, RequestMiddleware
from api.http.openapi import DESCRIPTION, complete, operation_id
from api.http.root_path import RootPath
from api.operations import startup_checks
from api.operations.api_database import open_database
from api.operations.authenticator import make_authenticator
from api.operations.migrate import newest_revision
from api.operations.readiness import Readiness
from api.operations.schema_version import VERSION
from api.settings import Settings, load_settings
from api.tables import discovery

EXPOSED = ("Allow", "Link", "Location", "Retry-After", "WWW-Authenticate", "X-Request-ID")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application.

    Its lifespan refuses to start on a database where a start-up check fails
    (`api/operations/startup_checks.py`), unless `app.state.checked` is true: the caller has just
    checked the database.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = settings or load_settings()
    app = FastAPI(
        title="Rowlock",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url="/openapi.json" if settings.docs else None,
        docs_url=None,  # api/http/api_reference.py has the page
        redoc_url=None,
        lifespan=_lifespan(settings),
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        # It would read the OTEL_… environment variables, and export what users write.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.checked = False
    install_handlers(app)
    _include_routers(app, settings)
    if settings.fast_route:
        app.router.routes.insert(0, FastRoute(app))
    app.add_middleware(RequestMiddleware)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            # Refused headers are allowed too: the page then reads the refusal, and no CORS error.
            allow_headers=["Authorization", "Content-Type", "X-Request-ID", *UNSUPPORTED.values()],
            expose_headers=EXPOSED,
        )
    if settings.root_path:
        app.add_middleware(RootPath, root_path=settings.root_path)
    complete(app)
    return app


def _include_routers(app: FastAPI, settings: Settings) -> None:
    routers = discovery.routers()
    for router in routers:
        app.include_router(router, prefix="/api")
    for router in routers:
        app.include_router(
            router,
            prefix="/api/{user_id}",
            dependencies=[Depends(require_own_path)],
            include_in_schema=False,  # an operation must not appear twice in the document
        )
    app.include_router(health.router)
    app.include_router(problem_types.router)
    if settings.docs:
        app.include_router(index.router)
        app.include_router(api_reference.router)
        app.mount(api_reference.FILES, api_reference.served_files())


def _lifespan(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = open_database(settings)
        authenticator = make_authenticator(settings)
        head = newest_revision()
        try:
            if not app.state.checked:
                await run_sync(startup_checks.enforce, database, head, discovery.statements())
            await authenticator.start()
            app.state.services = Services(
                database, authenticator, Readiness(database, head), Constraints(database)
            )
            # The garbage collector need not scan objects that live as long as the process.
            gc.collect()
            gc.freeze()
            yield
        finally:
            await authenticator.stop()
            database.close()

    return lifespan
