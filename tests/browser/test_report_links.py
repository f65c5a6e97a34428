"""A view of the report can be sent, moments are links, a summary is one page, sessions are compared."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, WebSocket, expect

from dashboard.sessions.demo import write_demo
from db.engine import open_database
from db.reports import Utterance
from db.store import Store
from model.emotions import Emotion
from tests.browser.server import Server
from tests.browser.steps import choose
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored
from tests.made.videos import write_video
from tests.made.waiting import wait_until

DEMO, LONG, BEFORE_S, SAID_MS = 1, 5, 60, range(0, 1_200_000, 10_000)
LONG_NOTE = "what was said at length about the price and everything that goes with it " * 3


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo with markers, and three weeks of a class that looks happier each time."""
    folder = tmp_path_factory.mktemp("links")
    store = Store(open_database(f"sqlite:///{(folder / 'attune.db').as_posix()}"))
    assert write_demo(store, STARTED_AT) == DEMO
    for minute in range(7):
        store.add_marker(DEMO, minute * 120_000, "Topic", note=LONG_NOTE)
    said = [Utterance(at_ms, at_ms + 9_000, "Ben", f"I said this at {at_ms}") for at_ms in SAID_MS]
    store.write_transcript(DEMO, said)
    draw = random.Random(7)
    for week in range(3):
        moods = draw.choices([Emotion.HAPPY, Emotion.NEUTRAL], [0.2 + week, 2.0], k=240)
        frames = seconds([[face(1, mood), face(2, mood)] for mood in moods])
        stored(store, frames, f"Physics week {week}", started_at=STARTED_AT + timedelta(days=7 * week))
    crowd = seconds([[face(one + 1) for one in range(25)]] * 60)
    assert stored(store, crowd, LONG_NOTE, started_at=STARTED_AT) == LONG
    for place in range(12):
        store.add_marker(LONG, place * 5_000, "A rather long label of a marker", note=LONG_NOTE)
    with Server(folder / "attune.db", folder / "server.log", ATTUNE_RETENTION_DAYS="0") as running:
        yield running


def adjust(page: Page) -> None:
    """Open what a report can be set by."""
    page.get_by_role("button", name=re.compile("Adjust")).click()
    expect(page.get_by_role("combobox", name=re.compile("Definition"))).to_be_visible()


def test_the_whole_row_of_a_session_opens_it_and_what_is_pressed_in_it_does_not(
    page: Page, shared: Server
) -> None:
    page.goto(f"{shared.url}/sessions")
    row = page.locator(f".st-key-session_{LONG}")
    row.get_by_test_id("stCheckbox").click()
    expect(page.get_by_text("1 selected")).to_be_visible()
    row.get_by_text("25 people").click(force=True)  # the link lies above it
    page.wait_for_url(f"**/report?session={LONG}")


def test_a_view_is_in_its_address_and_comes_back_from_it(page: Page, shared: Server) -> None:
    page.goto(f"{shared.url}/report?session={DEMO}&from=60&to=300&definition=sentiment&person=2")
    expect(page.get_by_text("Shown: 01:00 to 05:00, Ben beside the group")).to_be_visible()
    adjust(page)
    expect(page.get_by_role("combobox", name=re.compile("Definition"))).to_have_value("Sentiment")
    expect(page.get_by_role("combobox", name=re.compile("Person"))).to_have_value("Ben")
    choose(page, "Definition", "Expressiveness")
    expect(page).to_have_url(re.compile("definition=expressiveness"))
    slider = page.get_by_role("slider", name=re.compile("start Time range"))
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"from=6[1-9]&|from=[7-9]\d"))
    expect(page.get_by_text("Shown: 01:00 to")).to_have_count(0)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_text(re.compile("Shown: 01:0[1-9] to 05:00, Ben"))).to_be_visible()
    page.get_by_role("link", name="Show the whole session").click()
    expect(page.get_by_text("Duration 20 min")).to_be_visible()
    expect(page).not_to_have_url(re.compile("from="))


def test_a_pressed_sentence_opens_its_reason_beside_the_line_and_moves_nothing_else(
    page: Page, shared: Server
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{shared.url}/report?session={DEMO}")
    lowest = page.get_by_role("button", name=re.compile(r"\d\d:\d\d lowest"))
    expect(lowest).to_be_visible()
    sentences = page.get_by_role("button", name=re.compile(r"^\S* ?\d\d:\d\d ")).all_inner_texts()
    lowest.click()
    expect(page).to_have_url(re.compile("moment=lowest-"))
    expect(page.get_by_text(re.compile("From the usual"))).to_be_in_viewport()
    expect(page.locator(".st-key-line .js-plotly-plot").first).to_be_in_viewport()
    expect(page.get_by_text("Duration 20 min")).to_be_visible()
    told = page.get_by_role("button", name=re.compile(r"\d\d:\d\d ")).all_inner_texts()
    assert [one.split("\n")[-1] for one in told] == [one.split("\n")[-1] for one in sentences]

    page.get_by_role("tab", name="Moments").click()
    expect(page).to_have_url(re.compile("part=Moments"))
    rose = page.get_by_role("button", name=re.compile("The group rose by")).last
    rose.click()
    expect(page).to_have_url(re.compile("moment=rise-"))
    expect(rose).to_be_visible()
    expect(page.locator(".st-key-line .js-plotly-plot").first).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(re.compile("moment=lowest-"))
    page.go_back()
    expect(page.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize(("width", "session"), [(1440, LONG), (390, DEMO)])
def test_a_summary_is_one_page_of_paper(page: Page, shared: Server, width: int, session: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{shared.url}/summary?session={session}")
    expect(page.locator(".st-key-one-page .js-plotly-plot")).to_have_count(2)
    expect(page.get_by_text("Expressions are not feelings")).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Type\s*/Pages\s.{0,80}?/Count (\d+)|/Count (\d+)", paper, re.S)[0] in (
        (b"1", b""),
        (b"", b"1"),
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # the browser's own print waits for nothing
    paper_px, line_px = (
        page.locator(f".st-key-one-page{part}").first.evaluate("it => it.getBoundingClientRect().width")
        for part in ("", " .js-plotly-plot .main-svg")
    )
    assert line_px > 0.9 * paper_px


def test_sessions_are_compared_and_the_choice_is_in_the_address(
    page: Page, shared: Server, tmp_path: Path
) -> None:
    page.goto(f"{shared.url}/compare?sessions=2,3")
    expect(
        page.get_by_role("heading", name=re.compile(r"Physics week 1 is .* below Physics week 0"))
    ).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Sessions")).click()
    page.get_by_role("option", name=re.compile("Physics week 2")).click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"sessions=2(,|%2C)3(,|%2C)4"))
    expect(page.get_by_role("heading", name=re.compile("Physics week 2 is"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    page.get_by_text("Copy the table").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("Physics week 2\t")
    page.get_by_role("tab", name="Trend of a series").click()
    expect(page.get_by_role("heading", name=re.compile("too few sessions for an interval"))).to_be_visible()


def test_one_press_prints_the_summary_without_its_buttons(page: Page, shared: Server) -> None:
    page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
    page.goto(f"{shared.url}/summary?session={DEMO}")
    button = page.get_by_role("button", name="Print or save as PDF")
    button.click()
    wait_until(lambda: page.evaluate("window.printed") == 1)
    page.emulate_media(media="print")
    expect(button).to_be_hidden()


def test_a_recording_is_played_beside_the_report_and_nothing_of_it_leaves_the_browser(
    page: Page, shared: Server, tmp_path: Path
) -> None:
    """It says that it began a minute before the session, which is twenty minutes long."""
    began = STARTED_AT - timedelta(minutes=20, seconds=BEFORE_S)
    pictures = [np.full((48, 64, 3), n % 250, np.uint8) for n in range(130)]
    clip = write_video(tmp_path / "board.webm", pictures, range(0, 1_300_000, 10_000), "libvpx", began)
    sent = heard(page)
    page.goto(f"{shared.url}/report?session={DEMO}&part=Words")
    expect(page.get_by_text("I said this at 0")).to_be_visible()
    recording = page.get_by_label("Recording", exact=True)
    recording.set_input_files(clip)
    video = page.get_by_label("Your recording").locator("video")
    expect(video).to_be_visible()
    expect(page.get_by_text("Begins 01:00 before the session")).to_be_visible()

    def is_at(session_s: float, within_s: float = 0.5) -> bool:
        at_s: float = video.evaluate("video => video.seeking ? -1 : video.currentTime")
        return abs(at_s - session_s - BEFORE_S) <= within_s

    page.get_by_role("button", name="Play from 10:00").click()
    wait_until(lambda: is_at(600))
    expect(page.locator("li[aria-current=true]")).to_have_text("10:00 Ben: I said this at 600000")
    expect(page.locator(".attune-playhead")).to_have_count(2)
    page.keyboard.press("b")
    wait_until(lambda: is_at(595))
    plot = page.locator(".st-key-line .js-plotly-plot .nsewdrag").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    wait_until(lambda: is_at(300, 5))
    lowest = page.get_by_role("button", name=re.compile(r"\d\d:\d\d lowest"))
    minutes, seconds_ = re.findall(r"(\d\d):(\d\d) lowest", lowest.inner_text())[0]
    lowest.click()
    wait_until(lambda: is_at(int(minutes) * 60 + int(seconds_)))
    page.keyboard.press("p")
    wait_until(lambda: video.evaluate("video => !video.paused"))
    page.keyboard.press("p")
    no_video = tmp_path / "notes.webm"
    no_video.write_bytes(b"only words " * 100)
    recording.set_input_files(no_video)
    expect(page.get_by_text("it cannot play this file")).to_be_visible()
    expect(video).to_be_visible()
    page.get_by_role("button", name="Close the recording").click()
    expect(page.locator(".attune-playhead")).to_have_count(0)
    content = clip.read_bytes()
    assert sent and not any(content[at : at + 64] in b"".join(sent) for at in range(0, len(content), 997))
    assert b"board.webm" not in b"".join(sent)


def heard(page: Page) -> list[bytes]:
    """Everything that the page sends from now on: addresses, bodies, and frames of its sockets."""
    sent: list[bytes] = []

    def tell(*said: bytes | str | None) -> None:
        sent.extend(one.encode() if isinstance(one, str) else one or b"" for one in said)

    def request(one: Request) -> None:
        tell(one.url, one.post_data_buffer)

    def websocket(one: WebSocket) -> None:
        one.on("framesent", tell)

    page.on("request", request)
    page.on("websocket", websocket)
    return sent
