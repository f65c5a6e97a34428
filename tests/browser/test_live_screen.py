"""A running session fits one small screen, nothing moves in it, and after STOP it answers."""

import re

from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import PICTURE, Since, agree, frames, rows, start, stop
from tests.made.waiting import wait_until

BOTTOM = "it => it.getBoundingClientRect().bottom"
NOW = ".lv-now"


def is_above(page: Page, upper: str, lower: str) -> bool:
    """Neither is anywhere while it is drawn anew."""
    first, second = page.locator(upper).bounding_box(), page.locator(lower).bounding_box()
    return bool(first and second and first["y"] < second["y"])


def bottom_px(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate(BOTTOM))


def test_a_session_is_on_one_screen_and_after_stop_it_answers_and_can_be_deleted(
    page: Page, server: Server, database: Since
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 2)
    expect(page.locator(".at-strip").first).to_be_visible()
    more = page.locator("summary", has_text="More")
    expect(more).to_be_in_viewport(ratio=1)
    assert page.locator("[data-testid=stMain]").evaluate("it => it.scrollHeight <= it.clientHeight")
    before = bottom_px(page, ".st-key-live-who")

    # Twenty-five people, as far as the list goes, scroll inside and move nothing.
    page.locator(".at-strips").evaluate("it => it.append(...Array(24).fill(it.firstChild.cloneNode(true)))")
    assert bottom_px(page, ".st-key-live-who") == before
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(lambda: is_above(page, NOW, PICTURE))  # on a phone the number comes first
    page.set_viewport_size({"width": 1366, "height": 768})

    stop(page)
    expect(page.get_by_text("You stopped the session.")).to_be_visible()
    expect(page.locator(NOW)).to_be_visible()
    for said in ("Three moments", "Who was there"):
        expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_role("link", name="Open the report")).to_be_visible()
    expect(page.get_by_text(re.compile("rows|Skipped|dropped"))).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    wait_until(lambda: rows(database, "select id from session") == [])
