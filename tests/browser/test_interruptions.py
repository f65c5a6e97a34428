"""A host's bad day: refused cameras, closed tabs, other pages, power cuts. Nothing that was seen is lost."""

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch
from tests.browser.server import Server
from tests.browser.steps import AGAIN, GO_ON, WATCHED, Since, agree, frames, press, rows, start, stop
from tests.made.hasty import hasty
from tests.made.waiting import wait_until

IN_STATE = "(state) => window.attunePeers.some((one) => one.connectionState === state)"
HASTY = hasty(8)
"""A server that counts another as dead after 8 s in place of 30."""


def end_reasons(database: Path | Since) -> list[object]:
    return [reason for (reason,) in rows(database, "select end_reason from session order by id")]


def test_without_consent_the_camera_cannot_start(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_role("button", name=GO_ON)).to_be_disabled()
    expect(page.locator("iframe[src*='webrtc']")).to_have_count(0)


def test_work_in_the_eu_counts_people_and_scores_nobody(page: Page, server: Server, database: Since) -> None:
    page.goto(server.url)
    for label, choice in (("Purpose", "Work"), ("Where the people are", "EU or UK")):
        press(page, label, choice)
    expect(page.get_by_text("Article 5(1)(f)")).to_be_visible()
    page.get_by_role("button", name=GO_ON).click()
    start(page)
    wait_until(lambda: frames(database) > 20)
    stop(page)
    [(faces, scored)] = rows(database, "select count(*), count(neutral) from observation")
    assert int(str(faces)) > 0 and scored == 0


def test_a_closed_tab_ends_the_session_also_from_another_page(
    page: Page, server: Server, database: Since
) -> None:
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 10)
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_text("1 person in view")).to_be_visible()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload", "nobody closes a live tab by mistake"
    # WebRTC itself gives a silent peer 30 s to come back (RFC 7675).
    wait_until(lambda: end_reasons(database) == ["disconnected"])
    [(late_s,)] = rows(
        database,
        "select (julianday(ended_at) - julianday(started_at)) * 86400 - last_ms / 1000.0 from session",
    )
    assert abs(float(str(late_s))) < 2, "the session ends with its last picture, not when that was noticed"


def test_a_connection_that_hesitates_is_waited_for(page: Page, server: Server, database: Since) -> None:
    page.add_init_script(WATCHED)
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 5)
    inside, process = next(one for one in page.frames if "webrtc" in one.url), server.process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    try:
        inside.wait_for_function(IN_STATE, arg="disconnected")
    finally:
        process.send_signal(signal.SIGCONT)
    inside.wait_for_function(IN_STATE, arg="connected")
    before = frames(database)
    wait_until(lambda: frames(database) > before + 5)
    stop(page)
    wait_until(lambda: end_reasons(database) == ["stopped"])


def test_two_hosts_at_once_get_a_session_each(browser: Browser, server: Server, database: Since) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for number, page in enumerate(pages):
        agree(page, server, f"Host {number}")
        start(page)
    query = "select count(distinct session_id) from frame group by session_id having count(*) > 10"
    wait_until(lambda: len(rows(database, query)) == 2)
    for page in pages:
        stop(page)
    wait_until(lambda: end_reasons(database) == ["stopped", "stopped"])
    for context in contexts:
        context.close()


def test_stop_and_start_again_makes_a_second_session(page: Page, server: Server, database: Since) -> None:
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 5)
    stop(page)
    page.get_by_role("button", name="Start another session").click()
    expect(page.get_by_role("button", name=AGAIN).first).to_be_visible()
    wait_until(lambda: end_reasons(database) == ["stopped"])


def test_after_a_power_cut_the_next_start_closes_the_session_at_its_last_frame(
    page: Page, tmp_path: Path
) -> None:
    database = tmp_path / "attune.db"
    with Server(database, tmp_path / "log", under=HASTY) as first:
        agree(page, first)
        start(page)
        wait_until(lambda: frames(database) > 20)
        first.kill()
    kept = frames(database)
    with Server(database, tmp_path / "second.log", under=HASTY) as second:
        page.goto(f"{second.url}/sessions")
        wait_until(lambda: end_reasons(database) == ["interrupted"])
    assert frames(database) == kept > 20


def test_a_refused_camera_says_what_to_do_and_leaves_no_session(
    launch: Launch, server: Server, database: Since
) -> None:
    page = launch("--use-fake-device-for-media-stream", "--deny-permission-prompts").new_page()
    agree(page, server)
    start(page)
    expect(page.get_by_text("The browser refused the camera")).to_be_visible()
    assert rows(database, "select id from session") == []
    page.close()


def test_an_absent_camera_says_what_to_do(launch: Launch, server: Server) -> None:
    page = launch("--use-fake-ui-for-media-stream").new_page()
    agree(page, server)
    start(page)
    expect(page.get_by_text("No camera was found")).to_be_visible()
    page.close()


@pytest.mark.parametrize("path", ["", "report"])
def test_a_wrong_setting_is_a_sentence_on_the_page(page: Page, tmp_path: Path, path: str) -> None:
    with Server(tmp_path / "attune.db", tmp_path / "log", ATTUNE_DETECTOR="dlib") as wrong:
        page.goto(f"{wrong.url}/{path}")
        expect(page.get_by_text("ATTUNE_DETECTOR")).to_be_visible()


SILENT_CAMERA = """
navigator.mediaDevices.getUserMedia = async () =>
  new MediaStream([new MediaStreamTrackGenerator({ kind: 'video' })]);
"""


def test_a_camera_that_sends_no_picture_brings_advice(page: Page, tmp_path: Path) -> None:
    page.add_init_script(SILENT_CAMERA)
    with Server(tmp_path / "attune.db", tmp_path / "silent.log", ATTUNE_FRAME_WAIT_S="2") as silent:
        agree(page, silent)
        start(page)
        expect(page.get_by_text("No picture has come for")).to_be_visible()
        expect(page.get_by_text("ATTUNE_ICE_SERVERS")).to_be_visible()
