"""/vote/CODE: three buttons for whoever has a session's code; no account, no script, nothing of the session.

A page of its own beside Streamlit's: a hundred phones hold no connection and no session of the server.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.palette import VOTE_LABELS
from db.errors import DatabaseError
from db.rights.ballots import MOST_A_SECOND, Answer, Ballot, Choice, ballot_by, cast

PATH = "/vote/{code}"
DEVICE, SAID = "attune-voice", "attune-said"
LASTS_S = 24 * 3600
DEVICE_BYTES, LONGEST_DEVICE = 16, 64
PAGE = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
UNTITLED = "How is it going?"
NOT_YET = "Press what is true for you now."
SAYING = {
    Answer.COUNTED: "Your voice: {choice}. Press another whenever that changes.",
    Answer.TOO_QUICK: "That was too quick, or too many press at once. Press again in a moment.",
}
OVER = "Voting is closed."
LIMITS = (
    "Nobody is told who pressed what: no name and no account is kept. One voice a device; the newest counts, "
    "for three minutes."
)
NOT_FOUND = (
    "There is nothing to vote on here: the session was deleted, or a part of the address is missing.\n"
)
UNKNOWN = "Wanted one of clear, lost and question.\n"
CLOSED = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def vote_address(origin: str, code: str) -> str:
    return origin + PATH.format(code=code)


def vote_routes(database: Callable[[], Engine]) -> list[Route]:
    """The routes to give to `st.App`."""

    async def show(request: Request) -> Response:
        try:
            found = await asyncio.to_thread(ballot_by, database(), request.path_params["code"])
        except DatabaseError as error:
            return PlainTextResponse(str(error), 503, CLOSED)
        if found is None:
            return PlainTextResponse(NOT_FOUND, 404, CLOSED)
        return HTMLResponse(page_of(found, request.cookies.get(SAID, "")), headers=CLOSED)

    pace = Pace()

    async def press(request: Request) -> Response:
        code, device = request.path_params["code"], request.cookies.get(DEVICE, "")[:LONGEST_DEVICE]
        async with request.form(max_files=0, max_fields=1) as form:
            pressed = str(form.get("choice", ""))
        if pressed not in set(Choice):
            return PlainTextResponse(UNKNOWN, 400, CLOSED)
        device = device or secrets.token_urlsafe(DEVICE_BYTES)
        try:
            # Only what may count takes the database's lock for writing, which the recorder waits for, too.
            if await asyncio.to_thread(ballot_by, database(), code) is None:
                return PlainTextResponse(NOT_FOUND, 404, CLOSED)
            now, choice, told = datetime.now(UTC), Choice(pressed), Answer.TOO_QUICK
            if pace.lets(code, time.monotonic()):
                told = await asyncio.to_thread(cast, database(), code, device, choice, now)
        except DatabaseError as error:
            return PlainTextResponse(str(error), 503, CLOSED)
        here = vote_address("", code)
        answer = RedirectResponse(here, 303, CLOSED)
        said = choice if told is Answer.COUNTED else told.name.lower()
        for name, value in ((DEVICE, device), (SAID, said)):
            answer.set_cookie(name, value, LASTS_S, path=here, httponly=True, samesite="lax")
        return answer

    return [Route(PATH, show, methods=["GET"]), Route(PATH, press, methods=["POST"])]


class Pace:
    """Presses that may reach the database, by code and second. For one thread: the event loop's."""

    def __init__(self, most: int = MOST_A_SECOND) -> None:
        self._most, self._second, self._pressed = most, 0, Counter[str]()

    def lets(self, code: str, now_s: float) -> bool:
        """Whether one more may."""
        if int(now_s) != self._second:
            self._second = int(now_s)
            self._pressed.clear()
        self._pressed[code] += 1
        return self._pressed[code] <= self._most


def page_of(ballot: Ballot, said: str) -> str:
    """The page. `said`: the last choice, or what became of the last press, as the browser sent it."""
    title = escape(ballot.title or UNTITLED)
    if ballot.closed:
        return PAGE.substitute(title=title, asked="", said=OVER, limits=LIMITS)
    buttons = "".join(_button(one, pressed=one == said) for one in Choice)
    return PAGE.substitute(
        title=title, asked=f'<form method="post">{buttons}</form>', said=_told(said), limits=LIMITS
    )


def _button(choice: Choice, *, pressed: bool) -> str:
    is_pressed = str(pressed).lower()
    return (
        f'<button name="choice" value="{choice}" aria-pressed="{is_pressed}">{VOTE_LABELS[choice]}</button>'
    )


def _told(said: str) -> str:
    if said in set(Choice):
        return SAYING[Answer.COUNTED].format(choice=VOTE_LABELS[Choice(said)])
    return SAYING[Answer.TOO_QUICK] if said == Answer.TOO_QUICK.name.lower() else NOT_YET
