"""From what was found in a file to an ordinary session: whole, or not at all. No Streamlit.

While a file is analysed, what was found waits in a file without a name that vanishes with the process. The
session is made when the file is through, so that a failure, a cancel or a power cut leaves none behind.
"""

import hashlib
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from dashboard.consent import PRESENCE_ONLY, kept_text
from dashboard.recordings.messages import Done, Look
from db.access import Sessions
from db.errors import DatabaseError, DatabaseUnavailableError, SessionNotFoundError
from db.store import EndReason, NewSession, Store
from model.card import load_card
from model.observations import FrameRecord

Result = TypeVar("Result")

SOURCE = "recording"
PHOTO_SOURCE = "photo"
NOT_STATED = "not stated"
BATCH_ROWS = 1000
TRIES, RETRY_S = 60, 0.5
ALL_SESSIONS = 1_000_000


CONSENT = (
    "Everyone who can be seen in these files knows that faces are analysed, what for, what is kept and for "
    "how long, and has agreed to it. No picture is stored and nobody is recognised."
)


def kept(look: Look) -> str:
    """What is kept of a file, in a sentence."""
    return kept_text(look.scored, rate=f"{look.hz:g} times a second of the file")


@dataclass(frozen=True, slots=True)
class Statement:
    """What whoever has files analysed states about them; `kind`, `purpose` and `region` as stored."""

    kind: str = SOURCE
    purpose: str = NOT_STATED
    region: str = NOT_STATED
    ground: str | None = None
    consent_at: datetime | None = None
    consent_text: str | None = None


class Spool:
    """Analysed frames on their way, in a file without a name; in memory are only the last ones."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self.frames = 0

    def add(self, records: tuple[FrameRecord, ...]) -> None:
        if records:
            pickle.dump(records, self._file)
            self.frames += len(records)

    def batches(self) -> Iterator[list[FrameRecord]]:
        """In the order added, about BATCH_ROWS observations or frames at once."""
        batch: list[FrameRecord] = []
        rows = 0
        for record in self._records():
            batch.append(record)
            rows += max(1, len(record.observations))
            if rows >= BATCH_ROWS:
                yield batch
                batch, rows = [], 0
        if batch:
            yield batch

    def _records(self) -> Iterator[FrameRecord]:
        self._file.seek(0)
        while True:
            try:
                yield from pickle.load(self._file)
            except EOFError:
                return

    def close(self) -> None:
        self._file.close()


def fingerprint(path: Path, look: Look) -> str:
    """What a session remembers its file and settings by: a part of a sha256. Raises OSError or ModelError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    network = load_card(look.artifact).runtime_sha256 if look.scored else PRESENCE_ONLY
    track = "" if look.track is None else f" track {look.track}"
    own = " own neutral" if look.own_neutral else ""
    digest.update(f"{look.hz:g} {look.detector} {look.smoothing_ms} {network}{track}{own}".encode())
    return digest.hexdigest()[:32]


def analysed_before(sessions: Sessions, limit: int = ALL_SESSIONS) -> dict[str, int]:
    """Fingerprint of every file that a whole session was made of, and that session. Raises DatabaseError."""
    found: dict[str, int] = {}
    for session in sessions.listed(limit=limit):
        word, _, mark = session.source.partition(" ")
        if word in (SOURCE, PHOTO_SOURCE) and mark and session.end_reason == EndReason.SOURCE_ENDED:
            found.setdefault(mark, session.id)
    return found


def keep(
    store: Store,
    spool: Spool,
    new: NewSession,
    done: Done,
    cancelled: Callable[[], bool],
) -> int | None:
    """Make the session; None, and nothing of it stays, when cancelled. Raises DatabaseError; then neither."""
    session_id = _patiently(lambda: store.start_session(new), cancelled)
    if session_id is None:
        return None
    try:
        for batch in spool.batches():
            if cancelled() or not _written(store, session_id, batch, cancelled):
                _undo(store, session_id)
                return None
        if done.events:
            store.write_events(session_id, list(done.events))
        ended_at = new.started_at + timedelta(milliseconds=done.end_ms)
        store.end_session(session_id, ended_at, EndReason.SOURCE_ENDED)
    except BaseException:
        _undo(store, session_id)
        raise
    return session_id


def new_session(
    title: str, look: Look, statement: Statement, *, photo: bool, mark: str, started_at: datetime
) -> NewSession:
    """The session of one file. Raises ArtifactError."""
    card = load_card(look.artifact) if look.scored else None
    word = PHOTO_SOURCE if photo else SOURCE
    stated: Mapping[str, object] = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
    return NewSession(
        title=title,
        source=f"{word} {mark}".strip(),
        started_at=started_at.astimezone(UTC),
        model_name=card.name if card else PRESENCE_ONLY,
        model_sha256=card.runtime_sha256 if card else "",
        analysis_hz=look.hz,
        detector=look.detector,
        own_neutral=look.own_neutral and look.scored and not photo,
        **stated,  # type: ignore[arg-type]
    )


def _written(store: Store, session_id: int, batch: list[FrameRecord], cancelled: Callable[[], bool]) -> bool:
    def write() -> bool:
        store.write_frames(session_id, batch)
        return True

    return bool(_patiently(write, cancelled))


def _patiently(call: Callable[[], Result], cancelled: Callable[[], bool]) -> Result | None:
    """What `call` returns once the database answers; None when cancelled. Raises DatabaseError at last."""
    for left in range(TRIES, -1, -1):
        try:
            return call()
        except DatabaseUnavailableError:
            if not left:
                raise
        if cancelled():
            return None
        time.sleep(RETRY_S)
    return None


def _undo(store: Store, session_id: int) -> None:
    for _ in range(TRIES):
        try:
            return store.delete_session(session_id)
        except SessionNotFoundError:
            return None
        except DatabaseUnavailableError:
            time.sleep(RETRY_S)
        except DatabaseError:
            return None
    return None
