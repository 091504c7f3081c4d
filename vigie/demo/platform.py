"""The practice platform: a real HTTP server for drills, with comments that can be hidden.

It shares no code with the connector that talks to it, so that a mistake in one is not repeated
in the other.

    GET  /api/changes?after=0&limit=200   posts, edits and removals after a cursor
    POST /api/posts                       publish one line or a list of lines
    GET  /api/comments/<id>               {"id", "hidden", "removed"}
    POST /api/comments/<id>/hide          and /unhide; both may be repeated
    GET  /api/hidden                      ids of hidden comments
    POST /drill/failures                  make the API fail: see DrillFailures
"""

import asyncio
import hmac
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vigie.demo.platform_state import Comment, Failure, Line, PlatformState

MAX_PAGE = 1000
"""Most changes in one answer, whatever is asked for."""


class DrillFailures(msgspec.Struct, forbid_unknown_fields=True):
    """Either `status` with `times`, or `seed` with `rate`; `retry_after` in seconds."""

    status: int | None = None
    times: int = 1
    retry_after: float | None = None
    garbage: bool = False
    under: str = "/api/"
    seed: int = 0
    rate: float | None = None


def build_app(token: str, state: Path | None = None) -> Starlette:
    """Return the server; `app.state.platform` is its PlatformState, kept in the file `state`."""
    app = Starlette(
        routes=[
            Route("/api/changes", _changes),
            Route("/api/posts", _post, methods=["POST"]),
            Route("/api/comments/{id}", _comment),
            Route("/api/comments/{id}/hide", _hide, methods=["POST"]),
            Route("/api/comments/{id}/unhide", _unhide, methods=["POST"]),
            Route("/api/hidden", _hidden),
            Route("/drill/failures", _plan_failures, methods=["POST"]),
        ],
        middleware=[Middleware(_Authorise, token=token), Middleware(_Fail)],
    )
    app.state.platform = PlatformState(state)
    return app


def serve(host: str, port: int, token: str, state: Path | None) -> None:
    """Run the server until it is interrupted."""
    uvicorn.run(build_app(token, state), host=host, port=port, log_level="warning")


class _Authorise:
    """Refuses every request without the bearer token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                await _refusal(401, "a valid bearer token is needed")(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Fail:
    """Answers with the failures that a drill planned, before anything is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            failure = scope["app"].state.platform.failure(scope["path"])
            if failure is not None:
                await _failed(failure)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _changes(request: Request) -> Response:
    try:
        after = max(0, int(request.query_params.get("after", "0")))
        limit = min(MAX_PAGE, max(1, int(request.query_params.get("limit", "200"))))
    except ValueError:
        return _refusal(400, "after and limit must be whole numbers")
    found = _platform(request).changes(after, limit)
    changes = [{"cursor": cursor, "post": line} for cursor, line in found]
    return JSONResponse({"changes": changes, "next": found[-1][0] if found else after})


async def _post(request: Request) -> Response:
    try:
        body = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _refusal(400, "the body is not JSON")
    lines: list[Line] = body if isinstance(body, list) else [body]
    if not all(isinstance(line, dict) and isinstance(line.get("id"), str) for line in lines):
        return _refusal(400, "every post must be an object with a text id")
    await asyncio.to_thread(_platform(request).post, lines)
    return JSONResponse({"posted": len(lines)}, status_code=201)


async def _comment(request: Request) -> Response:
    comment = _platform(request).comment(request.path_params["id"])
    if comment is None:
        return _refusal(404, "no such comment")
    return JSONResponse({"id": comment.id, "hidden": comment.hidden, "removed": comment.removed})


async def _hide(request: Request) -> Response:
    return await _set_hidden(request, hidden=True)


async def _unhide(request: Request) -> Response:
    return await _set_hidden(request, hidden=False)


async def _set_hidden(request: Request, *, hidden: bool) -> Response:
    comment: Comment | None = await asyncio.to_thread(
        _platform(request).set_hidden, request.path_params["id"], hidden=hidden
    )
    if comment is None:
        return _refusal(404, "no such comment")
    return JSONResponse({"id": comment.id, "hidden": comment.hidden})


async def _hidden(request: Request) -> Response:
    return JSONResponse(_platform(request).hidden())


async def _plan_failures(request: Request) -> Response:
    try:
        plan = msgspec.json.decode(await request.body(), type=DrillFailures)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refusal(400, str(error))
    platform = _platform(request)
    if plan.rate is not None:
        platform.fail_randomly(plan.seed, plan.rate)
    if plan.status is not None:
        platform.fail_next(
            plan.status,
            plan.times,
            retry_after=plan.retry_after,
            garbage=plan.garbage,
            under=plan.under,
        )
    return Response(status_code=204)


def _platform(request: Request) -> PlatformState:
    platform: PlatformState = request.app.state.platform
    return platform


def _failed(failure: Failure) -> Response:
    headers = {} if failure.retry_after is None else {"retry-after": f"{failure.retry_after:g}"}
    if failure.garbage:
        return Response(
            b'{"changes": [{"cur\xff', failure.status, headers, media_type="application/json"
        )
    return JSONResponse({"error": "a drill"}, failure.status, headers)


def _refusal(status: int, sentence: str) -> Response:
    body: dict[str, Any] = {"error": sentence}
    return JSONResponse(body, status)
