"""Whose tab it is, is asked once a run; what was taken back, is over or signed out counts at the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
import streamlit as st
from sqlalchemy import event
from starlette.requests import Request
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from dashboard import resources
from dashboard.resources import database
from dashboard.rights.me_page import WRONG
from dashboard.sign_in import identity
from dashboard.signing import seen_by
from db.access import Sessions, Who
from db.rights import accounts
from db.rights.own_codes import MOST_TRIES, make_code
from db.rights.shares import revoke, share_with, shares_of
from db.store import EndReason
from tests.app.opening import APP, everything
from tests.made.rights import PERSON, TITLE, Shared
from tests.made.running import Bench, analyse

RUNNING = "Weekly meeting"


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    yield Shared(tmp_path, monkeypatch)
    st.cache_resource.clear()


def opened(page: str, shared: Shared, name: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    cookies = shared.cookies(name)
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
    app = AppTest.from_file(str(APP), default_timeout=100)
    app.query_params["session"] = str(shared.session_id)
    return app.switch_page(f"../pages/{page}.py").run()


@contextmanager
def questions() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def listen(_a: object, _b: object, statement: str, *_: object) -> None:
        if statement != "BEGIN":
            asked.append(statement)

    event.listen(database(), "before_cursor_execute", listen)
    yield asked
    event.remove(database(), "before_cursor_execute", listen)


@pytest.mark.parametrize("page", ["live", "sessions", "report"])
def test_a_run_asks_once_whose_tab_it_is(page: str, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(page, shared, "owner", monkeypatch)
    with questions() as asked:
        app.run()
    assert TITLE in everything(app)
    told = [one for one in asked if one.startswith("SELECT") and "account.signed_out_at" in one]
    assert len(told) == 1, "\n".join(told)


@pytest.mark.parametrize("name", ["owner", "reader", "other"])
def test_the_stream_of_events_asks_as_often_of_a_hundred_sessions_as_of_one(
    name: str, shared: Shared
) -> None:
    sent = "; ".join(f"{one}={value}" for one, value in shared.cookies(name).items())
    seen = seen_by(Request({"type": "http", "headers": [(b"cookie", sent.encode())]}))
    assert seen is not None and seen([]) == {}  # their sign-in is written down at the first request
    with questions() as of_one:
        alone = seen([shared.session_id])
    with questions() as of_many:
        among_many = seen(range(shared.session_id, shared.session_id + 100))
    assert alone == among_many == ({} if name == "other" else {shared.session_id: 0})
    assert len(of_one) == len(of_many) == 2, "\n".join(of_many)


def test_who_signed_out_elsewhere_is_asked_to_sign_in_at_the_next_run(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("report", shared, "owner", monkeypatch)
    assert PERSON in everything(app)
    accounts.sign_out(shared.engine, "owner", datetime.now(UTC))
    app.run()
    assert any(one.key == "sign-in" for one in app.button) and TITLE not in everything(app)


def test_who_signed_out_by_a_clock_that_goes_before_is_told_when_to_sign_in_again(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened("help", shared, "owner", monkeypatch)
    accounts.sign_out(shared.engine, "owner", datetime.now(UTC) + timedelta(minutes=4, seconds=30))
    app = opened("help", shared, "owner", monkeypatch)
    assert [one.value for one in app.warning] == [identity.OUT_AHEAD.format(minutes=5)]


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


def test_a_sign_in_that_is_over_by_the_clock_is_told_so_at_the_next_run(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("report", shared, "owner", monkeypatch)
    assert TITLE in everything(app)
    monkeypatch.setattr(identity, "datetime", _InThirteenHours)
    app.run()
    assert TITLE not in everything(app) and any(one.key == "sign-in" for one in app.button)
    assert any("lasts 12 hours" in one.value for one in app.warning)


class _InThirteenHours(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(hours=13)


def test_who_may_not_see_a_running_session_any_more_is_told_and_it_goes_on_for_its_owner(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Who("owner")
    bench = Bench(shared.engine, who=owner)
    share_with(shared.engine, owner, bench.session_id, "reader", group_only=False)
    resources._running.add(bench.live)
    analyse(bench, 2)
    monkeypatch.setattr(shared, "session_id", bench.session_id)
    app = opened("presenter", shared, "reader", monkeypatch)
    assert RUNNING in everything(app)
    revoke(shared.engine, owner, shares_of(shared.engine, bench.session_id)[0].id)
    app.run()
    assert RUNNING not in everything(app) and "is not shared with you any more" in everything(app)
    analyse(bench, 2)
    bench.live.finish(EndReason.STOPPED)
    kept = Sessions(shared.engine, owner).get(bench.session_id)
    assert (kept.faces, kept.end_reason) == (4, EndReason.STOPPED)


def test_after_five_wrong_codes_the_right_one_opens_nothing_on_the_page(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_code(shared.engine, Who("owner"), shared.session_id, 1)
    app = opened("me", shared, "stranger", monkeypatch)
    for typed in ["AAAA-2222"] * MOST_TRIES + [code]:
        app.text_input(key="own-code-typed").set_value(typed)
        app.button(key="own-code-show").click().run()
        assert [one.value for one in app.error] == [WRONG] and TITLE not in everything(app)
