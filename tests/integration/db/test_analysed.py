"""A recording's session is stored by the worker that has it, in one transaction, or not at all."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from db.reports import events, get_session, list_sessions, people
from db.schema import observation
from db.store import NewEvent
from db.store.analysed import Claim, ClaimLostError, Taken, Whole, store_analysed, take
from model.observations import FrameRecord
from tests.made.faces import frame
from tests.made.storage import new_session

RUN = "r" * 32
ONE, TWO = Claim("m" * 32, RUN, "a" * 32), Claim("m" * 32, RUN, "b" * 32)


def whole(batches: Iterator[Sequence[FrameRecord]] | None = None) -> Whole:
    frames = iter([[frame(0), frame(1, faces=2)], [frame(2)]])
    return Whole(new_session(), batches or frames, [NewEvent(100, "nod", 300, 1)], 5_000)


def test_a_claim_goes_to_whoever_took_it_last_and_who_had_it_keeps_nothing(engine: Engine) -> None:
    assert take(engine, ONE) == Taken(1)
    assert take(engine, TWO) == Taken(2)
    with pytest.raises(ClaimLostError):
        store_analysed(engine, ONE, whole())
    assert list_sessions(engine) == []
    made = store_analysed(engine, TWO, whole())
    found = get_session(engine, made)
    assert (found.frames, found.faces, found.usable, found.duration_ms) == (3, 4, 4, 5_000)
    assert [one.person for one in people(engine, made)] == [1, 2]
    assert len(events(engine, made)) == 1
    assert take(engine, ONE) == Taken(2, made), "the answer was lost"
    with pytest.raises(ClaimLostError):
        store_analysed(engine, TWO, whole())


def test_another_command_begins_to_count_anew(engine: Engine) -> None:
    take(engine, ONE)
    take(engine, ONE)
    assert take(engine, ONE) == Taken(3)
    assert take(engine, Claim(ONE.mark, "s" * 32, ONE.worker)) == Taken(1)


def test_what_fails_midway_leaves_no_row_and_the_claim_as_it_was(engine: Engine) -> None:
    def broken() -> Iterator[Sequence[FrameRecord]]:
        yield [frame(0)]
        raise OSError("the disk of the spool is full")

    take(engine, ONE)
    with pytest.raises(OSError, match="spool"):
        store_analysed(engine, ONE, whole(broken()))
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(observation)).scalar() == 0
    assert list_sessions(engine) == []
    assert store_analysed(engine, ONE, whole())


def test_commands_that_claim_a_new_recording_at_once_all_get_an_answer(engine: Engine) -> None:
    """Those who both found nobody's claim both wrote one."""
    claims = [Claim("n" * 32, f"{i}" * 32, "a" * 32) for i in range(8)]
    together = Barrier(len(claims))

    def claimed(one: Claim) -> Taken:
        together.wait(30)
        return take(engine, one)

    with ThreadPoolExecutor(len(claims)) as threads:
        assert list(threads.map(claimed, claims)) == [Taken(1)] * len(claims)
