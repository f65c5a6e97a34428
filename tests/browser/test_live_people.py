"""Who is who on the Live page while the stream runs: what is typed stays, what is chosen is stored."""

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import PICTURE, Since, agree, choose, frames, open_more, rows, start, stop
from tests.made.waiting import wait_until


def live(page: Page, server: Server, database: Since) -> None:
    """A running session with somebody in the picture."""
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 10)
    expect(page.locator(".at-strip").first).to_be_visible()


def test_a_half_typed_name_outlives_the_redrawing_and_then_stands_on_the_strip(
    page: Page, server: Server, database: Since
) -> None:
    live(page, server, database)
    page.get_by_text("Name people").click()
    field = page.get_by_role("textbox", name="P1")
    field.press_sequentially("Ana")
    time.sleep(3.0)  # three redraws of what stands around it
    expect(field).to_have_value("Ana")
    field.press("Enter")
    wait_until(lambda: rows(database, "select name from participant") == [("Ana",)])
    expect(page.locator(".lv-sketch span", has_text="Ana")).to_be_visible()
    picture = page.locator(PICTURE).bounding_box()
    fields = page.locator(".st-key-live-who").bounding_box()
    assert picture and fields and picture["x"] + picture["width"] <= fields["x"], (
        "the fields cover no picture"
    )
    page.get_by_text("Name people").click()
    expect(page.locator(".at-name", has_text="Ana")).to_be_visible()
    stop(page)


def test_marks_are_switched_on_while_the_stream_runs(page: Page, server: Server, database: Since) -> None:
    live(page, server, database)
    open_more(page)
    switch = page.get_by_role("switch", name=re.compile("Mark who speaks"))
    page.get_by_text("Mark who speaks").click()
    expect(switch).to_be_checked()
    time.sleep(3.0)  # redrawing does not put it back
    expect(switch).to_be_checked()
    before = frames(database)
    wait_until(lambda: frames(database) > before)
    stop(page)


def test_the_chosen_definition_is_shown_and_stored_with_the_session(
    page: Page, server: Server, database: Since
) -> None:
    live(page, server, database)
    open_more(page)
    page.get_by_role("button", name=re.compile("Engagement")).last.click()
    expect(page.get_by_text("Weights", exact=True)).to_be_visible()
    choose(page, "Definition", "Expressiveness")
    wait_until(lambda: rows(database, "select engagement from session") == [("expressiveness",)])
    expect(page.get_by_text(re.compile("Expressiveness.*last 10 s"))).to_be_visible()
    stop(page)
