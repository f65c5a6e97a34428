"""What a person does on the Live page, and what the database says of it."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.server import Server

GO_ON, AGAIN = "Everyone has agreed: go on", "Everyone has agreed: start"
MACHINE = re.compile("Keeps up|too slow")
PICTURE = "iframe[src*='webrtc']"
WINDOW = "A window, tab or screen"
SESSION_OF = {
    "session": "id",
    "frame": "session_id",
    "observation": "session_id",
    "participant": "session_id",
    "marker": "session_id",
}
WATCHED = """
const Made = window.RTCPeerConnection;
window.attunePeers = [];
window.RTCPeerConnection = class extends Made {
  constructor(...given) { super(...given); window.attunePeers.push(this); }
};
"""
"""To be run first in a page: what connects it is at hand in each frame."""
PATIENCE_MS = 60_000
"""A page may wait for a processor that other tests hold."""


@dataclass(frozen=True)
class Since:
    """The database of a server that several tests share, as if it began behind the session `after`."""

    file: Path
    after: int


def agree(
    page: Page,
    server: Server | str,
    title: str = "Weekly review",
    *,
    source: str = "Camera",
    sound: bool = False,
) -> None:
    """Open the Live page, fill the form and go on to the camera or to sharing, and with `sound` if so."""
    page.goto(server if isinstance(server, str) else server.url)
    open_form(page)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Title").press("Tab")
    press(page, "Purpose", "My own rehearsal")
    press(page, "Where the people are", "EU or UK")
    if source != "Camera":
        page.get_by_role("radio", name=source).click()
    if sound:
        page.get_by_text(re.compile("^Listen to")).click()
        expect(page.get_by_text(re.compile("Everyone who can be heard knows"))).to_be_visible()
    page.get_by_role("button", name=GO_ON).click()
    expect(streamer(page).get_by_role("button", name="START")).to_be_enabled()


def open_form(page: Page) -> None:
    """The form of a new set-up; closed where earlier ones are offered."""
    expect(page.get_by_text("New set-up")).to_be_visible()
    if not page.locator("details[open]", has_text="New set-up").count():
        page.get_by_text("New set-up").click()
    expect(page.get_by_label("Title")).to_be_visible()


def choose(page: Page, label: str, choice: str) -> None:
    """Pick an option of a list."""
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=choice, exact=True).click()


def press(page: Page, label: str, choice: str) -> None:
    """Press one of a row of choices."""
    page.get_by_label(label, exact=True).get_by_role("radio", name=choice, exact=True).click()


def streamer(page: Page) -> FrameLocator:
    return page.frame_locator(PICTURE)


def start(page: Page) -> None:
    streamer(page).get_by_role("button", name="START").click()


def stop(page: Page) -> None:
    """Press the one STOP, which stands in the bar."""
    button = page.get_by_role("button", name="STOP")
    expect(button).to_have_count(1)  # that of another page's bar stays until this page is drawn
    button.click()


def open_more(page: Page) -> None:
    """Open what stands behind "More"."""
    page.locator("summary", has_text="More").click()


def open_machine(page: Page) -> None:
    """Open the figures behind the chip that says whether the machine keeps up."""
    page.get_by_role("button", name=MACHINE).click()


def rows(database: Path | Since, query: str) -> list[tuple[object, ...]]:
    since = database if isinstance(database, Since) else Since(database, 0)
    file = f"file:{since.file.as_posix()}?mode=ro"
    with closing(sqlite3.connect(file, uri=True, timeout=10)) as connection:
        for table, session in SESSION_OF.items() if since.after else ():
            # A view of this connection alone hides the table of its name.
            connection.execute(
                f"create temp view {table} as select * from main.{table} where {session} > {since.after}"
            )
        return connection.execute(query).fetchall()


def frames(database: Path | Since) -> int:
    [(count,)] = rows(database, "select count(*) from frame")
    return int(str(count))
