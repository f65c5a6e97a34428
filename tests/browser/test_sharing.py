"""A host shares a meeting's tab, works on other pages meanwhile, loses the tab, shares another, and stops."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch
from tests.browser.meeting import open_meeting, share_by
from tests.browser.server import Server
from tests.browser.steps import (
    PATIENCE_MS,
    PICTURE,
    WINDOW,
    Since,
    agree,
    frames,
    open_machine,
    rows,
    start,
    stop,
    streamer,
)
from tests.made.waiting import wait_until

ANA, BERT = "Meeting of Ana", "Meeting of Bert"
GIVES = "() => { navigator.mediaDevices.getDisplayMedia = async () => { %s } }"
CANCELLED = GIVES % "throw new DOMException('Permission denied', 'NotAllowedError');"
BY_THE_SYSTEM = GIVES % "throw new DOMException('Permission denied by system', 'NotAllowedError');"
AUDIO_ONLY = GIVES % "return new AudioContext().createMediaStreamDestination().stream;"
DROPS_NEXT = """() => {
  const page = window.attuneSource, send = page.send;
  page.send = () => { page.dropped = true; page.send = send; };
}"""
MISSING = "() => { navigator.mediaDevices.getDisplayMedia = undefined; }"


@pytest.fixture(scope="module")
def anas(launch: Launch) -> Browser:
    return launch(share_by(ANA))


def host(browser: Browser) -> Page:
    context = browser.contexts[0] if browser.contexts else browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def session(database: Since, title: str, column: str) -> object:
    return rows(database, f"select {column} from session where title = '{title}'")[0][0]


def grows(database: Since, title: str) -> Callable[[], bool]:
    """Whether more was analysed than now."""
    before = int(str(session(database, title, "frames")))
    return lambda: int(str(session(database, title, "frames"))) > before + 3


def test_a_shared_tab_is_watched_from_every_page_until_stop_on_another(
    anas: Browser, server: Server, database: Since
) -> None:
    page = host(anas)
    meeting = open_meeting(page.context, ANA, 3)
    agree(page, server, "Survey", source=WINDOW)
    start(page)
    wait_until(lambda: frames(database) > 10)
    assert session(database, "Survey", "source") == "tab"
    expect(streamer(page).get_by_role("button", name="Choose a camera")).to_be_hidden()
    for name in ("Sessions", "Model"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text("3 people in view")).to_be_visible()
        expect(page.locator(PICTURE)).to_be_hidden()
        wait_until(grows(database, "Survey"))
    meeting.set_viewport_size({"width": 900, "height": 500})
    wait_until(grows(database, "Survey"))
    page.get_by_role("link", name="Live", exact=True).click()
    expect(page.locator(PICTURE)).to_be_visible()
    open_machine(page)
    expect(page.get_by_text(re.compile(r"Picture 900 x 500"))).to_be_visible()
    page.keyboard.press("Escape")

    meeting.close()
    expect(page.get_by_text("Sharing was stopped")).to_be_visible()
    open_meeting(page.context, ANA, 2)
    page.get_by_role("button", name="Share another window or tab").click()
    expect(page.get_by_text("Sharing was stopped")).to_be_hidden()
    wait_until(grows(database, "Survey"))

    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(page.locator(PICTURE)).to_be_hidden()  # before, the STOP in sight is the one of the page that goes
    expect(page.get_by_role("link", name="Open Live")).to_be_visible()
    stop(page)
    wait_until(lambda: session(database, "Survey", "end_reason") == "stopped")
    [(stored, last)] = rows(database, "select count(*), max(frame) from frame")
    assert stored == int(str(last)) + 1, "every analysed frame is stored"
    page.get_by_role("link", name="Open the summary").click()
    expect(page.get_by_text("You stopped the session.")).to_be_visible()


def test_two_hosts_share_a_window_each_and_one_ends_with_it(
    anas: Browser, launch: Launch, server: Server, database: Since
) -> None:
    hosts = [(host(anas), ANA, 2), (host(launch(share_by(BERT))), BERT, 4)]
    meetings = [open_meeting(page.context, title, people) for page, title, people in hosts]
    for page, title, _ in hosts:
        agree(page, server, title, source=WINDOW)
        start(page)
    wait_until(lambda: [seen(database, title) for _, title, _ in hosts] == [2, 4])
    meetings[1].close()
    expect(hosts[1][0].get_by_text("Sharing was stopped").first).to_be_visible()
    stop(hosts[1][0])
    wait_until(lambda: session(database, BERT, "end_reason") == "source_ended")
    wait_until(grows(database, ANA))
    stop(hosts[0][0])
    wait_until(lambda: session(database, ANA, "end_reason") == "stopped")


def seen(database: Since, title: str) -> object:
    """Faces in the latest frame of a session."""
    latest = f"select frame.faces from frame join session on id = session_id where title = '{title}'"
    found = rows(database, f"{latest} order by frame.frame desc limit 1")
    return found[0][0] if found else None


def test_what_cannot_be_shared_is_a_sentence_and_leaves_no_session(
    anas: Browser, server: Server, database: Since
) -> None:
    page = host(anas)
    agree(page, server, "Refused", source=WINDOW)
    before = rows(database, "select count(*) from session")
    for made_up, sentence in (
        (CANCELLED, "the browser's picker was closed without a choice"),
        (AUDIO_ONLY, "Only sound was shared"),
        (BY_THE_SYSTEM, "The operating system does not let this browser record the screen"),
        (MISSING, "This browser cannot share a window"),
    ):
        [frame] = [one for one in page.frames if "webrtc" in one.url]
        frame.evaluate(made_up)
        start(page)
        expect(page.get_by_text(sentence)).to_be_visible()
    assert rows(database, "select count(*) from session") == before


def test_what_is_lost_on_its_way_to_the_server_is_told_again(
    anas: Browser, server: Server, database: Since
) -> None:
    page = host(anas)
    agree(page, server, "Lost on the way", source=WINDOW)
    [frame] = [one for one in page.frames if "webrtc" in one.url]
    frame.evaluate(CANCELLED)
    page.evaluate(DROPS_NEXT)
    start(page)
    wait_until(lambda: bool(page.evaluate("() => window.attuneSource.dropped")))
    expect(page.get_by_text("the browser's picker was closed without a choice")).to_be_visible()
    told = page.evaluate("() => window.attuneSource.due")
    page.wait_for_timeout(3000)
    assert page.evaluate("() => window.attuneSource.due") == told, "what was heard is not told again"
