"""A long CSV becomes a session again: the same bytes when exported, a sentence for what is none."""

import io
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.errors import ImportRefusedError
from dashboard.export.formats import pieces
from dashboard.export.formats.columns import LONG_HEADER
from dashboard.export.importer.session import (
    NOT_IN_IT,
    TITLE_CUT,
    WEIGHTS_GONE,
    Imported,
    ImportStatement,
    import_long_csv,
)
from db.errors import DatabaseUnavailableError
from db.reports import get_session, list_sessions, participants, session_settings
from db.store import Store
from model.engagement.definitions import DEFAULT
from tests.integration.export.test_golden import crowd
from tests.made.faces import face, seconds
from tests.made.sessions import STARTED_AT, stored
from tests.made.storage import delete_older, locked_by_another_program

STATED = ImportStatement("research", "elsewhere", None, STARTED_AT, "Everybody agreed to this file.")
ROW = dict(zip(LONG_HEADER, range(len(LONG_HEADER)), strict=True))


def exported(engine: Engine, session_id: int) -> bytes:
    return b"".join(pieces(engine, get_session(engine, session_id)))


def brought_back(engine: Engine, file: bytes, statement: ImportStatement = STATED) -> Imported:
    return import_long_csv(engine, io.BytesIO(file), "week 12.csv", statement)


def without_number(file: bytes) -> list[bytes]:
    return [line.partition(b",")[2] for line in file.split(b"\r\n")]


def small(engine: Engine) -> bytes:
    """Three seconds of two people."""
    return exported(engine, stored(Store(engine), seconds([[face(1), face(2)]] * 3)))


def changed(file: bytes, line: int, column: str, text: str) -> bytes:
    lines = file.split(b"\r\n")
    cells = lines[line - 1].split(b",")
    cells[ROW[column]] = text.encode()
    lines[line - 1] = b",".join(cells)
    return b"\r\n".join(lines)


def test_a_session_of_everything_comes_back_the_same(engine: Engine) -> None:
    store = Store(engine)
    started_at = datetime(2025, 12, 31, 23, 59, 50, 250_999, UTC)
    first = stored(store, crowd(1100, 6), '=Übung, "eins"', started_at=started_at)
    store.name_participant(first, 2, "@Zoë, who calls")
    store.name_participant(first, 5, "'quoted")
    store.exclude_participant(first, 3)
    store.split_participant(first, 4, 60_000)
    store.split_participant(first, 4, 30_000)
    store.set_engagement(first, "second_screen", {"away_moving": 1.0})
    file = exported(engine, first)
    again = brought_back(engine, file)
    assert without_number(exported(engine, again.session_id)) == without_number(file)
    assert again.rows == file.count(b"\r\n") - 1
    session = get_session(engine, again.session_id)
    assert session.title == '=Übung, "eins"' and session.ended_at is not None
    assert session.analysis_hz == pytest.approx(1000 / 170, abs=0.01)
    assert session.faces == again.rows == sum(one.faces for one in participants(engine, again.session_id))
    assert again.notes == (NOT_IN_IT,)


def test_an_old_session_is_kept_from_its_import_on(engine: Engine) -> None:
    store = Store(engine)
    first = stored(store, seconds([[face(1)]] * 3), started_at=datetime(2020, 1, 1, tzinfo=UTC))
    again = brought_back(engine, exported(engine, first))
    assert delete_older(store, STARTED_AT - timedelta(days=1)) == [first]
    assert delete_older(store, STARTED_AT + timedelta(days=1)) == [again.session_id]


def test_a_session_of_the_future_is_kept_from_its_import_on_and_vouches_for_no_clock(engine: Engine) -> None:
    store = Store(engine)
    first = stored(store, seconds([[face(1)]] * 3), started_at=datetime(2098, 1, 1, tzinfo=UTC))
    again = brought_back(engine, exported(engine, first)).session_id
    store.delete_session(first)
    assert store.kept_since() == {again: STARTED_AT}
    assert store.newest_instant() == STARTED_AT


def test_a_few_rows_that_go_on_for_weeks_are_refused(engine: Engine) -> None:
    file = small(engine)
    last, utc = file.count(b"\r\n"), STARTED_AT + timedelta(days=20)
    told = utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    late = changed(changed(file, last, "time_s", f"{20 * 86_400}.000"), last, "time_utc", told)
    with pytest.raises(ImportRefusedError, match="at most 25 h 0 min in 6 rows; this file goes on for 480 h"):
        brought_back(engine, changed(late, last, "frame", "9"))


def test_merged_people_come_back_and_can_be_given_back_to_themselves(engine: Engine) -> None:
    store = Store(engine)
    first = stored(store, seconds([[face(1)]] * 4 + [[face(2)]] * 4))
    store.merge_participants(first, 1, [2])
    file = exported(engine, first)
    again = brought_back(engine, file).session_id
    assert without_number(exported(engine, again)) == without_number(file)
    assert [one.person for one in participants(engine, again)] == [1]
    assert store.separate(again, 2) == 2
    assert [one.person for one in participants(engine, again)] == [1, 2]


def test_a_demo_comes_back_as_a_demo(engine: Engine) -> None:
    frames = seconds([[face()]] * 3)
    first = stored(Store(engine), frames, "Board meeting", is_demo=True, model_name="made by code")
    file = exported(engine, first)
    again = brought_back(engine, file).session_id
    assert get_session(engine, again).is_demo
    assert without_number(exported(engine, again)) == without_number(file)


def test_own_weights_are_missed_and_said_to_be(engine: Engine) -> None:
    store = Store(engine)
    first = stored(store, seconds([[face()]] * 3))
    store.set_engagement(first, DEFAULT.name, {**DEFAULT.weights, "happy": 0.9})
    again = brought_back(engine, exported(engine, first))
    assert WEIGHTS_GONE in again.notes
    assert session_settings(engine, again.session_id).definition == DEFAULT.name


@pytest.mark.parametrize("title", ["Week " * 50, "Week\0ly"])
def test_a_title_that_cannot_be_kept_is_cut_and_told(engine: Engine, title: str) -> None:
    again = brought_back(engine, small(engine).replace(b"Weekly", title.encode()))
    kept = get_session(engine, again.session_id).title
    assert kept.startswith("Week") and len(kept) <= 200 and kept.isprintable()
    assert TITLE_CUT.format(kept) in again.notes


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "The file is empty"),
    "only a header": (lambda f: f.split(b"\r\n")[0] + b"\r\n", "columns but no rows"),
    "bars": (lambda f: f.replace(b",", b"|"), "Line 1 does not name"),
    "half a letter of UTF-16": (lambda f: f.decode().encode("utf-16")[:-1], "not whole UTF-16"),
    "two points in a number": (
        lambda f: changed(f, 3, "box_x", "1.000~5").replace(b",", b";").replace(b"~", b","),
        "Line 3, column box_x",
    ),
    "a column less": (lambda f: f.replace(b"gaze_state,", b"", 1), "missing: gaze_state"),
    "another column": (lambda f: f.replace(b"angry", b"anger", 1), "unknown: 'anger'"),
    "cut off": (lambda f: f[:-40], "Line 7 has"),
    "cut off in the last cell": (lambda f: f[:-6], "Line 7 breaks off in a cell"),
    "cut off in a row": (lambda f: f[:-60] + b"\r\n", "Line 7 has"),
    "a quotation mark": (lambda f: f.replace(b"Weekly", b'"Weekly', 1), "no CSV"),
    "decimal commas": (lambda f: changed(f, 3, "happy", '"0,0500"'), "Decimals are written with a point"),
    "not a number": (lambda f: changed(f, 4, "yaw_deg", "nan"), "Line 4, column yaw_deg: wanted a number"),
    "infinite": (lambda f: changed(f, 4, "box_w", "inf"), "Line 4, column box_w"),
    "absurd": (lambda f: changed(f, 4, "time_s", "1e300"), "a number from 0 to 2147483.647, got"),
    "a huge frame": (lambda f: changed(f, 4, "frame", "99999999999"), "Line 4, column frame"),
    "half a frame": (lambda f: changed(f, 4, "frame", "1.5"), "wanted a whole number"),
    "underscores": (lambda f: changed(f, 4, "box_x", "1_0"), "Line 4, column box_x"),
    "an unknown expression": (lambda f: changed(f, 5, "dominant", "bored"), "'bored'"),
    "an unknown flag": (lambda f: changed(f, 5, "flags", "tiny"), "Line 5, column flags"),
    "too much joy": (lambda f: changed(f, 5, "happy", "0.9"), "Line 5: wanted seven scores that sum to 1"),
    "another session": (lambda f: changed(f, 6, "session_id", "9"), "Line 6 is of another session"),
    "another time": (lambda f: changed(f, 6, "time_utc", "2026-03-05T10:30Z"), "Line 6, column time_utc"),
    "not a time": (lambda f: changed(f, 2, "time_utc", "NaT"), "Line 2, column time_utc"),
    "the year 9999": (lambda f: f.replace(b"2026-", b"9999-"), "from 1970 to 2099"),
    "no time": (lambda f: changed(f, 6, "time_utc", "05.03.2026 10:30"), "Line 6, column time_utc"),
    "out of order": (lambda f: changed(f, 6, "frame", "0"), "Line 6 is not after"),
    "two names": (lambda f: changed(f, 6, "participant", "Ben"), "Line 6, column participant"),
    "a definition to come": (lambda f: f.replace(b",concentration,", b",telepathy,"), "update Attune"),
}  # fmt: skip


def assert_refused(engine: Engine, change: Callable[[bytes], bytes], sentence: str) -> None:
    """A small long CSV that was changed is not imported, for what `sentence` says, and leaves nothing."""
    file = change(small(engine))
    with pytest.raises(ImportRefusedError) as error:
        brought_back(engine, file)
    assert sentence in str(error.value)
    assert len(list_sessions(engine)) == 1


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_long_csv_is_a_sentence_and_leaves_nothing(engine: Engine, kind: str) -> None:
    assert_refused(engine, *BROKEN[kind])


def test_what_a_spreadsheet_writes_with_points_and_commas_is_taken(engine: Engine) -> None:
    file = small(engine).replace(b".0000", b"").replace(b"\r\n", b"\n")
    assert brought_back(engine, b"\xef\xbb\xbf" + file).rows == 6


def test_a_line_without_end_is_refused_before_it_is_read(engine: Engine) -> None:
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None and 0 < size < 1 << 20
            self.read_so_far += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(ImportRefusedError, match="longer than"):
        import_long_csv(engine, endless, "endless.csv", STATED)  # type: ignore[arg-type]
    assert endless.read_so_far < 1 << 20


def test_expressions_at_work_in_europe_need_a_ground_and_presence_does_not(engine: Engine) -> None:
    restricted = ImportStatement("work", "EU or UK", None, STARTED_AT, "Agreed.", expressions_allowed=False)
    with pytest.raises(ImportRefusedError, match="name a ground"):
        brought_back(engine, small(engine), restricted)
    unscored = [[face(1)]] * 3
    present = stored(Store(engine), seconds(unscored), model_name="presence only")
    with engine.begin() as connection:
        names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "leading"]
        nothing = ", ".join(f'"{name}" = NULL' for name in names)
        connection.exec_driver_sql(f"UPDATE observation SET {nothing} WHERE session_id = {present}")
    file = exported(engine, present)
    again = brought_back(engine, file, restricted).session_id
    assert without_number(exported(engine, again)) == without_number(file)


def test_a_database_that_refuses_midway_keeps_nothing(engine: Engine, path: Path) -> None:
    file = small(engine)
    with locked_by_another_program(path), pytest.raises(DatabaseUnavailableError):
        brought_back(engine, file)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON tracklet BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(Exception, match="refused"):
        brought_back(engine, file)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(DISTINCT session_id) FROM observation").fetchone() == (1,)
    assert len(list_sessions(engine)) == 1
