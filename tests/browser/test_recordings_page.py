"""The Recordings page in a real browser: files go up, sessions come out, a false file harms no other."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import Since, choose, rows
from tests.made.media import face_grid
from tests.made.photos import bgr_png
from tests.made.videos import living_face, write_video

CLIP_MS = 10_000


def made_files(folder: Path) -> list[Path]:
    """A clip of one person, a photo of two, and a text that calls itself a video."""
    clip = write_video(folder / "clip.mp4", living_face(CLIP_MS // 100))
    photo, text = folder / "people.png", folder / "notes.mp4"
    photo.write_bytes(bgr_png(face_grid(1, 2, 640, 320)))
    text.write_text("Not a video at all.\n" * 10)
    return [clip, text, photo]


def test_uploads_become_sessions_with_reports_and_a_false_video_a_sentence(
    page: Page, server: Server, database: Since, tmp_path: Path
) -> None:
    page.goto(f"{server.url}/recordings")
    page.locator("input[type=file]").set_input_files(made_files(tmp_path))
    choose(page, "Purpose", "My own rehearsal")
    choose(page, "Where the people are", "EU or UK")
    button = page.get_by_role("button", name="Analyse 3 files")
    expect(button).to_be_disabled()
    page.get_by_text(re.compile("has agreed to it")).click()
    button.click()

    expect(page.get_by_text(re.compile(r"^\d of 3 files through"))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_text(re.compile(r"this is a text file \(200 bytes\)"))).to_be_visible()
    expect(page.get_by_role("button", name="Analyse other files")).to_be_visible()
    stored = rows(database, "select title, substr(source, 1, 5), frames from session order by title")
    assert stored == [("clip.mp4", "recor", CLIP_MS // 200), ("people.png", "photo", 1)]
    expect(page.get_by_text("Photo · 2 people · 100 % clear view")).to_be_visible()
    expect(page.get_by_label(re.compile("scores of face 2"))).to_be_visible()

    page.get_by_role("link", name="Open report").first.click()
    expect(page).to_have_url(re.compile(r"/report\?session=\d"))
    expect(page.get_by_role("heading", name="clip.mp4")).to_be_visible()
    expect(page.locator(".js-plotly-plot .scatterlayer path").first).to_be_attached()
    page.go_back()
    expect(page.get_by_role("link", name="Open report")).to_have_count(2)
