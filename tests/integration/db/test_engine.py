"""Opening a database: new, known, foreign, newer, broken, out of reach, and by several at once."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from db.engine import open_database
from db.errors import DatabaseError, DatabaseNewerError, DatabaseUnavailableError
from db.migrate import MIGRATIONS
from db.reports import get_session, list_sessions
from db.schema import REVISION, metadata
from db.store import Store
from tests import ROOT
from tests.made.faces import frame
from tests.made.storage import locked_by_another_program, new_session, open_file

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
NOBODY = 65534
_OPEN = "import sys; from db.engine import open_database; open_database(sys.argv[1])"


def pragma(path: Path, name: str) -> object:
    with open_file(path).connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("synchronous", 1),
        ("auto_vacuum", 2),
        ("busy_timeout", 3000),
    ],
)
def test_every_connection_is_set_up(name: str, value: object, path: Path) -> None:
    assert pragma(path, name) == value


def test_the_folder_is_made_and_what_is_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "attune.db"
    engine = open_file(path)
    session_id = Store(engine).start_session(new_session(title="Kept"))
    engine.dispose()
    assert get_session(open_file(path), session_id).title == "Kept"


@POSIX_ONLY
def test_only_its_owner_may_read_a_new_database(path: Path) -> None:
    store = Store(open_file(path))
    store.write_frames(store.start_session(new_session()), [frame(0)])
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.glob("attune.db*")}
    assert modes == {"attune.db": 0o600, "attune.db-wal": 0o600, "attune.db-shm": 0o600}


def test_migrations_make_exactly_the_schema(path: Path) -> None:
    with open_file(path).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_schema_alone_would_make_the_same_tables(path: Path) -> None:
    """Alembic's comparison does not see WITHOUT ROWID or AUTOINCREMENT; the statements themselves tell."""
    engine = open_file(path)
    wanted = create_engine(f"sqlite:///{path.with_name('wanted.db')}")
    metadata.create_all(wanted)
    query = text("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'alembic%'")
    with engine.connect() as made, wanted.connect() as meant:
        statements = [
            {row.name: "".join(row.sql.split()) for row in one.execute(query)} for one in (made, meant)
        ]
    assert statements[0] == statements[1]


def test_schema_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_an_up_to_date_database_opens_without_alembic_from_any_folder(path: Path) -> None:
    open_file(path).dispose()
    program = f"{_OPEN}; print('alembic' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:///{path}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert told.stdout == "False\n"


def test_several_processes_may_open_a_new_file_at_once(path: Path) -> None:
    command = [sys.executable, "-c", _OPEN, f"sqlite:///{path}"]
    starting = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    troubles = [process.communicate(timeout=60)[1] for process in starting]
    assert [process.returncode for process in starting] == [0] * 5, troubles
    assert list_sessions(open_file(path)) == []


def test_a_locked_database_opens_for_reading(path: Path) -> None:
    session_id = Store(open_file(path)).start_session(new_session())
    with locked_by_another_program(path):
        assert get_session(open_file(path), session_id).id == session_id


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(path: Path) -> None:
    open_file(path).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(
        DatabaseNewerError, match=r"newer Attune.*0999.*Update Attune, or choose another file"
    ):
        open_file(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0999",)]


def test_another_programs_database_is_refused_and_left_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(DatabaseError, match=r"belongs to another program.*bookmarks"):
        open_file(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(DatabaseUnavailableError, match="no SQLite database"):
        open_file(path)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_database_is_said(path: Path) -> None:
    open_file(path).dispose()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    with pytest.raises(DatabaseUnavailableError, match="damaged"):
        open_file(path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailableError, match="cannot be made or opened"):
        open_file(tmp_path / "file" / "attune.db")


def test_a_folder_in_the_place_of_the_file_is_said(path: Path) -> None:
    path.mkdir()
    with pytest.raises(DatabaseUnavailableError, match="cannot be opened"):
        open_file(path)


@contextmanager
def _without_roots_rights() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other accounts may enter; pytest's own they may not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@POSIX_ONLY
def test_a_read_only_file_is_said(open_folder: Path) -> None:
    open_file(open_folder / "attune.db").dispose()
    (open_folder / "attune.db").chmod(0o444)
    with (
        _without_roots_rights(),
        pytest.raises(DatabaseUnavailableError, match=r"attune\.db is read-only for this account"),
    ):
        open_file(open_folder / "attune.db")


@POSIX_ONLY
def test_a_folder_that_may_not_be_written_is_said(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with _without_roots_rights(), pytest.raises(DatabaseUnavailableError, match="Permission denied"):
        open_file(open_folder / "attune.db")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("attune.db", "is not understood"),
        ("oracel://somewhere/db", "is not understood"),
        ("", "is not understood"),
    ],
)
def test_a_url_that_names_no_usable_database_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseError, match=sentence):
        open_database(url)
