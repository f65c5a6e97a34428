"""The Connection page in AppTest, and what it makes of a browser's report: each trouble names its setting."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.connection import page as connection_view
from dashboard.connection.browser_report import BrowserReport, read_report
from dashboard.connection.findings import (
    Finding,
    Level,
    camera_findings,
    page_findings,
    summary,
    way_findings,
)
from dashboard.connection.ice_probe import Answer, Trouble
from dashboard.connection.servers import server_findings
from dashboard.ice_urls import IceUrl, parse_ice_url
from tests.app.opening import OpenedApp, texts

HEALTHY: dict[str, Any] = {
    "run": 1,
    "secure": True,
    "origin": "http://localhost:8501",
    "capture": True,
    "sharing": True,
    "permission": "granted",
    "cameras": 2,
    "frame": {"width": 640, "height": 480, "took_ms": 420.5, "brightest": 250},
    "candidates": [{"type": "host", "protocol": "udp", "address": "10.0.0.7", "port": 50000}],
    "errors": [],
    "complete": True,
}
TURN = "turn:turn.example.org:3478"
STUN = "stun:stun.example.org:3478"
RELAY = {"type": "relay", "address": "9.9.9.9", "port": 7, "url": f"{TURN}?transport=udp"}


def report(**changes: object) -> BrowserReport:
    found = read_report(HEALTHY | changes)
    assert found is not None
    return found


def url(text: str) -> IceUrl:
    found = parse_ice_url(text)
    assert found is not None
    return found


def everything(found: BrowserReport, *answers: Answer, relay_only: bool = False) -> list[Finding]:
    return [
        *page_findings(found),
        *camera_findings(found),
        *way_findings(found, relay_only=relay_only),
        *server_findings(found, answers, local=True),
    ]


def one(findings: list[Finding], title: str) -> Finding:
    [found] = [finding for finding in findings if title in finding.title]
    return found


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def page(told: dict[str, Any] | None = None, **settings: str) -> AppTest:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        if told is not None:
            monkeypatch.setattr(connection_view, "probe", lambda run, *_: report(**told, run=run))
        return OpenedApp(tmp_path, monkeypatch).page("connection")

    return page


def test_until_the_browser_has_looked_the_page_says_that_it_waits(opened: Callable[..., AppTest]) -> None:
    assert "Waiting for the browser" in texts(opened())


def test_a_healthy_connection_is_said_in_one_sentence(opened: Callable[..., AppTest]) -> None:
    page = opened({})
    assert [one.value for one in page.success] == ["Nothing stands in the way."]
    assert "10.0.0.7" in str(page.dataframe[0].value)


def test_troubles_come_first_with_their_settings(opened: Callable[..., AppTest]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        servers = f'[{{"urls": "stun:127.0.0.1:{closed.getsockname()[1]}"}}]'
        page = opened({"secure": False, "origin": "http://10.0.0.5:8501"}, ATTUNE_ICE_SERVERS=servers)
    assert "Page address" in page.error[0].value and "from the server" in page.error[0].value
    assert "server.sslCertFile" in texts(page)
    assert "Nothing listens there" in texts(page) and "ATTUNE_ICE_SERVERS" in texts(page)


def test_each_button_begins_another_run(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, runs = opened(), []
    monkeypatch.setattr(connection_view, "probe", lambda run, camera, _: runs.append((run, camera)))
    page.button[0].click().run()
    page.button[1].click().run()
    assert runs == [(2, True), (3, False)]


def test_relay_only_is_said_with_its_setting(opened: Callable[..., AppTest]) -> None:
    servers = '[{"urls": "turn:127.0.0.1:9?transport=tcp", "username": "u", "credential": "hunter2"}]'
    page = opened({}, ATTUNE_ICE_SERVERS=servers, ATTUNE_ICE_TRANSPORT="relay")
    assert "ATTUNE_ICE_TRANSPORT" in texts(page)
    assert "there is none" in texts(page)
    assert "hunter2" not in texts(page)


@pytest.mark.parametrize(
    ("changes", "title", "told", "change"),
    [
        ({"secure": False, "origin": "http://10.0.0.5"}, "Page address", "neither HTTPS", "sslCertFile"),
        ({"capture": False, "secure": False}, "Browser", "no camera capture", "sslCertFile"),
        ({"capture": False}, "Browser", "no camera capture", "current Chrome"),
        ({"permission": "denied"}, "Permission", "keeps the camera", "address bar"),
        ({"cameras": 0}, "Cameras", "None was found", "Connect one"),
        ({"frame": {"error": "NotAllowedError"}}, "Picture", "refused the camera", "address bar"),
        ({"frame": {"error": "NotReadableError"}}, "Picture", "Another program", "Close it"),
        ({"frame": {"error": "NoFrame"}}, "Picture", "no picture came", "Close other"),
        ({"frame": {"error": "`<b>`"}}, "Picture", "` <b> `", "localhost"),
        ({"candidates": []}, "Candidates", "no way at all", "extension"),
        ({"refused": "SyntaxError"}, "Candidates", "refused to open", "ATTUNE_ICE_SERVERS"),
    ],
)
def test_a_trouble_of_the_browser_is_a_sentence_with_what_to_change(
    changes: dict[str, object], title: str, told: str, change: str
) -> None:
    findings = everything(report(**changes))
    found = one(findings, title)
    assert (found.level, told in found.told, change in found.change) == (Level.BAD, True, True), found
    assert summary(findings).level is Level.BAD and title in summary(findings).told


def test_a_black_picture_and_a_late_browser_are_worth_a_look() -> None:
    dark = report(frame={"width": 640, "height": 480, "brightest": 3}, complete=False)
    assert one(everything(dark), "Picture").level is Level.LOOK
    assert one(everything(dark), "Candidates").level is Level.LOOK
    assert summary(everything(dark)).level is Level.LOOK


def test_an_untried_camera_is_not_called_healthy() -> None:
    assert "was not tested" in summary(everything(report(frame=None))).told


@pytest.mark.parametrize(
    ("candidates", "errors", "level", "told"),
    [
        ([RELAY], [], Level.GOOD, "9.9.9.9:7"),
        ([], [{"url": f"{TURN}?transport=udp", "code": 401}], Level.BAD, "refused the credentials"),
        ([], [{"url": TURN, "code": 701}], Level.BAD, "No answer"),
        ([], [{"url": TURN, "code": 486}, {"url": TURN, "code": 701}], Level.BAD, "error 486"),
        ([], [], Level.BAD, "No answer"),
        ([], [{"url": "turn:other.example.org", "code": 401}], Level.BAD, "No answer"),
    ],
)
def test_what_turn_said_to_the_browser(
    candidates: list[object], errors: list[object], level: Level, told: str
) -> None:
    host = {"type": "host", "address": "a.local", "port": 1}
    found = report(candidates=[host, *candidates], errors=errors)
    answer = Answer(url(TURN), ("9.9.9.9", 8), 12.3)
    finding = one(server_findings(found, [answer], local=False), "from the browser")
    assert finding.level is level and told in finding.told


def test_stun_without_an_address_of_its_own_is_no_problem_but_an_unreached_one_is() -> None:
    answer = Answer(url(STUN), ("9.9.9.9", 8), 12.3)
    quiet = one(server_findings(report(), [answer], local=False), "from the browser")
    lost = report(errors=[{"url": STUN, "code": 701}])
    assert quiet.level is Level.NOTE
    assert one(server_findings(lost, [answer], local=False), "from the browser").level is Level.BAD


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_of_a_server_names_something_to_change(trouble: Trouble) -> None:
    [found] = server_findings(None, [Answer(url(TURN), trouble=trouble)], local=False)
    assert found.change and found.level is (Level.NOTE if trouble is Trouble.UNUSED else Level.BAD)


def test_the_server_says_which_addresses_it_leaves_out() -> None:
    answers = [
        Answer(url(STUN), ("9.9.9.9", 8), 1),
        Answer(url("stun:second.example.org"), ("9.9.9.9", 8), 1),
    ]
    first, second = server_findings(None, answers, local=False)
    assert first.level is Level.GOOD
    assert second.level is Level.NOTE and "only the first of a kind" in second.told


@pytest.mark.parametrize(("local", "level"), [(True, Level.GOOD), (False, Level.NOTE)])
def test_without_stun_and_turn_it_depends_where_the_browser_is(local: bool, level: Level) -> None:
    [found] = server_findings(report(), [], local=local)
    assert found.level is level
    assert local or "ATTUNE_ICE_SERVERS" in found.change


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(HEALTHY)), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(HEALTHY)), JSON))
def test_whatever_a_browser_sends_is_a_report_or_nothing(changes: dict[str, object]) -> None:
    for value in (changes, HEALTHY | changes, list(changes)):
        found = read_report(value)
        if found is not None:
            assert summary(everything(found)).told
