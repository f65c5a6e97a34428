"""Backups: made while sessions run, whole, private, never over another file; and brought back."""

import subprocess
import sys
import threading
from pathlib import Path
from traceback import format_exception

import pytest
from sqlalchemy import Engine

from db.backup import backup
from db.engine import open_database
from db.errors import DatabaseError
from db.reports import list_sessions
from db.store import Store
from tests import ROOT
from tests.made.faces import frame
from tests.made.sessions import stored
from tests.made.storage import new_session


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def frames_in(path: Path) -> list[int]:
    engine = open_database(url_of(path))
    try:
        return [session.frames for session in list_sessions(engine)]
    finally:
        engine.dispose()


def test_the_command_copies_a_database_that_is_being_written_and_the_writer_never_waits(
    engine: Engine, store: Store, path: Path, tmp_path: Path
) -> None:
    session_id, copy = store.start_session(new_session()), tmp_path / "copy.db"
    written, enough, over = 0, threading.Event(), threading.Event()

    def record() -> None:
        nonlocal written
        while not over.is_set():
            store.write_frames(session_id, [frame(written)])  # with 500 ms of patience
            written += 1
            if written == 100:
                enough.set()

    writer = threading.Thread(target=record)
    writer.start()
    try:
        assert enough.wait(60)
        done = subprocess.run(
            [sys.executable, "-m", "db.backup", str(copy), "--database", url_of(path)],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
        )
    finally:
        over.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    [kept] = frames_in(copy)
    assert 100 <= kept <= written
    assert frames_in(path) == [written], "a write was refused while the copy was made"


def test_a_copy_put_in_the_place_of_the_database_is_the_database(
    engine: Engine, store: Store, path: Path, tmp_path: Path
) -> None:
    stored(store, [frame(0), frame(1)])
    backup(url_of(path), tmp_path / "copy.db")
    stored(store, [frame(0)], "after the copy")
    engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    (tmp_path / "copy.db").rename(path)
    assert frames_in(path) == [2]


def test_deleted_space_can_be_given_back_in_a_copy_too(store: Store, path: Path, tmp_path: Path) -> None:
    backup(url_of(path), tmp_path / "copy.db")
    engine = open_database(url_of(tmp_path / "copy.db"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar_one() == 2
    engine.dispose()


def test_a_copy_is_its_owners_alone_and_leaves_nothing_beside_it(
    store: Store, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(url_of(path), folder / "copy.db")
    assert [one.name for one in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o077 == 0


def test_another_file_is_never_overwritten(store: Store, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("kept", encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"there already.*Name a new file"):
        backup(url_of(path), other)
    assert other.read_text(encoding="utf-8") == "kept"


def test_what_cannot_be_copied_is_answered_with_what_to_do(path: Path, tmp_path: Path) -> None:
    missing = tmp_path / "nothing.db"
    with pytest.raises(DatabaseError, match="nothing to copy"):
        backup(url_of(missing), tmp_path / "copy.db")
    with pytest.raises(DatabaseError, match="pg_dump"):
        backup("postgresql://somebody:secret@host/name", tmp_path / "copy.db")
    assert not missing.exists()


@pytest.mark.parametrize(
    "url", ["postgresql://db:hunter2/attune", "sqlite://a:hunter2@x:hunter2/f", "hunter2"]
)
def test_no_part_of_an_address_that_is_not_understood_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="not understood") as refused:
        backup(url, tmp_path / "copy.db")
    assert "hunter2" not in "".join(format_exception(refused.value))


def test_a_name_that_no_disk_takes_is_a_sentence(path: Path, store: Store, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be written"):
        backup(url_of(path), tmp_path / ("long" * 63))


def test_a_copy_without_room_names_its_own_disk_and_leaves_nothing(
    path: Path, store: Store, small_disk: Path
) -> None:
    stored(store, [frame(one) for one in range(2000)])
    (small_disk / "ballast").write_bytes(bytes(900_000))
    with pytest.raises(DatabaseError, match=r"copy\.db has no room"):
        backup(url_of(path), small_disk / "copy.db")
    assert [one.name for one in small_disk.iterdir()] == ["ballast"]


def test_a_damaged_database_makes_no_copy(store: Store, path: Path, tmp_path: Path, engine: Engine) -> None:
    stored(store, [frame(one) for one in range(2000)])
    engine.dispose()
    content = bytearray(path.read_bytes())
    content[8192:-4096] = b"\x5a" * (len(content) - 12288)
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="damaged"):
        backup(url_of(path), tmp_path / "copy.db")
    assert [one.name for one in tmp_path.iterdir() if "copy" in one.name] == []
