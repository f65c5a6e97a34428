"""Every page, in both themes, is free of what axe-core calls a barrier, but for what is Streamlit's own,
and as wide as the screen; the running session with its second screen, too."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from dashboard.sessions.demo_series import write_demo_series
from db.reports import Utterance
from db.store import Store
from tests.browser.server import Server
from tests.browser.steps import PATIENCE_MS, agree, open_more, start, stop, streamer
from tests.made.languages import ENGLISH, FOREIGN
from tests.made.storage import open_file

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
STREAMLITS_OWN = {"presentation-role-conflict"}
"""An upload field's section has a role for looks and a label at once."""
WIDE: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 8
"""Looks, two seconds apart, before what is found counts."""
PICKER_CANCELLED = """() => { navigator.mediaDevices.getDisplayMedia = async () => {
  throw new DOMException("Permission denied", "NotAllowedError");
} }"""
"""What brings a note that stays."""
BEYOND = "main => main.scrollWidth - main.clientWidth"
PAGES = {
    "": "New set-up",
    "sessions": "3 sessions",
    "report?session=3": "Another session",
    "report?session=3&part=Words": "What was said",
    "compare?sessions=2,3": "Side by side",
    "export?session=3": "First rows",
    "summary?session=3": "Text for a mail",
    "recordings": "Videos and photos",
    "model": "Overview",
    "help": "What is kept",
    "connection": "Check",
    "presenter": "No session runs now",
}
"""What stands on each page once it is drawn."""
SAID = (*ENGLISH, FOREIGN["French"])
"""With the warning that a part is in another language."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accessible")
    engine = open_file(folder / "attune.db")
    store = Store(engine)
    assert write_demo_series(store, datetime.now(UTC)) == 3
    said = [Utterance(20_000 * n, 20_000 * n + 9_000, "Ada", text) for n, text in enumerate(SAID)]
    store.write_transcript(3, said)
    engine.dispose()
    with Server(folder / "attune.db", folder / "log") as running:
        yield running


@pytest.fixture(scope="module", params=THEMES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Without the content policy, which would keep axe-core out."""
    context = browser.new_context(viewport=WIDE, color_scheme=request.param, bypass_csp=True)
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_barrier(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_text(PAGES[path]).first).to_be_attached()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert settled_barriers(page) == []
        assert page.get_by_test_id("stMain").evaluate(BEYOND) == 0, "what is beside the screen is not seen"


@pytest.fixture
def screens(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """A tab for a session and one for its second screen; with them the session ends, whatever comes."""
    context = browser.new_context(viewport=WIDE, bypass_csp=True)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page(), context.new_page()
    context.close()


def test_neither_a_running_session_nor_its_second_screen_has_a_barrier(
    screens: tuple[Page, Page], server: Server
) -> None:
    live, presenter = screens
    agree(live, server)
    start(live)
    expect(live.locator(".at-strip").first).to_be_visible()
    open_more(live)
    streamer(live).locator("body").evaluate(PICKER_CANCELLED)
    live.get_by_role("button", name="Share another window or tab").click()
    expect(live.get_by_text("The session goes on with the source it had.")).to_be_visible()
    presenter.goto(f"{server.url}/presenter")
    expect(presenter.get_by_text("With you")).to_be_visible()
    for theme, screen, size in product(THEMES, (live, presenter), (WIDE, PHONE)):
        screen.emulate_media(color_scheme=theme)
        screen.set_viewport_size(size)
        assert settled_barriers(screen) == []
        assert screen.get_by_test_id("stMain").evaluate(BEYOND) == 0
    stop(live)
    expect(live.get_by_role("link", name="Open the report")).to_be_visible()


def settled_barriers(page: Page) -> list[str]:
    """What is redrawn is paler for a moment; what stays is a barrier."""
    found = barriers(page)
    for _ in range(PATIENCE):
        if not found:
            break
        page.wait_for_timeout(2000)
        found = barriers(page)
    return found


def barriers(page: Page) -> list[str]:
    """What axe-core finds: the rule, where, and why."""
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [
        f"{rule['id']} {node['target']} {[why['message'] for why in node['any']]}"
        for rule in found["violations"]
        for node in rule["nodes"]
        if rule["id"] not in STREAMLITS_OWN
    ]
