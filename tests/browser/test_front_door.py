"""What the front door's content policy allows is all that the pages need: Chromium complains of nothing."""

from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.browser.server import Server
from tests.browser.steps import Since, agree, frames, start, stop
from tests.made.waiting import wait_until

ASKS_UNDER_ITS_OWN_ADDRESS = ("/_stcore/health", "/_stcore/host-config")
"""Streamlit looks for its server beside the page first, and then at the top."""
PAGES = ("sessions", "report?session=1", "export?session=1", "recordings", "model", "connection", "presenter")


class Witness:
    """What the browser said of a page, and whom it asked."""

    def __init__(self, page: Page, server: Server) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._own = (server.url, server.url.replace("http", "ws"), "data:", "blob:", "about:")
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._see)

    def _hear(self, said: ConsoleMessage) -> None:
        expected = said.location["url"].endswith(ASKS_UNDER_ITS_OWN_ADDRESS)
        if said.type == "error" and not expected:
            self.errors.append(f"{said.text} ({said.location['url']})")

    def _see(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.outside.append(request.url)


def test_every_page_and_a_session_live_with_the_policy(page: Page, server: Server, database: Since) -> None:
    seen = Witness(page, server)
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 20)
    stop(page)
    expect(page.get_by_text("You stopped the session.")).to_be_visible()
    for path in PAGES:
        page.goto(f"{server.url}/{path}")
        expect(page.get_by_test_id("stElementContainer").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert (seen.errors, seen.outside) == ([], [])
