"""When sums are made, thrown away, and made again."""

from datetime import timedelta

from sqlalchemy import Engine, delete, func, select

from db import reports
from db.engine import write_transaction
from db.store import EndReason, Store
from db.sum_building import sum_next
from db.sums_schema import frame_sum, gaze_sum, summed
from model.observations import FrameRecord
from tests.made.faces import frame
from tests.made.storage import MONDAY, new_session
from tests.made.sums import sum_all


def stored(store: Store, records: list[FrameRecord]) -> int:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, records)
    ended_at = MONDAY + timedelta(milliseconds=records[-1].offset_ms)
    store.end_session(session_id, ended_at, EndReason.STOPPED)
    return session_id


def minutes(first: int, count: int) -> list[FrameRecord]:
    return [frame(number, 2, step_ms=1000) for number in range(first * 60, (first + count) * 60)]


def rows(engine: Engine, session_id: int) -> list[int]:
    with engine.connect() as connection:
        tables = (summed, gaze_sum, frame_sum)
        count = select(func.count())
        return [
            connection.execute(count.select_from(t).where(t.c.session_id == session_id)).scalar_one()
            for t in tables
        ]


def faces(engine: Engine, session_id: int) -> int:
    return sum(one.faces for one in reports.participants(engine, session_id))


def test_frames_that_come_late_throw_the_sums_away(engine: Engine, store: Store) -> None:
    session_id = stored(store, minutes(0, 3))
    sum_all(engine, session_id)
    assert min(rows(engine, session_id)) > 0
    store.write_frames(session_id, [frame(1000, 2, step_ms=175)])
    assert rows(engine, session_id) == [0, 0, 0]
    assert faces(engine, session_id) == 362


def test_a_running_session_is_summed_behind_its_last_frame_and_goes_on(engine: Engine, store: Store) -> None:
    session_id = store.start_session(new_session())
    store.write_frames(session_id, minutes(0, 3))
    sum_all(engine, session_id)
    before = rows(engine, session_id)
    store.write_frames(session_id, minutes(3, 1))
    assert rows(engine, session_id) == before
    assert [faces(engine, session_id), before[0]] == [480, 1]


def test_forgetting_and_deleting_leave_no_sums(engine: Engine, store: Store) -> None:
    session_id = stored(store, minutes(0, 2))
    sum_all(engine, session_id)
    store.forget_participant(session_id, 1)
    assert rows(engine, session_id) == [0, 0, 0]
    sum_all(engine, session_id)
    assert faces(engine, session_id) == 120
    store.delete_session(session_id)
    assert rows(engine, session_id) == [0, 0, 0]
    assert not sum_next(engine, session_id)


def test_work_that_was_cut_off_is_gone_on_with(engine: Engine, store: Store) -> None:
    session_id = stored(store, minutes(0, 4))
    with write_transaction(engine) as connection:
        connection.execute(delete(summed))
    sum_all(engine, session_id)
    with write_transaction(engine) as connection:  # as if it had ended after two minutes
        later = [t.c.step * t.c.step_ms >= 120_000 for t in (gaze_sum, frame_sum)]
        for table, where in zip((gaze_sum, frame_sum), later, strict=True):
            connection.execute(delete(table).where(table.c.session_id == session_id, where))
        connection.execute(summed.update().where(summed.c.session_id == session_id).values(until_ms=120_000))
    assert faces(engine, session_id) == 480
    assert sum_next(engine, session_id)
    assert [faces(engine, session_id), sum_next(engine, session_id)] == [480, False]


def test_sums_of_a_group_are_made_again_when_who_is_who_changes(engine: Engine, store: Store) -> None:
    session_id = stored(store, minutes(0, 2))
    sum_all(engine, session_id, 2)
    store.exclude_participant(session_id, 1)
    assert reports.gaze_buckets(engine, session_id, 60_000, least_people=2) == []
    sum_all(engine, session_id, 2)
    assert reports.gaze_buckets(engine, session_id, 60_000, least_people=2) == []
    store.exclude_participant(session_id, 1, excluded=False)
    assert [one.usable for one in reports.gaze_buckets(engine, session_id, 60_000, least_people=2)] == [
        120
    ] * 2
