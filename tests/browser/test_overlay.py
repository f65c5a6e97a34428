"""The browser draws upon its own picture what the server tells it; where it cannot, the server draws."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import Since, agree, frames, start, stop, streamer
from tests.made.waiting import wait_until

OVER = "document.querySelector('iframe[src*=webrtc]').contentWindow.navigator.mediaDevices.attune?.over"
STATE = f"""() => {{ const o = {OVER}; return o && {{
  draws: o.draws, failed: o.failed, drawn: o.drawn, painted: o.painted ?? [], told: o.told, sent: o.rate,
  wide: o.canvas.clientWidth, high: o.canvas.clientHeight, high_px: o.video.videoHeight,
  wide_px: o.video.videoWidth }} }}"""
NO_CHANNEL = "RTCPeerConnection.prototype.createDataChannel = () => { throw new Error('none') }"
NO_PEN = """const get = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (...asked) {
  return this.parentNode?.className === 'attune-overlay' || this.ownerDocument !== document || top !== self
    ? null : get.apply(this, asked) }"""
RETURNED = (
    "[...document.querySelectorAll('video')].find((it) => it.parentNode.className !== 'attune-overlay')"
)
FACES_TOLD = f"""() => new Promise((done) => {{
  const look = () => {OVER}.told.faces.length ? done({OVER}.told.faces) : setTimeout(look, 10);
  look();
}})"""
BACK = f"() => {RETURNED}?.getVideoPlaybackQuality().totalVideoFrames ?? 0"


def state(page: Page) -> dict[str, Any]:
    return dict(page.evaluate(STATE) or {})


def back(page: Page) -> int:
    """Pictures that the server has sent back."""
    return int(streamer(page).locator("body").evaluate(BACK))


def draws(page: Page) -> bool:
    now = state(page)
    return bool(now.get("draws")) and bool(now["painted"])


def begin(page: Page, server: Server) -> None:
    agree(page, server)
    start(page)


def nothing_comes_back(page: Page, database: Since) -> bool:
    returned, stored = back(page), frames(database)
    wait_until(lambda: frames(database) > stored + 20)
    return back(page) <= returned + 2


def grows(page: Page) -> None:
    seen = back(page)
    wait_until(lambda: back(page) > seen + 20)


def test_boxes_are_drawn_by_the_browser_and_no_picture_comes_back(
    page: Page, server: Server, database: Since
) -> None:
    begin(page, server)
    wait_until(lambda: draws(page))
    drawn = state(page)["drawn"]
    # What was sent before the page said so may still be on its way.
    wait_until(lambda: nothing_comes_back(page, database))
    assert state(page)["drawn"] > drawn + 20
    assert re.match(r"P\d", state(page)["painted"][0]["text"])
    now = state(page)
    assert now["sent"] == 10 * 0.5 * now["wide_px"] * now["high_px"]
    expect(streamer(page).locator("video:visible")).to_have_count(1)

    # Other pages hide it, and it is there again afterwards; so it is on a phone.
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    page.get_by_role("link", name="Live", exact=True).click()
    page.set_viewport_size({"width": 390, "height": 844})
    drawn = state(page)["drawn"]
    wait_until(lambda: draws(page) and state(page)["drawn"] > drawn + 10)
    now = state(page)
    x0, y0, x1, y1 = now["painted"][0]["box"]
    assert 0 <= x0 < x1 <= now["wide"] <= 390 and 0 <= y0 < y1 <= now["high"]
    stop(page)


def test_a_group_only_view_sends_no_name_and_no_expression_to_the_picture(
    page: Page, server: Server, database: Since
) -> None:
    begin(page, server)
    wait_until(lambda: draws(page))
    page.locator("summary", has_text="More").click()
    page.get_by_text(re.compile("[Gg]roup.only")).first.click()
    wait_until(lambda: [one["texts"] for one in state(page)["told"]["faces"]] == [["in view"]])
    [face] = page.evaluate(FACES_TOLD)
    assert face["marks"] == [] and not {"name", "scores", "leading"} & set(face)
    stop(page)


@pytest.mark.parametrize("fault", [NO_CHANNEL, NO_PEN], ids=["no data channel", "nothing to draw on"])
def test_where_a_browser_cannot_draw_the_server_does(
    page: Page, server: Server, database: Since, fault: str
) -> None:
    page.add_init_script(fault)
    begin(page, server)
    wait_until(lambda: frames(database) > 5)
    grows(page)
    wait_until(lambda: streamer(page).locator("body").evaluate(f"() => {RETURNED}.offsetHeight > 0"))
    expect(streamer(page).locator("video:visible")).to_have_count(1)
    assert not state(page)["draws"]
    stop(page)


def test_a_channel_that_breaks_brings_the_servers_picture_back(page: Page, server: Server) -> None:
    begin(page, server)
    wait_until(lambda: draws(page))
    page.evaluate(f"() => {OVER}.channel.close()")
    grows(page)
    assert state(page)["failed"] and state(page)["sent"] is None
    expect(streamer(page).locator("video:visible")).to_have_count(1)
    stop(page)


def test_a_setting_lets_the_server_draw(page: Page, tmp_path: Path) -> None:
    database = tmp_path / "attune.db"
    with Server(database, tmp_path / "log", ATTUNE_LIVE_DRAWING="server") as server:
        begin(page, server)
        wait_until(lambda: frames(database) > 2)
        grows(page)
        assert state(page) == {}


RUN = """({ speed, noise }) => {
  // A face at `speed` parts of the picture a second, looked at every 100 ms and told 60 ms later.
  const over = { faces: new Map(), view: window }, found = [];
  const place = (ms) => 0.2 + (speed * ms) / 1000;
  let told = 0, latest = null;
  for (let ms = 0; ms < 3000; ms += 20) {
    while (told + 60 <= ms) {
      const x = place(told) + (Math.round(told / 100) % 2 ? noise : -noise);
      latest = [x, 0.3, x + 0.2, 0.6];
      over.shown = ms - 20;
      const face = overlayMoved(over, { id: 1, box: latest }, told, ms);
      over.faces.set(1, face);
      told += 100;
    }
    const face = over.faces.get(1);
    if (face && ms > 1000) found.push([place(ms - 20), overlayBox(face, ms - 20, ms)[0], latest[0]]);
  }
  return found;
}"""
OVERLAY = Path(__file__).parents[2] / "dashboard" / "live" / "overlay" / "overlay.js"


@pytest.fixture
def blank(page: Page) -> Page:
    page.add_script_tag(content=OVERLAY.read_text(encoding="utf-8"))
    return page


def steps(values: Sequence[float]) -> list[float]:
    return [abs(b - a) for a, b in pairwise(values)]


@pytest.mark.parametrize("speed", [-0.3, 0.1, 0.3])
def test_a_moving_faces_box_is_where_the_face_is_and_goes_evenly(blank: Page, speed: float) -> None:
    true, drawn, told = zip(*blank.evaluate(RUN, {"speed": speed, "noise": 0}), strict=True)
    late = max(abs(a - b) for a, b in zip(true, told, strict=True))
    assert max(abs(a - b) for a, b in zip(true, drawn, strict=True)) < 0.1 * late
    assert max(steps(drawn)) < 1.2 * abs(speed) * 0.02


def test_a_still_faces_box_shakes_no_more_than_the_numbers_do(blank: Page) -> None:
    _, drawn, told = zip(*blank.evaluate(RUN, {"speed": 0, "noise": 0.001}), strict=True)
    assert max(drawn) - min(drawn) <= 1.05 * (max(told) - min(told))
    assert max(steps(drawn)) < max(steps(told))
