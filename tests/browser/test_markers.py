"""Markers by keyboard while a session runs, seen afterwards; and the presenter's panel in a second tab."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server
from tests.browser.steps import Since, agree, frames, open_more, rows, start, stop, streamer
from tests.made.waiting import wait_until

MARKED = "select label, offset_ms, end_ms, note from marker order by id"


def labels(database: Since) -> list[object]:
    return [row[0] for row in rows(database, MARKED)]


def test_keys_mark_a_running_session_and_the_presenter_sees_it(
    page: Page, browser: Browser, server: Server, database: Since
) -> None:
    agree(page, server)
    start(page)
    wait_until(lambda: frames(database) > 10)
    keys = page.get_by_role("group", name="Markers")
    expect(keys.get_by_role("button", name=re.compile("^Topic"))).to_be_visible()

    # The keyboard belongs to the streamer's frame after START, and keys count there too.
    streamer(page).locator("video:visible").click()
    page.keyboard.press("t")
    wait_until(lambda: labels(database) == ["Topic"])
    page.keyboard.press("Control+q")
    page.keyboard.press("Alt+b")
    page.keyboard.press("Shift+B")
    wait_until(lambda: labels(database) == ["Topic", "Break"])
    expect(keys.get_by_role("button", name=re.compile("End the stretch Break"))).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("q")  # before the first was answered: neither is lost
    wait_until(lambda: labels(database) == ["Topic", "Break", "Poll", "Question"])

    page.get_by_role("button", name=re.compile("Own label")).click()
    field = page.get_by_role("textbox", name="What M marks")
    field.fill("")
    field.press_sequentially("Quiz by topic")  # letters that would mark anywhere else
    field.press("Enter")
    expect(keys.get_by_role("button", name=re.compile("^Quiz by topic"))).to_be_visible()
    assert labels(database) == ["Topic", "Break", "Poll", "Question"]
    page.keyboard.press("Escape")
    keys.get_by_role("button", name=re.compile("^Quiz by topic")).click()
    wait_until(lambda: labels(database)[-1] == "Quiz by topic")
    page.get_by_role("button", name=re.compile("Undo Quiz by topic")).click()
    wait_until(lambda: labels(database) == ["Topic", "Break", "Poll", "Question"])

    open_more(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("Presenter")).last.click()
    presenter = opened.value
    expect(presenter.get_by_text(re.compile("With you, (looking|facing)"))).to_be_visible()
    expect(presenter.locator(".pr-big")).to_have_text(re.compile(r"^[01] of 1$"))
    presenter.get_by_text("Group only").click()
    expect(presenter.get_by_text(re.compile("figures are shown from 5 on"))).to_be_visible()
    assert "group=true" in presenter.url and "session=1" in presenter.url

    stop(page)
    wait_until(lambda: rows(database, "select end_ms from marker where label = 'Break'") != [(None,)])
    expect(presenter.get_by_text("The session has ended")).to_be_visible()
    asked = browser.new_context(reduced_motion="reduce", contrast="more").new_page()
    asked.goto(f"{server.url}/presenter?session=1")
    expect(asked.locator(".stApp")).to_have_css("background-color", "rgb(0, 0, 0)")
    asked.context.close()

    page.goto(f"{server.url}/report?session=1&part=Markers")
    expect(page.get_by_text("What happened here")).to_be_visible()
    expect(page.locator(".annotation-text", has_text=re.compile("^(T|Topic)$")).first).to_be_visible()
