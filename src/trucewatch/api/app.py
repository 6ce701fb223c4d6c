"""The routes: a report in every form, and a row with its lineage. Each asks the desk and renders.

The store is opened for one request and closed again, so that a run beside is never shut out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import JSONResponse

from trucewatch import __version__, desk
from trucewatch.api.serving import LOCAL_NAMES, Served
from trucewatch.errors import ConfigError, EvidenceError, StoreError, TrucewatchError, one_of
from trucewatch.mission import Mission
from trucewatch.publish import FORMATS, audience_named, render
from trucewatch.store import Store, open_store

KINDS = ("daily", "status", "spot")
MEDIA = {
    "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8",
    "json": "application/json", "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json", "cap": "application/cap+xml", "pdf": "application/pdf",
}  # fmt: skip
# What is shown tells of people at risk: no cache keeps it, no page frames it or learns of it.
HEADERS = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}  # fmt: skip
WAIT_S = 5.0


def app_for(mission: Mission, served: Served) -> FastAPI:
    """Return the API of a mission for one audience; raises ConfigError for an unknown one."""
    audience_named(mission, served.audience)
    # Its pages of documentation load scripts from elsewhere; the description itself does not.
    app = FastAPI(title=mission.title, version=__version__, docs_url=None, redoc_url=None)
    if served.is_local:
        # A page elsewhere could give this machine's address a name of its own and read along.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL_NAMES])
    app.middleware("http")(_with_headers)
    app.add_exception_handler(TrucewatchError, _told)
    _add_reports(app, mission, served.audience)
    if served.is_whole:
        _add_lineage(app, mission)
    return app


def _add_reports(app: FastAPI, mission: Mission, audience: str) -> None:
    @app.get("/", response_class=Response, summary="The last daily report, as a page")
    def front() -> Response:
        return report("daily", "html")

    @app.get("/reports/{kind}.{form}", response_class=Response, summary="A report in one form")
    def report(kind: str, form: str, day: date | None = None) -> Response:
        one_of("the address", "report", kind, KINDS)
        one_of("the address", "form", form, FORMATS)
        with _opened(mission) as store:
            made = desk.product(store, mission, kind=kind, day=day, audience=audience)
            figures = desk.warning_figures(store, mission, made) if form in desk.PICTURED else {}
        return Response(render(made, form, figures=figures), media_type=MEDIA[form])


def _add_lineage(app: FastAPI, mission: Mission) -> None:
    """Lineage ends in positions and words as received: it is for the whole mission alone."""

    @app.get("/rows/{row_id:path}", summary="A row with its lineage, down to the captured record")
    def row(row_id: str) -> Any:
        with _opened(mission) as store:
            return jsonable_encoder(desk.lineage(store, mission, row_id))


@contextmanager
def _opened(mission: Mission) -> Iterator[Store]:
    if not mission.store_path.is_file():
        raise ConfigError.at(
            mission.root, None, found=f"no {mission.store_path.name}",
            expected="a mission that has been run", mend="Run it: trucewatch run",
        )  # fmt: skip
    with open_store(mission.store_path, read_only=True, wait_s=WAIT_S) as store:
        yield store


async def _with_headers(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await answer(request)
    response.headers.update(HEADERS)
    return response


def _told(_request: Request, error: Exception) -> Response:
    """Say an error as JSON: 404 what is not there, 503 a store at work, 500 broken evidence."""
    if isinstance(error, ConfigError):
        return JSONResponse({"errors": [str(fault) for fault in error.faults]}, 404)
    busy = isinstance(error, StoreError)
    status = 503 if busy else 500 if isinstance(error, EvidenceError) else 409
    return JSONResponse({"errors": [str(error)]}, status, {"Retry-After": "10"} if busy else None)
