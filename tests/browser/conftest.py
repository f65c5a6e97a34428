import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from tests.browser.camera import write_camera
from tests.browser.server import Server
from tests.browser.steps import PATIENCE_MS, Since, rows

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
Launch = Callable[..., Browser]
expect.set_options(timeout=PATIENCE_MS)
CAMERA_HZ = 15
"""Half of what a camera has: all else would wait for pictures to be packed."""
LONGEST_FIRST = ("test_sharing", "test_interruptions", "test_connection", "test_real_windows")
"""Files go whole to one of two workers: begun last, a long one would leave the other without work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.stem not in LONGEST_FIRST)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(240))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What stood on the page, beside what failed."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.failed and isinstance(page, Page) and not page.is_closed():
        with suppress(Error):
            report.sections.append(("page", f"{page.url}\n{page.locator('body').aria_snapshot()}"))
    return report


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_camera(tmp_path_factory.mktemp("camera") / "faces.y4m", rate_hz=CAMERA_HZ)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def opened(playwright: Playwright, *arguments: str, display: str = "", loud: bool = False) -> Browser:
    """Chromium with extra arguments, without windows or on an X display; its tabs are mute but for `loud`."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[*QUIET, *arguments],
        headless=not display,
        ignore_default_args=["--mute-audio"] if loud else None,
        env={**os.environ, "DISPLAY": display},
    )


@pytest.fixture(scope="module")
def launch(playwright: Playwright) -> Iterator[Launch]:
    """Start a Chromium of the test's own; all are closed with the file's last test."""
    browsers: list[Browser] = []

    def start(*arguments: str, display: str = "", loud: bool = False) -> Browser:
        browsers.append(opened(playwright, *arguments, display=display, loud=loud))
        return browsers[-1]

    yield start
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, camera_file: Path) -> Iterator[Browser]:
    """Chromium with faces for a camera."""
    browser = opened(playwright, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera_file}")
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database file of the server that a file's tests share."""
    return tmp_path_factory.mktemp("kept") / "attune.db"


@pytest.fixture(scope="module")
def server(kept: Path) -> Iterator[Server]:
    with Server(kept, kept.with_name("server.log")) as running:
        yield running


@pytest.fixture
def database(kept: Path) -> Since:
    """What the test itself brings about."""
    there = kept.exists() and rows(kept, "select name from sqlite_master where name = 'session'")
    [(newest,)] = rows(kept, "select coalesce(max(id), 0) from session") if there else [(0,)]
    return Since(kept, int(str(newest)))


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests of a file: Streamlit's program is read and compiled once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    page.on("dialog", lambda asked: asked.accept())  # a live tab asks before it is left
    yield page
    page.close()
