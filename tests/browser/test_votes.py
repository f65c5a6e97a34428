"""People vote on their phones, by the code that the host's page shows them as a picture."""

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server
from tests.browser.steps import agree, open_more, start


def test_a_phone_reads_the_code_and_its_voice_stands_on_the_host_s_page(
    page: Page, server: Server, browser: Browser
) -> None:
    agree(page, server, "Year 9 chemistry")
    start(page)
    expect(page.get_by_role("button", name="STOP")).to_be_visible(timeout=60_000)
    open_more(page)
    page.get_by_role("button", name="Votes").click()
    page.get_by_text("Let people vote").click()
    picture = page.get_by_alt_text("QR code of the page to vote on").screenshot(animations="disabled")
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    address, _, _ = cv2.QRCodeDetector().detectAndDecode(pixels)
    assert address.startswith(f"{server.url}/vote/")

    phone = browser.new_context(viewport={"width": 390, "height": 700}).new_page()
    phone.goto(address)
    assert "chemistry" not in phone.content()
    phone.get_by_role("button", name="Lost").click()
    expect(phone.get_by_role("button", name="Lost")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("0 clear · 1 lost · 0 questions")).to_be_visible()
    phone.context.close()
