"""Old sessions lie in files: told from their sums, brought back where rows are needed, gone with them."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from db.archive import keeping
from db.archive.rows import ArchiveError
from db.reports import (
    frame_buckets,
    gaze_buckets,
    get_session,
    instants,
    iter_observations,
    list_sessions,
    moving_heads,
    participants,
)
from db.schema import archived_file
from db.store import Store
from tests.made.archived import name_of, names, rows


def told(engine: Engine, session_id: int) -> list[object]:
    """What reports read of a whole session."""
    return [
        gaze_buckets(engine, session_id, 5000, by_person=True),
        frame_buckets(engine, session_id, 5000),
        participants(engine, session_id),
        moving_heads(engine, session_id, 5000).counted,
    ]


def test_an_archived_session_is_listed_and_told_from_its_sums_alone(engine: Engine, archived: int) -> None:
    other = max(one.id for one in list_sessions(engine))
    assert rows(engine, archived) == (0, 0) and rows(engine, other) == (200, 400)
    assert told(engine, archived) == told(engine, other)
    assert rows(engine, archived) == (0, 0), "nothing had to be brought back"
    assert get_session(engine, archived).faces == 400


def test_its_files_are_readable_by_the_server_s_account_alone(archived: int, folder: Path) -> None:
    assert [name.split(".", 1)[1] for name in names(folder)] == ["frame.parquet", "observation.parquet"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


READS: tuple[Callable[[Engine, int], object], ...] = (
    lambda engine, one: [list(map(tuple, part)) for part in instants(engine, one)],
    lambda engine, one: list(iter_observations(engine, one, chunk=30)),
    lambda engine, one: gaze_buckets(engine, one, 700, 350),
    lambda engine, one: frame_buckets(engine, one, 300),
    lambda engine, one: participants(engine, one, start_ms=5_050, end_ms=9_000),
)


def test_whoever_needs_its_rows_brings_them_back_as_they_were(
    engine: Engine, archived: int, folder: Path
) -> None:
    other = max(one.id for one in list_sessions(engine))
    for read in READS:
        assert read(engine, archived) == read(engine, other)
        assert rows(engine, archived) == (200, 400) and name_of(engine, archived) is None
        keeping.tidy(engine)
        assert names(folder) == []
        assert keeping.archive(engine, archived), "it is archived again some day"
        keeping.tidy(engine)
    assert told(engine, archived) == told(engine, other)


def test_rows_that_are_archived_between_two_pages_of_a_reader_come_all_the_same(
    engine: Engine, archived: int
) -> None:
    other = max(one.id for one in list_sessions(engine))
    wanted = list(iter_observations(engine, archived))
    read = iter_observations(engine, other, chunk=50)
    found = [next(read)]
    assert keeping.archive(engine, other)
    keeping.tidy(engine)
    found += read
    assert [(one.frame, one.observation) for one in found] == [(one.frame, one.observation) for one in wanted]


def test_a_forgotten_person_is_in_no_file_any_more(engine: Engine, archived: int, folder: Path) -> None:
    Store(engine).forget_participant(archived, 1)
    assert names(folder) == []
    assert keeping.archive(engine, archived)
    keeping.tidy(engine)
    assert {one.person for one in iter_observations(engine, archived)} == {2, 3, 4}


def test_people_are_merged_and_split_in_the_archive_as_everywhere(engine: Engine, archived: int) -> None:
    store = Store(engine)
    new = store.split_participant(archived, 1, 10_000)
    keeping.archive(engine, archived)
    keeping.tidy(engine)
    store.name_participant(archived, 2, "Ana")
    assert name_of(engine, archived), "a name needs no rows"
    store.merge_participants(archived, 1, [new])
    assert {one.person: one.name for one in participants(engine, archived)} == {
        1: None,
        2: "Ana",
        3: None,
        4: None,
    }


def test_the_files_go_with_the_session(engine: Engine, archived: int, folder: Path) -> None:
    Store(engine).delete_sessions([archived])
    assert names(folder) == []
    with engine.connect() as connection:
        assert connection.execute(select(archived_file.c.name)).all() == []


def test_a_file_that_cannot_be_deleted_now_is_deleted_later(
    engine: Engine, archived: int, folder: Path
) -> None:
    away = folder.rename(folder.with_name("away"))
    Store(engine).delete_session(archived)
    away.rename(folder)
    assert len(names(folder)) == 2
    keeping.tidy(engine)
    assert names(folder) == []


@pytest.mark.parametrize("where", ["frame.parquet", "observation.parquet"])
def test_a_missing_or_damaged_file_is_named_and_the_sums_still_tell(
    engine: Engine, archived: int, folder: Path, where: str
) -> None:
    [path] = folder.glob(f"*.{where}")
    before, content = told(engine, archived), path.read_bytes()
    middle = len(content) // 3
    for damaged in (None, content[:-20], content[:middle] + b"\x55" * 9 + content[middle + 9 :], b""):
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        with pytest.raises(ArchiveError, match=path.name) as caught:
            list(iter_observations(engine, archived))
        assert "Put the file back" in str(caught.value)
        with pytest.raises(ArchiveError):
            Store(engine).forget_participant(archived, 1)
        assert told(engine, archived) == before
        path.write_bytes(content)
    assert len(list(iter_observations(engine, archived))) == 400


def test_another_session_s_file_is_refused(engine: Engine, archived: int, folder: Path) -> None:
    other = max(one.id for one in list_sessions(engine))
    keeping.archive(engine, other)
    mine, theirs = name_of(engine, archived), name_of(engine, other)
    for path in folder.glob(f"{theirs}.*"):
        path.replace(folder / path.name.replace(str(theirs), str(mine)))
    with pytest.raises(ArchiveError, match="another session's"):
        list(iter_observations(engine, archived))
