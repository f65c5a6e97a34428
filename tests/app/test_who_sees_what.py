"""Every route and every page, asked by everybody: a stranger, another person, a reader, whoever has a link to
the group, whose link was taken back, the owner, an administrator. What is new needs a row here."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as Asked

import pytest
import streamlit as st
from starlette.requests import Request
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from dashboard import app as door
from dashboard.navigation import PAGES
from dashboard.signing import seen_by
from tests.app.opening import APP, everything
from tests.made.feed import served
from tests.made.rights import PEOPLE, PERSON, TITLE, Shared

SIGN_IN, NOTHING, GROUP, READ = "sign in", "nothing", "the group", "everybody"
S, N, G, R = SIGN_IN, NOTHING, GROUP, READ
ROUTES: dict[str, tuple[int, ...]] = {  # in the order of PEOPLE
    "/download/{session_id:int}/{key}": (401, 404, 200, 404, 404, 200, 404),
    "/download/{session_id:int}/{key}/dictionary": (401, 404, 200, 404, 404, 200, 404),
    "/download": (404,) * 7,
    "/download/{rest:path}": (404,) * 7,
    "/events": (401, 200, 200, 401, 401, 200, 200),
    "/s/{token}": (404, 404, 404, 303, 404, 404, 404),
    "/vote/{code}": (404,) * 7,  # guessed; see the test of the right one
    "/health": (200,) * 7,
    "/metrics": (404,) * 7,
}
"""/events answers who signed in, and tells of their sessions alone; a program sends a link's token."""
SHOWN: dict[str, tuple[str, ...]] = {
    "live": (S, N, N, S, S, G, N),  # the owner's own set-up is offered again
    "recordings": (S, N, N, S, S, N, N),
    "sessions": (S, N, G, S, S, G, N),
    "presenter": (S, N, G, G, N, G, N),
    "report": (S, N, R, G, N, R, N),
    "compare": (S, N, R, G, N, R, N),
    "summary": (S, N, G, G, N, G, N),
    "export": (S, N, R, G, N, R, N),
    "model": (S, N, N, S, S, N, N),
    "connection": (S, N, N, S, S, N, N),
    "help": (S, N, N, N, N, N, N),
    "me": (N,) * 7,
    "accounts": (S, N, N, S, S, N, G),
}
"""What is told of the session: GROUP its title, READ also whom the host named."""


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    yield Shared(tmp_path, monkeypatch)
    st.cache_resource.clear()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def status(address: str, path: str, cookies: Mapping[str, str]) -> int:
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    try:
        with build_opener(_Stay).open(Asked(f"http://{address}{path}", headers=sent), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_every_route_answers_everybody_as_the_table_says(shared: Shared) -> None:
    assert {route.path for route in door.routes} == set(ROUTES), "a route needs its row"
    with served(door.routes) as address:
        for pattern, wanted in ROUTES.items():
            for name, code in zip(PEOPLE, wanted, strict=True):
                path = pattern.replace("{session_id:int}", str(shared.session_id)).replace("{key}", "long")
                path = path.replace("{rest:path}", "x").replace("{token}", shared.tokens.get(name, "guessed"))
                path = path.replace("{code}", "guessed")
                assert status(address, path, shared.cookies(name)) == code, f"{path} for {name}"


def test_a_link_to_the_group_gets_group_files_alone_whatever_it_asks(shared: Shared) -> None:
    with served(door.routes) as address:
        for key, code in (("long", 404), ("html", 200)):
            path = f"/download/{shared.session_id}/{key}"
            assert status(address, path, shared.cookies("group")) == code, key
        unknown = status(address, "/download/99999/long", shared.cookies("other"))
        assert unknown == status(address, f"/download/{shared.session_id}/long", shared.cookies("other"))


def test_the_stream_of_events_tells_a_link_to_the_group_of_no_single_person(shared: Shared) -> None:
    found: dict[str, Mapping[int, int] | None] = {}
    for name in PEOPLE:
        sent = "; ".join(f"{one}={value}" for one, value in shared.cookies(name).items())
        request = Request({"type": "http", "headers": [(b"cookie", sent.encode())]})
        seen = seen_by(request)
        found[name] = None if seen is None else seen([shared.session_id, 99_999])
    number = shared.session_id
    assert found.pop("reader") == found.pop("owner") == {number: 0}
    assert found.pop("other") == found.pop("administrator") == {}
    assert found == {"stranger": None, "group": None, "revoked": None}
    bearer = [(b"authorization", f"Bearer {shared.tokens['group']}".encode())]
    seen = seen_by(Request({"type": "http", "headers": bearer}))
    assert seen is not None and seen([number, 99_999]) == {number: 2}


def opened(page: str, shared: Shared, cookies: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
    app = AppTest.from_file(str(APP), default_timeout=100)
    app.query_params["session"] = app.query_params["sessions"] = str(shared.session_id)
    app.query_params["person"] = "1"
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception, app.exception
    return app


def told(app: AppTest) -> str:
    """What the page tells of the session, of everything that reaches the browser."""
    if any(button.key == "sign-in" for button in app.button):
        return SIGN_IN if TITLE not in everything(app) else "a title"
    all_of_it = everything(app)
    return READ if PERSON in all_of_it else GROUP if TITLE in all_of_it else NOTHING


def test_every_page_has_its_row() -> None:
    assert {entry.url for entry in PAGES} == set(SHOWN), "a page needs its row"


@pytest.mark.parametrize("page", SHOWN)
def test_every_page_tells_everybody_what_the_table_says(
    page: str, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {name: told(opened(page, shared, shared.cookies(name), monkeypatch)) for name in PEOPLE}
    assert found == dict(zip(PEOPLE, SHOWN[page], strict=True))
