"""A host shares the window of another program, or the whole screen, of a desktop with real windows."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Launch
from tests.browser.desktop import MISSING, Desktop
from tests.browser.meeting import ENTIRE_SCREEN, open_meeting, share_window_by
from tests.browser.server import Server
from tests.browser.steps import WINDOW, Since, agree, frames, open_machine, rows, start, stop, streamer
from tests.made.waiting import wait_until

TITLE = "Meeting of Cleo"
AT_RIGHT = ("--window-size=640,460", "--window-position=560,0")
AT_LEFT = ("--window-size=550,680", "--window-position=0,0")
OF = "join session on id = session_id where title = '%s'"
SOURCE = "select source from session where title = '%s'"
ENDED = "select end_reason from session where title = '%s'"
MINIMISED = "the shared window may be minimised"

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"no desktop: apt-get install {' '.join(MISSING).lower()}"
)


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    with Desktop() as desktop:
        yield desktop


@pytest.fixture(scope="module")
def meeting(launch: Launch, desktop: Desktop) -> Browser:
    """The meeting is another program: a browser does not offer its own tabs as windows."""
    browser = launch(*AT_RIGHT, display=desktop.display)
    open_meeting(browser.new_context(no_viewport=True), TITLE, 2)
    return browser


@pytest.fixture
def share(
    launch: Launch, desktop: Desktop, server: Server, meeting: Browser
) -> Iterator[Callable[[str], Page]]:
    """Start a session with the window of this title, or all of the screen, beside the meeting."""
    browsers: list[Browser] = []

    def start_with(source: str) -> Page:
        browsers.append(launch(*AT_LEFT, share_window_by(source), display=desktop.display))
        page = browsers[0].new_context(no_viewport=True).new_page()
        agree(page, server, source, source=WINDOW)
        start(page)
        return page

    yield start_with
    for browser in browsers:
        browser.close()


def faces(database: Since, title: str) -> object:
    """In the latest frame of a session."""
    found = rows(database, f"select frame.faces from frame {OF % title} order by frame.frame desc limit 1")
    return found[0][0] if found else None


def test_faces_on_a_whole_screen_are_not_counted_again_in_the_page_that_shows_it(
    share: Callable[[str], Page], database: Since
) -> None:
    page = share(ENTIRE_SCREEN)
    expect(page.get_by_text("Of a whole screen the picture is not shown here")).to_be_visible()
    video = streamer(page).locator("video:visible")
    expect(video).to_have_count(0)
    wait_until(lambda: faces(database, ENTIRE_SCREEN) == 2)
    assert rows(database, SOURCE % ENTIRE_SCREEN) == [("screen",)]
    page.get_by_role("button", name="Show the picture").click()
    expect(video).to_have_count(1)
    wait_until(lambda: int(str(faces(database, ENTIRE_SCREEN))) > 2)
    page.get_by_role("button", name="Hide the picture").click()
    wait_until(lambda: faces(database, ENTIRE_SCREEN) == 2)
    stop(page)
    wait_until(lambda: rows(database, ENDED % ENTIRE_SCREEN) == [("stopped",)])


def test_a_shared_window_may_change_its_size_be_minimised_and_be_closed(
    share: Callable[[str], Page], desktop: Desktop, database: Since, meeting: Browser
) -> None:
    page = share(TITLE)
    wait_until(lambda: faces(database, TITLE) == 2)
    assert rows(database, SOURCE % TITLE) == [("window",)]
    window = desktop.window(TITLE)

    desktop.resize(window, 600, 690)
    open_machine(page)
    expect(page.get_by_text(re.compile("Picture 60. x 69."))).to_be_visible()
    page.keyboard.press("Escape")
    picture = streamer(page).locator("video:visible")
    wait_until(lambda: picture.evaluate("it => it.getBoundingClientRect().bottom <= innerHeight"))

    desktop.minimise(window)
    expect(page.get_by_text(MINIMISED)).to_be_visible()
    stored = frames(database)
    desktop.bring_back(window)
    expect(page.get_by_text(MINIMISED)).to_be_hidden()
    wait_until(lambda: frames(database) > stored)
    wait_until(lambda: faces(database, TITLE) == 2)

    meeting.close()
    expect(page.get_by_text("Sharing was stopped")).to_be_visible()
    page.get_by_role("button", name="STOP").click()
    wait_until(lambda: rows(database, ENDED % TITLE) == [("source_ended",)])
