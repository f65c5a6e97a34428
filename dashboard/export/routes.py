"""What the server answers beside the pages: downloads, and a sentence where there is none.

`st.download_button` holds the whole file in memory, also with a callable. A route given to `st.App` goes
through uvicorn's flow control instead, so that neither a long session nor a slow reader costs memory.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.settings import Settings
from db.access import STRANGER, Access, Sessions
from db.errors import DatabaseError

PATH = "/download/{session_id:int}/{key}"
DICTIONARY = "dictionary"
NO_DOWNLOAD = (
    "There is no download at this address: wanted /download/ with the number of a session and a format, such "
    "as /download/12/long, got {}. The Export page has every file's address.\n"
)
SIGN_IN_FIRST = (
    "Sign in first: open Attune in this browser, sign in and take the file from its Export page.\n"
)
GROUP, ONLY = "group", "only"


def download_address(
    session_id: int, key: str = "long", *, group_only: bool = False, dictionary: bool = False
) -> str:
    """Where a session's file is, or the data dictionary beside it, relative to any page."""
    path = f"download/{session_id}/{key}" + f"/{DICTIONARY}" * dictionary
    return path + f"?{GROUP}={ONLY}" * group_only


def download_routes(
    sessions_of: Callable[[Request], Sessions], settings: Callable[[], Settings] = Settings
) -> list[Route]:
    """The routes to give to `st.App`; `sessions_of` tells, on a worker thread, what whoever asks may see.

    A group-only file is of as many people at least as `settings` say; whoever may see the group alone gets
    no other.
    """

    def download(request: Request) -> Response:
        # Exporters bring pandas: 80 MB and half a second that the first page does not need.
        from dashboard.export import downloads

        wanted = request.path_params
        try:
            sessions = sessions_of(request)
        except DatabaseError as error:
            return PlainTextResponse(str(error), status_code=503)
        if sessions.who == STRANGER:
            return PlainTextResponse(SIGN_IN_FIRST, status_code=401)
        answer = downloads.dictionary if request.url.path.endswith(f"/{DICTIONARY}") else downloads.answer
        group_only = request.query_params.get(GROUP) == ONLY or (
            sessions.access(wanted["session_id"] % 2**31) == Access.GROUP
        )
        # One person is no group, whatever the settings say.
        least_people = max(2, settings().min_group_size) if group_only else 1
        return answer(sessions, wanted["session_id"], wanted["key"], least_people)

    wanted = [Route(path, download, methods=["GET"]) for path in (PATH, f"{PATH}/{DICTIONARY}")]
    # Streamlit answers what nobody else does with its page and status 200, which a script takes for the file.
    return [*wanted, *(Route(path, _not_there) for path in ("/download", "/download/{rest:path}"))]


def _not_there(request: Request) -> Response:
    return PlainTextResponse(NO_DOWNLOAD.format(request.url.path[:200]), status_code=404)
