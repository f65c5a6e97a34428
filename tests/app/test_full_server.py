"""A server that is full says so on the first page, before a camera starts, and names a freer one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import resources
from dashboard.servers.load import Load
from db.servers import ServerNow, beat
from db.store import EndReason, Store
from tests.app.opening import OpenedApp, texts
from tests.made.storage import new_session

FULL = Load(cores=2.0, used=1.7, sessions=3, each=0.5)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def test_a_full_server_says_why_and_starts_nothing(opened: OpenedApp) -> None:
    page = opened.page("live")
    assert "This server is full" not in texts(page)
    resources.heart().meter.last = FULL
    page.run()
    assert "1.7 of its 2 cores are busy, and another session takes 0.5" in texts(page)
    assert "ask whoever runs Attune" in texts(page)
    page.button_group(key="purpose").select("research")
    page.button_group(key="region").select("elsewhere").run()
    page.button(key="continue").click().run()
    assert "This server is full" in texts(page)
    assert page.get("iframe") == [] and resources.running() == []
    assert page.button(key="continue"), "the form is still there"


def test_a_session_of_a_lost_server_goes_on_only_where_there_is_room(opened: OpenedApp) -> None:
    store, now = Store(opened.engine), datetime.now(UTC)
    said = {"purpose": "my own rehearsal", "region": "elsewhere", "title": "Of the lost one"}
    lost = store.start_session(new_session(started_at=now - timedelta(minutes=9), **said))
    store.end_session(lost, now - timedelta(minutes=1), EndReason.INTERRUPTED)
    running = store.start_session(new_session(started_at=now, title="Somebody's, elsewhere"))
    page = opened.page("live")
    assert "“Of the lost one” was cut off" in texts(page)
    assert not page.button(key="go-on").disabled
    resources.heart().meter.last = FULL
    page.run()
    assert page.button(key="go-on").disabled and "This server is full" in texts(page)
    store.end_session(running, now, EndReason.STOPPED)
    page.run()
    assert "was cut off" not in texts(page), "they have held another one since"


def test_a_freer_server_is_named_with_its_address(opened: OpenedApp) -> None:
    page = opened.page("live")
    resources.heart().meter.last = FULL
    beat(opened.engine, ServerNow("b" * 32, "https://attune.example.org/?server=two", 0, 4))
    beat(opened.engine, ServerNow("c" * 32, "https://attune.example.org/?server=three", 9, 0))
    page.run()
    assert "Another server has room for 4 more." in texts(page)
    [link] = page.get("link_button")
    assert link.proto.url == "https://attune.example.org/?server=two"
