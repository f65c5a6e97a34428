"""Sign-in in Chromium with a real provider: out in every tab, a link's address, a participant's telephone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from db.access import Who
from db.engine import open_database
from db.rights.own_codes import make_code
from db.rights.shares import make_link, revoke, shares_of
from db.store import Store
from tests.browser.server import Server
from tests.made.faces import face, seconds
from tests.made.provider import provider
from tests.made.sessions import stored
from tests.made.sign_in import signed_server, somebody

WHY = "This server is for people who have an account."
ANA, TITLE, NAME = Who("ana"), "Zanzibar review", "Zora"


@dataclass
class House:
    """A server with one session of Ana's."""

    server: Server
    engine: Engine
    session: int


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("signed")
    engine = open_database(f"sqlite:///{(folder / 'attune.db').as_posix()}")
    session = stored(Store(engine, ANA), seconds([(face(1), face(2), face(3))] * 30), TITLE)
    Store(engine, ANA).name_participant(session, 1, NAME)
    with provider() as address, signed_server(folder / "attune.db", folder / "log", address) as server:
        yield House(server, engine, session)
    engine.dispose()


def test_sign_out_ends_another_tab_at_once_and_a_copied_cookie_only_signs_in_again(
    browser: Browser, house: House
) -> None:
    context, page = somebody(browser, house.server, "ana")
    stolen = browser.new_context(storage_state=context.storage_state())
    other, thief = context.new_page(), stolen.new_page()
    for tab in (other, thief):
        tab.goto(f"{house.server.url}/sessions")
        expect(tab.get_by_role("link", name=TITLE)).to_be_visible()
    page.get_by_role("button", name="Ana").click()
    page.get_by_role("button", name="Sign out").click()
    for tab in (other, thief):
        expect(tab.get_by_text(WHY)).to_be_visible()
        expect(tab.get_by_role("link", name=TITLE)).to_have_count(0)
    thief.get_by_role("button", name="Sign in", exact=True).click()  # its page stays open for that
    expect(thief.get_by_role("button", name="Authorize", exact=True)).to_be_visible()
    context.close()
    stolen.close()


def test_a_link_leaves_the_address_and_opens_the_group_alone_until_it_is_taken_back(
    browser: Browser, house: House
) -> None:
    token = make_link(house.engine, ANA, house.session, group_only=True)
    page = browser.new_page()
    page.goto(f"{house.server.url}/s/{token}")
    expect(page.get_by_text("Shared by ana, to read.")).to_be_visible()
    assert token not in page.url and page.url.endswith(f"/report?session={house.session}")
    page.goto(f"{house.server.url}/report?session={house.session}&person=1&group=false")
    expect(page.get_by_text("Shared by ana, to read.")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    revoke(house.engine, ANA, shares_of(house.engine, house.session)[0].id)
    page.reload()
    expect(page.get_by_text("is not shared with you any more")).to_be_visible()
    page.close()


def test_a_participant_sees_and_erases_on_a_telephone_what_is_kept_of_them(
    browser: Browser, house: House
) -> None:
    code = make_code(house.engine, ANA, house.session, 1)
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{house.server.url}/me?session={house.session}")
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Show what is kept of me").click()
    expect(page.get_by_text(f"under the name “{NAME}”")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take it along (CSV)").click()
    assert Path(taken.value.path()).read_text().startswith("time_ms,")
    page.get_by_text("Erase everything kept of me").click()
    page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_text("Nothing is kept of you in this session.")).to_be_visible()
    page.close()
