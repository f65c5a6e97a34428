"""The Model page in a real browser: its parts have addresses, a photo is explained, a lie is refused."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import Since
from tests.made.media import face_grid
from tests.made.photos import bgr_png, png_that_declares


@pytest.fixture
def explain(page: Page, server: Server) -> Page:
    page.goto(f"{server.url}/model")
    page.get_by_role("tab", name="Explain a photo").click()
    return page


def choose_file(page: Page, folder: Path, content: bytes) -> None:
    file = folder / "photo.png"
    file.write_bytes(content)
    page.locator("input[type=file]").set_input_files(file)


def test_an_uploaded_photo_gets_numbered_faces_with_their_scores(explain: Page, tmp_path: Path) -> None:
    choose_file(explain, tmp_path, bgr_png(face_grid(1, 2, 640, 320)))
    expect(explain.get_by_text("2 faces found.")).to_be_visible()
    for number in (1, 2):
        expect(explain.get_by_text(re.compile(rf"^{number}\. \w+"))).to_be_visible()
        bars = explain.get_by_label(re.compile(f"scores of face {number}"))
        expect(bars.locator(".bars .point")).to_have_count(7)


def test_nothing_of_a_photo_is_kept_on_the_machine(
    explain: Page, server: Server, database: Since, tmp_path: Path
) -> None:
    before = database.file.read_bytes()
    choose_file(explain, tmp_path, bgr_png(face_grid(1, 1, 320, 320)))
    expect(explain.get_by_text("1 face found.")).to_be_visible()
    assert database.file.read_bytes() == before
    explain.reload()
    expect(explain.get_by_text("never stored")).to_be_visible()
    expect(explain.get_by_text("1 face found.")).to_have_count(0)


def test_a_file_that_declares_too_many_pixels_is_a_sentence(explain: Page, tmp_path: Path) -> None:
    choose_file(explain, tmp_path, png_that_declares(50_000, 50_000))
    expect(explain.get_by_text("the file declares 2,500 million")).to_be_visible()


def test_a_part_of_the_page_has_an_address_of_its_own(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/model")
    page.get_by_role("tab", name="Network and run").click()
    expect(page).to_have_url(re.compile("part=Network"))
    page.reload()
    expect(page.get_by_role("tab", name="Network and run")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="What it is")).to_be_visible()


def test_no_part_of_the_page_is_wider_than_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/model")
    words = ("Explain a photo", "Try a sentence")
    parts = ("Overview", *words, "Mistakes and trials", "Network and run", "Data")
    for part in parts:
        page.get_by_role("tab", name=part).click()
        expect(page.get_by_role("tab", name=part)).to_have_attribute("aria-selected", "true")
        shown = page.get_by_test_id("stMain")
        assert shown.evaluate("main => main.scrollWidth - main.clientWidth") == 0, part


def test_no_page_asks_any_other_machine_for_anything(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for part in ("", "sessions", "report", "model", "export"):
        page.goto(f"{server.url}/{part}")
        expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    outside = [url for url in asked if not url.startswith((server.url, "ws", "data:", "blob:"))]
    assert outside == [] and any("icon" in url or "favicon" in url or "media" in url for url in asked)
