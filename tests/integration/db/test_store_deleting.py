"""Deleting leaves nothing: no rows, no bytes in the file or its log, no space taken."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, insert, select

from db.errors import SessionNotFoundError
from db.reports import get_session, iter_observations, list_sessions, participants
from db.schema import marker, metadata, observation
from db.store import EndReason, Store
from tests.made.faces import frame
from tests.made.storage import MONDAY, delete_older, locked_by_another_program, new_session, open_file

SECRETS = ("Redundancy talks", "Everyone on floor three", "Zebedee Quux", "Walked out here")


def secret_session(store: Store, engine: Engine, frames: int = 400) -> int:
    title, consent, name, note = SECRETS
    session_id = store.start_session(new_session(title=title, consent_text=consent))
    store.write_frames(session_id, [frame(number, faces=25) for number in range(frames)])
    store.name_participant(session_id, 3, name)
    with engine.begin() as connection:
        values = {"session_id": session_id, "offset_ms": 100, "label": "n", "note": note}
        connection.execute(insert(marker).values(values))
    return session_id


def bytes_on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def test_a_deleted_session_leaves_no_row_and_no_word(store: Store, engine: Engine, path: Path) -> None:
    session_id = secret_session(store, engine)
    on_disk = bytes_on_disk(path)
    assert all(secret.encode() in on_disk for secret in SECRETS)
    store.delete_session(session_id)
    assert set(rows(engine).values()) == {0}
    on_disk = bytes_on_disk(path)
    assert not [secret for secret in SECRETS if secret.encode() in on_disk]


def test_a_renamed_titles_old_words_are_gone_after_deleting(store: Store, engine: Engine, path: Path) -> None:
    session_id = store.start_session(new_session(title="Redundancy talks"))
    store.rename_session(session_id, "Team day")
    store.delete_session(session_id)
    assert b"Redundancy" not in bytes_on_disk(path)


def test_deleting_gives_the_space_back(store: Store, engine: Engine, path: Path) -> None:
    with open_file(path).connect():
        empty = path.stat().st_size
    session_id = secret_session(store, engine)
    assert store.reclaim_space()
    assert path.stat().st_size > empty + 1_000_000
    store.delete_session(session_id)
    assert path.stat().st_size <= empty + 16_384
    assert path.with_name("attune.db-wal").stat().st_size == 0
    assert not store.space_owed


def test_other_sessions_stay_as_they_are(store: Store, engine: Engine) -> None:
    kept = store.start_session(new_session(title="Kept"))
    store.write_frames(kept, [frame(number, faces=3) for number in range(20)])
    store.name_participant(kept, 1, "Ana")
    before = (get_session(engine, kept), list(iter_observations(engine, kept)), participants(engine, kept))
    store.delete_session(secret_session(store, engine))
    assert before == (
        get_session(engine, kept),
        list(iter_observations(engine, kept)),
        participants(engine, kept),
    )


def test_a_deleted_sessions_number_is_not_used_again(store: Store) -> None:
    session_id = store.start_session(new_session())
    store.delete_session(session_id)
    assert store.start_session(new_session()) > session_id


def test_deleting_what_is_gone_is_an_error(store: Store) -> None:
    session_id = store.start_session(new_session())
    store.delete_session(session_id)
    with pytest.raises(SessionNotFoundError):
        store.delete_session(session_id)


def test_space_that_a_reader_keeps_from_being_given_back_stays_owed(
    store: Store, engine: Engine, path: Path
) -> None:
    session_id = secret_session(store, engine)
    with engine.connect() as reader:
        reader.execute(select(func.count()).select_from(marker)).scalar_one()
        store.delete_session(session_id)
        owed = store.space_owed
    assert owed
    assert store.reclaim_space()
    assert not [secret for secret in SECRETS if secret.encode() in bytes_on_disk(path)]


def test_a_writer_in_the_way_leaves_space_owed_without_an_error(
    store: Store, engine: Engine, path: Path
) -> None:
    with engine.connect():
        empty = path.stat().st_size
    secret_session(store, engine)
    with engine.begin() as connection:
        connection.execute(delete(observation))
    with locked_by_another_program(path):
        assert not store.reclaim_space()
        assert store.space_owed
    assert store.reclaim_space()
    assert path.stat().st_size <= empty + 32_768


def test_sessions_older_than_the_cutoff_are_deleted_by_their_end(store: Store, engine: Engine) -> None:
    cutoff = MONDAY
    days = {
        "ended before": (-40, -31),
        "ended after, started before": (-2, 1),
        "never ended, silent since": (-35, None),
        "started after": (1, None),
    }
    for title, (start, end) in days.items():
        session_id = store.start_session(new_session(title=title, started_at=cutoff + timedelta(days=start)))
        if end is not None:
            store.end_session(session_id, cutoff + timedelta(days=end), EndReason.STOPPED)
    running = store.start_session(new_session(title="still running", started_at=cutoff - timedelta(hours=1)))
    store.write_frames(running, [frame(0), frame(1, step_ms=2 * 3600 * 1000)])
    assert len(delete_older(store, cutoff)) == 2
    left = {found.title for found in list_sessions(engine)}
    assert left == {"ended after, started before", "started after", "still running"}
    assert delete_older(store, cutoff) == []
