"""What the server answers beside the pages: one route for downloads.

`st.download_button` holds the whole file in memory, also with a callable. A route given to `st.App` goes
through uvicorn's flow control instead, so that neither a long session nor a slow reader costs memory.
"""

from collections.abc import Callable

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/download/{session_id:int}/{key}"


def download_address(session_id: int, key: str = "long") -> str:
    """Where a session's file is, relative to any page."""
    return f"download/{session_id}/{key}"


def download_routes(database: Callable[[], Engine]) -> list[Route]:
    """The routes to give to `st.App`; `database` is asked at each download, on a worker thread."""

    def download(request: Request) -> Response:
        # Exporters bring pandas: 80 MB and half a second that the first page does not need.
        from dashboard.downloads import answer

        return answer(database(), request.path_params["session_id"], request.path_params["key"])

    return [Route(PATH, download, methods=["GET"])]
