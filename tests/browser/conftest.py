import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.camera import write_camera
from tests.browser.server import Server

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
expect.set_options(timeout=20_000)  # a page may wait for a processor that other tests hold
LONGEST_FIRST = ("test_sharing", "test_interruptions", "test_connection", "test_real_windows")
"""Files go whole to one of two workers: begun last, a long one would leave the other without work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.stem not in LONGEST_FIRST)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_camera(tmp_path_factory.mktemp("camera") / "faces.y4m")


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Start Chromium with extra arguments, without windows or on an X display; all are closed at the end."""
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def start(*arguments: str, display: str = "") -> Browser:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[*QUIET, *arguments],
                headless=not display,
                env={**os.environ, "DISPLAY": display},
            )
            opened.append(browser)
            return browser

        yield start
        for browser in opened:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch: Launch, camera_file: Path) -> Browser:
    """Chromium with faces for a camera."""
    return launch(*FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera_file}")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "attune.db"


@pytest.fixture
def server(database: Path, tmp_path: Path) -> Iterator[Server]:
    with Server(database, tmp_path / "server.log") as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("dialog", lambda asked: asked.accept())  # a live tab asks before it is left
    yield page
    context.close()
