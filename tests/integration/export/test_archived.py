"""An archived session's report needs no file, and every format of it has the bytes of before."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select

from dashboard.export.formats import EXPORTERS, pieces
from dashboard.stored.report import View, read_report
from dashboard.upkeep.archiving import Archiving
from db.archive.files import ArchiveError
from db.reports import get_session
from db.schema import session
from db.store import Store
from tests.integration.export.test_golden import crowd
from tests.made.sessions import stored
from tests.made.storage import MONDAY

LEAST = 2
MADE_AT = re.compile(rb'DATE="[^"]*"')


@pytest.fixture
def session_id(engine: Engine) -> int:
    store = Store(engine)
    kept = stored(store, crowd(300, 4), "Old", started_at=MONDAY.replace(year=2024))
    store.name_participant(kept, 2, "Zoë")
    store.exclude_participant(kept, 3)
    return kept


def archived(engine: Engine, session_id: int) -> bool:
    with engine.connect() as connection:
        query = select(session.c.archive).where(session.c.id == session_id)
        return connection.execute(query).scalar() is not None


def unpacked(content: bytes) -> object:
    """What is in it, but when it was made: spreadsheets, zip and ELAN files tell that, too."""
    if not content.startswith(b"PK"):
        return MADE_AT.sub(b"", content)
    with ZipFile(BytesIO(content)) as file:
        return {name: unpacked(file.read(name)) for name in file.namelist() if "docProps" not in name}


def archive(engine: Engine, session_id: int) -> None:
    upkeep = Archiving(engine, 30, LEAST, lambda: False)
    assert upkeep.tick(MONDAY) == [session_id]
    assert upkeep.tick(MONDAY) == []
    assert archived(engine, session_id)


@pytest.mark.parametrize("view", [View(), View(group_only=True)], ids=["people", "group"])
def test_its_report_is_told_from_the_sums(engine: Engine, session_id: int, view: View) -> None:
    before = read_report(engine, get_session(engine, session_id), view, LEAST)
    archive(engine, session_id)
    after = read_report(engine, get_session(engine, session_id), view, LEAST)
    assert archived(engine, session_id), "nobody needed its rows"
    assert after.headline == before.headline
    assert after.timeline.round(9).equals(before.timeline.round(9))


def test_every_format_has_what_it_had(engine: Engine, session_id: int) -> None:
    one = get_session(engine, session_id)
    before = {key: b"".join(pieces(engine, one, key)) for key in EXPORTERS}
    for key, content in before.items():
        if not archived(engine, session_id):
            archive(engine, session_id)
        assert unpacked(b"".join(pieces(engine, one, key))) == unpacked(content), key


def test_a_file_that_is_gone_breaks_a_download_off_and_is_named(
    engine: Engine, session_id: int, path: Path
) -> None:
    archive(engine, session_id)
    [lost] = Path(f"{path}.archive").glob("*.observation.parquet")
    lost.unlink()
    with pytest.raises(ArchiveError, match=lost.name):
        b"".join(pieces(engine, get_session(engine, session_id)))


def test_nothing_is_archived_while_a_session_runs_here(engine: Engine, session_id: int) -> None:
    assert Archiving(engine, 30, LEAST, lambda: True).tick(MONDAY) == []
    assert not archived(engine, session_id)
