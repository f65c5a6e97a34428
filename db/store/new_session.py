"""What a session starts with, in bounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from db.ranges import numbered
from db.schema import NOTE_LENGTH, TITLE_LENGTH, WORD_LENGTH, session
from db.text import note, one_line

UNTITLED = "Untitled session"


@dataclass(frozen=True)
class NewSession:
    """What is known when a session starts. `ground` is the stated exception where emotion inference
    is restricted (facts: research consent, medical, safety); instants are aware UTC. `series`: the course
    it belongs to, in the host's words; `server_id`: the server that it runs on;
    `owner`: whose it is, by subject; `own_neutral` and `sound`: as in SessionSummary."""

    title: str
    kind: str
    purpose: str
    region: str
    ground: str | None
    consent_at: datetime | None
    consent_text: str | None
    source: str
    started_at: datetime
    model_name: str
    model_sha256: str
    analysis_hz: float
    detector: str
    is_demo: bool = False
    series: str | None = None
    server_id: str | None = None
    owner: str | None = None
    own_neutral: bool | None = False
    sound: bool = False


def insert_session(connection: Connection, values: dict[str, Any]) -> int:
    """Store the session's row, in a range that is there; returns its number."""
    key = connection.execute(insert(session).values(values | numbered(connection))).inserted_primary_key
    assert key is not None
    return int(key[0])


def bounded(new: NewSession) -> dict[str, str | None]:
    words = {
        name: one_line(getattr(new, name), WORD_LENGTH)
        for name in ("kind", "purpose", "region", "source", "model_name", "detector")
    }
    return {
        **words,
        "title": one_line(new.title, TITLE_LENGTH) or UNTITLED,
        "series": series_text(new.series),
        "ground": None if new.ground is None else one_line(new.ground, WORD_LENGTH),
        "consent_text": None if new.consent_text is None else note(new.consent_text, NOTE_LENGTH),
    }


def series_text(typed: str | None) -> str | None:
    return one_line(typed or "", TITLE_LENGTH) or None
