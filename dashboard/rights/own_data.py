"""What is kept of one person of a session, for that person: in words, and as a file."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.reports import ParticipantSummary, SessionSummary, iter_observations, participants, utterances
from db.summaries import Utterance
from model.emotions import EMOTIONS

SIGNALS = ("yaw_deg", "pitch_deg", "roll_deg", "eye_open", "gaze", "mouth_open")
HEADER = ("time_ms", *("x0", "y0", "x1", "y1"), *(one.value for one in EMOTIONS), "leading", *SIGNALS, "said")


@dataclass(frozen=True, slots=True)
class Own:
    """A session and what it holds of the person; `summary` None: no face any more."""

    session: SessionSummary
    person: int
    summary: ParticipantSummary | None
    words: tuple[Utterance, ...] = ()


def own_of(engine: Engine, session: SessionSummary, person: int) -> Own:
    """What is kept of `person`, also where the host left them out. Raises DatabaseError."""
    everybody = participants(engine, session.id, include_excluded=True)
    said = utterances(engine, session.id, include_excluded=True)
    return Own(
        session,
        person,
        next((one for one in everybody if one.person == person), None),
        tuple(one for one in said if one.person == person),
    )


def own_csv(engine: Engine, own: Own, as_cell: Callable[[str], str]) -> bytes:
    """Every stored row of the person, then what they said: a CSV in UTF-8 with HEADER, boxes in px, scores
    0..1. `as_cell` makes words safe for spreadsheets."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for one in iter_observations(engine, own.session.id, include_excluded=True):
        if one.person == own.person:
            seen = one.observation
            scores = seen.scores or ("",) * len(EMOTIONS)
            signals = (getattr(seen.signals, name) for name in SIGNALS)
            rows.writerow([one.offset_ms, *seen.box, *scores, seen.leading or "", *signals, ""])
    for word in own.words:
        rows.writerow([word.start_ms, *[""] * (len(HEADER) - 2), as_cell(word.text)])
    return text.getvalue().encode()


def goes_on(session: SessionSummary, retention_days: int) -> str:
    """When it is deleted, in words."""
    if session.kept or not retention_days:
        return "It is kept until the host deletes it, or you do."
    ended = session.ended_at or datetime.now(UTC)
    return f"It is deleted on {ended + timedelta(days=retention_days):%d %B %Y}, unless the host keeps it."
