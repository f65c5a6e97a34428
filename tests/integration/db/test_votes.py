"""Votes in the database: by a code, one voice a device, not too many, forgotten with their session."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from db.access import Who
from db.errors import SessionNotFoundError
from db.rights import ballots
from db.rights.ballots import Answer, Choice, Vote, ballot_by, ballot_of, cast, votes
from db.rights.schema import ballot, vote
from db.store import EndReason, Store
from tests.made.storage import MONDAY

CLEAR, LOST, QUESTION = Choice.CLEAR, Choice.LOST, Choice.QUESTION


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_a_vote_counts_at_its_moment_and_tells_nothing_of_its_device(
    store: Store, engine: Engine, session_id: int
) -> None:
    code = store.open_voting(session_id)
    assert cast(engine, code, "a phone", CLEAR, at(1.5)) is Answer.COUNTED
    assert cast(engine, code, "a laptop", QUESTION, at(2)) is Answer.COUNTED
    assert cast(engine, code, "a phone", LOST, at(3)) is Answer.COUNTED
    assert votes(engine, session_id) == [
        Vote(1, 1_500, CLEAR),
        Vote(2, 2_000, QUESTION),
        Vote(1, 3_000, LOST),
    ]
    assert votes(engine, session_id, since_ms=2_500) == [Vote(1, 3_000, LOST)]
    with engine.connect() as connection:
        assert "phone" not in str(connection.execute(select(vote)).all())


def test_the_code_says_no_more_than_the_host_allows(store: Store, engine: Engine, session_id: int) -> None:
    code = store.open_voting(session_id)
    hidden = ballot_by(engine, code)
    assert hidden is not None and (hidden.session_id, hidden.title, hidden.closed) == (
        session_id,
        None,
        False,
    )
    assert store.open_voting(session_id, titled=True) == code, "what was printed goes on opening it"
    shown = ballot_of(engine, session_id)
    assert shown is not None and shown.title == "Weekly meeting"
    assert ballot_by(engine, "guessed") is None and len(code) >= 20


@pytest.mark.parametrize("way", ["closed", "ended", "deleted", "never opened"])
def test_nothing_is_counted_once_it_is_over(store: Store, engine: Engine, session_id: int, way: str) -> None:
    code = "never" if way == "never opened" else store.open_voting(session_id)
    if way == "closed":
        store.close_voting(session_id)
    elif way == "ended":
        store.end_session(session_id, at(9), EndReason.STOPPED)
    elif way == "deleted":
        store.delete_session(session_id)
    assert cast(engine, code, "a phone", CLEAR, at(10)) is Answer.CLOSED
    assert votes(engine, session_id) == []
    known = ballot_by(engine, code)
    assert known is None or known.closed


def test_a_voice_and_a_session_take_no_more_than_people_press(
    store: Store, engine: Engine, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots, "MOST_VOICES", 3)
    monkeypatch.setattr(ballots, "MOST_A_SECOND", 2)
    code = store.open_voting(session_id)
    assert cast(engine, code, "1", CLEAR, at(1)) is Answer.COUNTED
    assert cast(engine, code, "1", LOST, at(1.9)) is Answer.TOO_QUICK
    assert cast(engine, code, "2", LOST, at(1.2)) is Answer.COUNTED
    assert cast(engine, code, "3", LOST, at(1.3)) is Answer.TOO_QUICK, "of all together"
    assert cast(engine, code, "3", LOST, at(3)) is Answer.COUNTED
    assert cast(engine, code, "4", LOST, at(5)) is Answer.TOO_QUICK, "who makes up devices"
    assert cast(engine, code, "1", LOST, at(6)) is Answer.COUNTED
    monkeypatch.setattr(ballots, "MOST_VOTES", 4)
    assert cast(engine, code, "1", CLEAR, at(8)) is Answer.TOO_QUICK


def test_a_press_before_the_beginning_by_another_server_s_clock_counts_at_the_beginning(
    store: Store, engine: Engine, session_id: int
) -> None:
    assert cast(engine, store.open_voting(session_id), "1", CLEAR, at(-3)) is Answer.COUNTED
    assert votes(engine, session_id)[0].offset_ms == 0


def test_only_its_owner_opens_a_session_to_votes(engine: Engine, session_id: int) -> None:
    for who in (Who("somebody"), Who()):
        with pytest.raises(SessionNotFoundError):
            Store(engine, who).open_voting(session_id)
        with pytest.raises(SessionNotFoundError):
            Store(engine, who).close_voting(session_id)


def test_votes_are_forgotten_with_their_session(store: Store, engine: Engine, session_id: int) -> None:
    cast(engine, store.open_voting(session_id), "1", CLEAR, at(1))
    store.delete_session(session_id)
    with engine.connect() as connection:
        for table in (ballot, vote):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
