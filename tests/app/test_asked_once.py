"""Whose tab it is, is asked once a run; what was taken back or signed out counts at the next."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import event
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from dashboard.resources import database
from db.access import Who
from db.rights import accounts
from db.rights.shares import revoke, shares_of
from tests.app.opening import APP, everything
from tests.made.rights import PERSON, TITLE, Shared


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    yield Shared(tmp_path, monkeypatch)
    st.cache_resource.clear()


def opened(page: str, shared: Shared, name: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    cookies = shared.cookies(name)
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["session"] = str(shared.session_id)
    return app.switch_page(f"../pages/{page}.py").run()


@pytest.mark.parametrize("page", ["live", "sessions", "report"])
def test_a_run_asks_once_whose_tab_it_is(page: str, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(page, shared, "owner", monkeypatch)
    asked: list[str] = []

    def listen(_a: object, _b: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and "account.signed_out_at" in statement:
            asked.append(statement)

    event.listen(database(), "before_cursor_execute", listen)
    app.run()
    assert TITLE in everything(app)
    assert len(asked) == 1, "\n".join(asked)


def test_who_signed_out_elsewhere_is_asked_to_sign_in_at_the_next_run(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("report", shared, "owner", monkeypatch)
    assert PERSON in everything(app)
    accounts.sign_out(shared.engine, "owner", datetime.now(UTC))
    app.run()
    assert any(one.key == "sign-in" for one in app.button) and TITLE not in everything(app)


@pytest.mark.parametrize("name", ["reader", "group"])
def test_a_share_that_was_taken_back_opens_nothing_at_the_next_run(
    name: str, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("report", shared, name, monkeypatch)
    assert TITLE in everything(app)
    for given in shares_of(shared.engine, shared.session_id):
        revoke(shared.engine, Who("owner"), given.id)
    app.run()
    assert TITLE not in everything(app) and "There is no session" in everything(app)
