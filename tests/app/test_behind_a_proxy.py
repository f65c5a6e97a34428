"""Where a proxy names who asks and no public address is set: pages work, links name the tab's address."""

import asyncio
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.context import ContextProxy
from streamlit.web.server.starlette.starlette_websocket import gather_user_info

from dashboard import resources, signing
from dashboard.sign_in.door import SignInDoor
from db.access import Who
from db.store import Store
from tests.app.opening import OpenedApp
from tests.made.faces import face, seconds
from tests.made.sessions import stored

HOST = "ada@school.example"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    monkeypatch.setenv("ATTUNE_USER_HEADER", "X-User")
    told = config.get_option
    monkeypatch.setattr(
        config, "get_option", lambda name: "localhost" if name == "server.address" else told(name)
    )
    monkeypatch.setattr(ContextProxy, "headers", property(lambda _: {"X-User": HOST}))
    monkeypatch.setattr(ContextProxy, "url", property(lambda _: "https://attune.school.example/report"))
    return OpenedApp(tmp_path, monkeypatch)


def test_an_owner_shares_by_a_link_of_the_address_that_the_tab_has(opened: OpenedApp) -> None:
    frames = seconds([(face(1), face(2))] * 60)
    session_id = stored(Store(opened.engine, Who(HOST)), frames)
    page = opened.page("report", session=session_id)
    page.radio(key="share-way").set_value("Whoever has a link").run()
    page.button(key="share-do").click().run()
    assert not page.exception
    assert any(one.value.startswith("https://attune.school.example/s/") for one in page.code)


def test_whom_the_proxy_does_not_name_sees_no_session_of_others(
    opened: OpenedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = stored(Store(opened.engine, Who(HOST)), seconds([(face(1),)] * 60), "Staff meeting")
    monkeypatch.setattr(ContextProxy, "headers", property(lambda _: {"X-User": "eve@school.example"}))
    page = opened.page("report", session=session_id)
    assert "Staff meeting" not in "".join(str(one) for one in page.main)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_request_that_names_two_people_is_nobodys(opened: OpenedApp, kind: str) -> None:
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def ask(*names: bytes) -> None:
        scope = {"type": kind, "path": "/", "headers": [(b"x-user", name) for name in names]}
        await SignInDoor(_lets_in, resources.identities, secure=False)(scope, _receive, send)

    asyncio.run(ask(b"eve@school.example", b"ada@school.example"))
    assert told[0].get("status", told[0].get("code")) in (400, 1008)
    told.clear()
    asyncio.run(ask(b"eve@school.example"))
    assert told == [{"type": "let in"}]


def test_streamlit_is_told_whose_tab_it_is_so_that_nobody_goes_on_with_anothers(opened: OpenedApp) -> None:
    try:
        assert signing.asks_proxy()
        for name in ("ada@school.example", "eve@school.example"):
            assert gather_user_info(Headers({"x-user": name})) == {"sub": name}
    finally:
        config.set_option("server.trustedUserHeaders", {})


async def _receive() -> Message:
    return {"type": "http.request"}


async def _lets_in(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "let in"})
