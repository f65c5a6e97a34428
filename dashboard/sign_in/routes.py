"""/s/TOKEN: a shared link becomes a cookie for its one session, and leaves the address at once."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.sign_in.identity import LINK_COOKIE, Identities
from db.errors import DatabaseError
from db.rights.shares import session_of_link

PATH = "/s/{token}"
LASTS_S = 366 * 24 * 3600
"""The share itself ends earlier; the cookie is of no use then."""
OVER = "This link opens nothing: it was taken back, its time is over, or a part of it is missing.\n"
CLOSED = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def link_address(origin: str, token: str) -> str:
    return f"{origin}/s/{token}"


def link_routes(identities: Callable[[], Identities], database: Callable[[], Engine]) -> list[Route]:
    """The route to give to `st.App`."""

    async def open_link(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            asked = await asyncio.to_thread(identities)
            found = await asyncio.to_thread(session_of_link, database(), token) if asked.are_asked else None
        except DatabaseError as error:
            return PlainTextResponse(str(error), 503, CLOSED)
        if found is None:
            return PlainTextResponse(OVER, 404, CLOSED)
        answer = RedirectResponse(f"/report?session={found}", 303, CLOSED)
        answer.set_cookie(f"{LINK_COOKIE}{found}", token, LASTS_S, httponly=True, samesite="lax")
        return answer

    return [Route(PATH, open_link, methods=["GET"])]
