"""Sums are made in the background, and no report scans a table to find its rows."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select

from dashboard.consent import PRESENCE_ONLY
from dashboard.reading import Neutral, Reading
from dashboard.stored.report import View, read_report
from dashboard.upkeep import summing
from dashboard.upkeep.summing import Summing
from db.engine import write_transaction
from db.reports import count_sessions, get_session, list_sessions
from db.store import EndReason, Store
from db.sums import EVERYTHING, WITHOUT_EXCLUDED, outdate
from db.sums_schema import summed
from model.engagement.definitions import DEFINITIONS
from tests.made.faces import frame
from tests.made.storage import MONDAY, locked_by_another_program, new_session

SECOND_SCREEN = DEFINITIONS["second_screen"]
VIEWS = {
    "whole": View(),
    "group": View(group_only=True),
    "range": View(start_ms=61_500, end_ms=170_250),
    "second screen": View(reading=Reading(SECOND_SCREEN, dict(SECOND_SCREEN.weights))),
    "neutral": View(reading=Reading(neutral=Neutral.FIXED)),
}
NEVER = threading.Event()


@pytest.fixture
def session_id(store: Store) -> int:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [frame(number, 6, step_ms=1000) for number in range(240)])
    store.end_session(session_id, MONDAY + timedelta(seconds=240), EndReason.STOPPED)
    return session_id


def kinds(engine: Engine, session_id: int) -> set[int]:
    with engine.connect() as connection:
        return set(
            connection.execute(select(summed.c.kind).where(summed.c.session_id == session_id)).scalars()
        )


def test_every_session_is_summed_once(engine: Engine, session_id: int) -> None:
    summing = Summing(engine, 5)
    assert summing.tick(NEVER) > 0
    assert kinds(engine, session_id) == {EVERYTHING}
    assert summing.tick(NEVER) == 0


def test_large_ones_also_for_groups_and_without_who_is_left_out(
    engine: Engine, store: Store, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "LARGE_FROM", 1000)
    background = Summing(engine, 5)
    background.tick(NEVER)
    assert kinds(engine, session_id) == {EVERYTHING, 5}
    store.exclude_participant(session_id, 1)
    background.tick(NEVER)
    assert kinds(engine, session_id) == {EVERYTHING, 5, WITHOUT_EXCLUDED}


def test_two_programs_that_sum_at_once_make_the_same_sums(engine: Engine, session_id: int) -> None:
    before = read_report(engine, get_session(engine, session_id), View(), 5)
    threads = [threading.Thread(target=Summing(engine, 5).tick, args=(NEVER,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)
    after = read_report(engine, get_session(engine, session_id), View(), 5)
    assert kinds(engine, session_id) == {EVERYTHING}
    assert after.headline == before.headline
    assert after.people.equals(before.people)


def test_a_locked_database_is_tried_again(engine: Engine, session_id: int, path: Path) -> None:
    background = Summing(engine, 5)
    with locked_by_another_program(path):
        assert background.tick(NEVER) == 0
    assert background.tick(NEVER) == 1


def test_what_ended_waits_while_a_session_runs(
    engine: Engine, store: Store, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "LARGE_FROM", 1000)
    running = store.start_session(new_session())
    store.write_frames(running, [frame(number, 6, step_ms=1000) for number in range(200)])
    lives = [True]
    background = Summing(engine, 5, lambda: bool(lives))
    assert background.tick(NEVER) > 0
    assert (kinds(engine, running), kinds(engine, session_id)) == ({EVERYTHING}, set())
    assert background.tick(NEVER) == 0
    lives.clear()
    assert background.tick(NEVER) > 0
    assert kinds(engine, session_id) == kinds(engine, running) == {EVERYTHING, 5}


def test_a_session_that_begins_stops_the_sums_of_others_at_the_next_stretch(
    engine: Engine, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sum_building.CHUNK_ROWS", 100)
    asked = iter([False])
    assert Summing(engine, 5, lambda: next(asked, True)).tick(NEVER) == 1
    assert Summing(engine, 5).tick(NEVER) > 1, "the rest, once it is over"


def test_whoever_is_told_to_stop_stops(engine: Engine, session_id: int) -> None:
    stop = threading.Event()
    stop.set()
    Summing(engine, 5).run(stop, every_s=60.0)
    assert Summing(engine, 5).tick(stop) == 0
    assert kinds(engine, session_id) == set()


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """What SQLite does for every query of the block."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: object, sql: str, values: Any, *_: object) -> None:
        asked.append((sql, values))

    told: list[str] = []
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        for sql, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            told += [row[3] for row in plan]


@pytest.mark.parametrize("ready", [True, False])
def test_no_report_scans_what_grows(
    engine: Engine, store: Store, session_id: int, path: Path, ready: bool
) -> None:
    store.exclude_participant(session_id, 6)
    if ready:
        Summing(engine, 5).tick(NEVER)
    else:
        with write_transaction(engine) as connection:
            outdate(connection, session_id)
    session = get_session(engine, session_id)
    with plans(engine) as told:
        for view in VIEWS.values():
            read_report(engine, session, view, 5)
        read_report(engine, replace(session, model_name=PRESENCE_ONLY), View(), 5)
        get_session(engine, session_id)
    used = " ".join(told)
    assert ("SEARCH gaze_sum USING PRIMARY KEY" in used) is ready
    assert "SEARCH observation USING PRIMARY KEY" in used
    assert not re.findall(r"SCAN (?:observation|frame|gaze_sum|frame_sum|tracklet|event)\b.*", used)


def test_the_list_is_read_page_by_page_to_its_end(engine: Engine, store: Store) -> None:
    for number in range(7):
        store.start_session(
            new_session(title=f"Number {number}", started_at=MONDAY + timedelta(days=number // 3))
        )
    pages, last = [], None
    while page := list_sessions(engine, limit=3, before=last):
        pages.append([one.title[-1] for one in page])
        last = page[-1]
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert (count_sessions(engine), count_sessions(engine, "number 3")) == (7, 1)


def test_the_list_is_in_the_order_of_an_index(engine: Engine, session_id: int, path: Path) -> None:
    with plans(engine) as told:
        list_sessions(engine, limit=20)
    assert any("session USING INDEX ix_session_started_at" in step for step in told)
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in told)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(summed)).scalar() == 0
