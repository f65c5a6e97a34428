"""The page on which people vote, over a real socket: what a stranger sees, presses and is told."""

import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from sqlalchemy import Engine

from dashboard.voting import routes
from db.rights import ballots
from db.rights.ballots import votes
from db.store import EndReason, Store
from tests.made.feed import served
from tests.made.storage import MONDAY, locked_by_another_program, new_session, open_file

TITLE = "Board <b>meeting</b>"


class Voting:
    """A running session that is open to votes, and the server that has its page."""

    def __init__(self, address: str, engine: Engine, session_id: int, path: Path) -> None:
        self.path = path
        self.engine, self.store, self.session_id = engine, Store(engine), session_id
        self.code = self.store.open_voting(session_id)
        self.address = f"http://{address}/vote/"


class Phone:
    """A browser that keeps its cookies."""

    def __init__(self, voting: Voting) -> None:
        self.jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar))
        self._page = voting.address + voting.code

    def get(self) -> str:
        return self._read(None)

    def press(self, choice: str) -> str:
        """The page that the press leads to."""
        return self._read(urlencode({"choice": choice}).encode())

    def _read(self, body: bytes | None) -> str:
        with self._opener.open(self._page, body, timeout=30) as answer:
            return str(answer.read().decode())


@pytest.fixture
def voting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Voting]:
    engine = open_file(tmp_path / "attune.db")
    session_id = Store(engine).start_session(new_session(title=TITLE, started_at=MONDAY))
    monkeypatch.setattr(ballots, "PACE_MS", 0)
    with served(routes.vote_routes(lambda: engine)) as address:
        yield Voting(address, engine, session_id, tmp_path / "attune.db")


def chosen(page: str) -> list[str]:
    return re.findall(r'aria-pressed="true">(\w+)<', page)


def test_a_stranger_sees_three_buttons_and_nothing_of_the_session(voting: Voting) -> None:
    page = Phone(voting).get()
    assert re.findall(r"<button[^>]*>(\w+)</button>", page) == ["Clear", "Lost", "Question"]
    assert "Board" not in page and "meeting" not in page


def test_the_title_is_shown_where_the_host_lets_it_and_is_text(voting: Voting) -> None:
    voting.store.open_voting(voting.session_id, titled=True)
    page = Phone(voting).get()
    assert "<h1>Board &lt;b&gt;meeting&lt;/b&gt;</h1>" in page and "<b>" not in page


def test_a_press_is_told_and_counted_as_one_voice_a_device(voting: Voting) -> None:
    one, other = Phone(voting), Phone(voting)
    assert chosen(one.press("clear")) == ["Clear"]
    assert chosen(other.press("question")) == ["Question"]
    assert "Your voice: Lost" in (page := one.press("lost")) and chosen(page) == ["Lost"]
    assert [(one.voice, str(one.choice)) for one in votes(voting.engine, voting.session_id)] == [
        (1, "clear"),
        (2, "question"),
        (1, "lost"),
    ]
    assert chosen(one.get()) == ["Lost"], "also once it is loaded again"


def test_who_presses_too_quickly_is_told_so(voting: Voting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "PACE_MS", 10**9)
    phone = Phone(voting)
    phone.press("clear")
    assert "too quick" in phone.press("lost")
    assert len(votes(voting.engine, voting.session_id)) == 1


def test_when_it_is_over_there_is_nothing_to_press(voting: Voting) -> None:
    phone = Phone(voting)
    voting.store.end_session(voting.session_id, MONDAY, EndReason.STOPPED)
    assert "Voting is closed" in phone.press("clear") and "<button" not in phone.get()
    voting.store.delete_session(voting.session_id)
    with pytest.raises(HTTPError, match="404"):
        phone.get()


def test_a_flood_reaches_the_database_a_few_times_a_second_and_other_sessions_not_at_all() -> None:
    pace = routes.Pace(most=2)
    assert [pace.lets("a", 7.0 + n / 10) for n in range(4)] == [True, True, False, False]
    assert pace.lets("b", 7.5) and pace.lets("a", 8.0)


def test_who_made_up_the_code_takes_no_lock(voting: Voting) -> None:
    voting.code = "made-up"
    with locked_by_another_program(voting.path), pytest.raises(HTTPError, match="404"):
        Phone(voting).press("clear")


@pytest.mark.parametrize("choice", ["", "CLEAR", "clear' --", "x" * 10_000])
def test_what_is_no_choice_is_refused(voting: Voting, choice: str) -> None:
    with pytest.raises(HTTPError, match="400"):
        Phone(voting).press(choice)
    assert votes(voting.engine, voting.session_id) == []


def test_a_cookie_that_somebody_made_up_is_a_device_like_any_other(voting: Voting) -> None:
    phone = Phone(voting)
    phone.press("clear")
    for cookie in phone.jar:
        cookie.value = "<script>" * 500
    assert "<script>" not in phone.press("lost")
    assert len(votes(voting.engine, voting.session_id)) == 2
