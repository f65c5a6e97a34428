"""What a host does from the first page to the file on disk, in a real browser with a playing camera."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.export.formats.columns import LONG_HEADER
from dashboard.stored.enough import TOO_LITTLE
from model.emotions import EMOTIONS
from tests.browser.server import Server
from tests.browser.steps import Since, agree, frames, rows, start, stop
from tests.made.waiting import wait_until

TITLE = "Weekly review"


@pytest.fixture
def recorded(page: Page, server: Server, database: Since) -> Page:
    """A session of some seconds that was stopped by its host."""
    agree(page, server, TITLE)
    start(page)
    wait_until(lambda: frames(database) > 40)
    stop(page)
    expect(page.get_by_text("You stopped the session.")).to_be_visible()
    return page


def test_a_session_is_watched_logged_reported_exported_and_still_listed_after_a_restart(
    recorded: Page, database: Since, server: Server, tmp_path: Path
) -> None:
    [(title, purpose, reason, consent)] = rows(
        database, "select title, purpose, end_reason, consent_at is not null from session"
    )
    assert (title, purpose, reason, consent) == (TITLE, "my own rehearsal", "stopped", 1)
    [(faces, scored)] = rows(database, "select count(*), count(neutral) from observation")
    assert int(str(faces)) > 20 and int(str(scored)) > 0

    recorded.get_by_role("link", name="Open the report").click()
    expect(recorded).to_have_url(re.compile(r"/report\?session=1"))
    expect(recorded.locator(".js-plotly-plot")).not_to_have_count(0)
    recorded.get_by_role("tab", name="Expressions").click()
    expect(recorded.get_by_text(TOO_LITTLE).first).to_be_visible()

    recorded.goto(f"{server.url}/export?session=1")
    with recorded.expect_download() as download:
        recorded.locator("a[href$='download/1/long']").click()
    _check_csv(download.value.path().read_text(encoding="utf-8"), int(str(faces)))

    server.kill()
    with Server(database.file, tmp_path / "second.log") as second:
        recorded.goto(f"{second.url}/sessions")
        expect(recorded.get_by_role("link", name=TITLE).first).to_be_visible()


def _check_csv(text: str, faces: int) -> None:
    lines = list(csv.DictReader(io.StringIO(text)))
    assert list(lines[0]) == list(LONG_HEADER)
    assert len(lines) == faces
    for line in lines:
        assert line["session_title"] == TITLE
        assert float(line["box_w"]) > 0 and 0 <= float(line["face_confidence"]) <= 1
        if line["neutral"]:
            assert sum(float(line[emotion]) for emotion in EMOTIONS) == pytest.approx(1, abs=0.002)
        if line["usable"] == "1":
            assert line["dominant"] in {*EMOTIONS, "not_sure"}
    times = [float(line["time_s"]) for line in lines]
    assert times == sorted(times) and times[-1] > 2
