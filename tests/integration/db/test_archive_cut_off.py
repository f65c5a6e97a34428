"""Whatever is cut off, or cannot be written: a session's rows are in the database, or in its files."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table

from db.archive import keeping
from db.archive.files import Rows, write_rows
from db.archive.rows import ArchiveError
from db.engine import ARCHIVE
from db.reports import iter_observations
from db.schema import observation
from db.store import Store
from tests.made.archived import cut_before, name_of, names, recorded, rows


@pytest.mark.parametrize(
    "words", ["INSERT INTO archived_file", "FROM observation", "SET archive", "SET writing"]
)
def test_a_crash_while_archiving_leaves_the_rows_and_no_file(
    engine: Engine, folder: Path, words: str
) -> None:
    one = recorded(engine)
    with cut_before(engine, words):
        keeping.archive(engine, one)
    assert rows(engine, one) == (200, 400) and name_of(engine, one) is None
    keeping.tidy(engine)
    assert names(folder) == []
    assert keeping.archive(engine, one)


def test_a_crash_while_rows_come_back_leaves_them_in_the_file(engine: Engine, archived: int) -> None:
    with cut_before(engine, "SET archive"):
        list(iter_observations(engine, archived))
    assert rows(engine, archived) == (0, 0)
    assert len(list(iter_observations(engine, archived))) == 400


def test_a_session_that_changes_while_it_is_written_stays(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = recorded(engine)

    def and_forget(path: Path, table: Table, batches: Iterable[Rows]) -> None:
        write_rows(path, table, batches)
        if table is observation:
            Store(engine).forget_participant(one, 1)

    monkeypatch.setattr(keeping, "write_rows", and_forget)
    assert not keeping.archive(engine, one)
    keeping.tidy(engine)
    assert names(folder) == [] and rows(engine, one)[1] == 240


def test_a_folder_that_cannot_be_written_is_named_and_the_session_stays(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    engine.update_execution_options(**{ARCHIVE: tmp_path / "file" / "archive"})
    one = recorded(engine)
    with pytest.raises(ArchiveError, match="ATTUNE_ARCHIVE_FOLDER"):
        keeping.archive(engine, one)
    assert rows(engine, one) == (200, 400)
