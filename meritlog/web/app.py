"""The application: the service's routes, the feeds and the page, behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response

from meritlog.web import disputes, feeds, queries, refusals, routes
from meritlog.web.guard import Guard
from meritlog.web.metrics import Metrics
from meritlog.web.openapi import describe
from meritlog.web.plans import Plans
from meritlog.web.service import Service, Settings
from schemas.problems import Problem

STATIC = Path(str(resources.files("meritlog"))) / "web" / "static"


def application(settings: Settings) -> FastAPI:
    """A server's application; what it is made of comes to life with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = Service(settings)
        app.state.metrics = Metrics(app.state.service)
        async with app.state.service.running():
            yield

    app = FastAPI(
        title="meritlog",
        version=metadata.version("meritlog"),
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(feeds.router)
    app.include_router(routes.router)
    app.include_router(queries.router)
    app.include_router(disputes.router)
    app.add_api_route("/", page, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_middleware(Guard, token=settings.token, hosts=settings.hosts)
    for kind, handler in (
        (Problem, refusals.on_problem),
        (RequestValidationError, refusals.on_malformed),
        (HTTPException, refusals.on_http),
        (Exception, refusals.on_defect),
    ):
        app.add_exception_handler(kind, handler)
    describe(app)
    return app


def described() -> dict[str, Any]:
    """The OpenAPI document, of a server that does not run."""
    return application(Settings(Path(), Plans({}))).openapi()


async def page() -> Response:
    """The leaderboard as a page."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})
