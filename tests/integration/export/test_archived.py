"""An archived session's report needs no file, and every format of it has the bytes of before."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select

from dashboard.export.formats import EXPORTERS, pieces
from dashboard.stored.report import View, read_report
from dashboard.upkeep.archiving import Archiving
from db.archive.rows import ArchiveError
from db.reports import Utterance, get_session, list_sessions, utterances
from db.schema import session
from db.store import Store
from tests.integration.export.test_golden import crowd
from tests.made.sessions import stored
from tests.made.storage import MONDAY

LEAST = 2
MADE_AT = re.compile(rb'DATE="[^"]*"')


SAID = (Utterance(5_000, 9_000, "Zoë", "I think that this part is really good", 2),)
LISTENED = slice(20, 280)
"""The frames in which sound was listened to; a voice was heard in half of each five seconds."""


@pytest.fixture
def session_id(engine: Engine) -> int:
    """With everything that a session can have."""
    store = Store(engine)
    heard = [replace(one, voice=one.offset_ms % 5_000 < 2_500) for one in crowd(300, 4)[LISTENED]]
    frames = crowd(300, 4)
    frames[LISTENED] = heard
    kept = stored(store, frames, "Old", started_at=MONDAY.replace(year=2024), sound=True)
    store.name_participant(kept, 2, "Zoë")
    store.exclude_participant(kept, 3)
    store.write_transcript(kept, SAID)
    store.add_marker(kept, 12_000, "Break", end_ms=20_000)
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
    assert [one.id for one in list_sessions(engine)] == [session_id]
    after = read_report(engine, get_session(engine, session_id), view, LEAST)
    assert utterances(engine, session_id) == list(SAID)
    assert archived(engine, session_id), "nobody needed its rows"
    assert after.headline == before.headline
    assert after.timeline.round(9).equals(before.timeline.round(9))
    assert (after.talk, after.markers) == (before.talk, before.markers)
    assert len(after.markers) == 1 and (view.group_only or len(after.talk) > 10)
    assert not after.unheard


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


def test_without_its_file_a_report_lacks_the_talk_alone_and_says_why(
    engine: Engine, session_id: int, path: Path
) -> None:
    before = read_report(engine, get_session(engine, session_id), View(), LEAST)
    archive(engine, session_id)
    [lost] = Path(f"{path}.archive").glob("*.frame.parquet")
    lost.unlink()
    after = read_report(engine, get_session(engine, session_id), View(), LEAST)
    assert after.headline == before.headline
    assert before.talk and not after.talk
    assert lost.name in after.unheard


def test_nothing_is_archived_while_a_session_runs_here(engine: Engine, session_id: int) -> None:
    assert Archiving(engine, 30, LEAST, lambda: True).tick(MONDAY) == []
    assert not archived(engine, session_id)
