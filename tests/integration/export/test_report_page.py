"""The report as one page: what a title may be, and what the page allows itself."""

import re

from sqlalchemy import Engine

from db.store import Store
from tests.integration.export.test_contract import file_of
from tests.made.faces import face, seconds
from tests.made.sessions import stored


def page(engine: Engine, title: str) -> str:
    session_id = stored(Store(engine), seconds([[face(1)]] * 5), title)
    return file_of(engine, session_id, "html").decode()


def test_what_looks_like_a_place_to_fill_in_a_title_stays_text(engine: Engine) -> None:
    title = "{facts} {limits} {title}"
    html = page(engine, title)
    assert f"<title>{title}</title>" in html and f"<h1>{title}</h1>" in html


def test_the_page_sends_nothing_and_loads_nothing(engine: Engine) -> None:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page(engine, "Talk"))
    assert found is not None
    for part in ("default-src 'none'", "form-action 'none'", "base-uri 'none'"):
        assert part in found[1]
