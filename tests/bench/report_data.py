"""A large database made by code: 200 sessions that add up to ten million observations, or to a part of it.

Numbers move as faces do: slowly, with stretches in which somebody is away, unusable or looks elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select, update

from dashboard.consent import PRESENCE_ONLY
from db.engine import write_transaction
from db.inserting import insert_rows
from db.persons import add_tracks
from db.schema import frame, observation, session
from db.store import EndReason, NewSession, Store
from tests.made.storage import new_session

HZ, FULL, SESSIONS = 10, 10_000_000, 200
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_BLOCK = 600  # frames made at once
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """One session: people at once, its share of all observations, the tracks each person is cut into."""

    title: str
    people: int
    share: float
    tracks: int = 1
    scored: bool = True


LARGE = (
    Shape("25 people", 25, 0.1),
    Shape("6 people", 6, 0.1),
    Shape("12 people, merged and left out", 12, 0.05, tracks=8),
    Shape("10 people, presence only", 10, 0.05, scored=False),
    Shape("1 person", 1, 0.03),
)


def shapes() -> list[Shape]:
    """The large ones, and others of 1 to 8 people that share the rest unevenly."""
    parts = 0.4 + 1.2 * np.random.default_rng(3).random(SESSIONS - len(LARGE))
    parts *= (1 - sum(one.share for one in LARGE)) / parts.sum()
    return [*LARGE, *(Shape(f"Meeting {n}", 1 + n % 8, part) for n, part in enumerate(parts.tolist()))]


def fill(engine: Engine, observations: int) -> None:
    """Make the sessions; nothing is read or summed."""
    for number, shape in enumerate(shapes()):
        write(Store(engine), shape, round(shape.share * observations), number)


def write(store: Store, shape: Shape, observations: int, number: int) -> int:
    """One session of about so many observations; returns its id."""
    began = BEGAN + timedelta(hours=number)
    session_id = store.start_session(_new(shape, began))
    frames = max(HZ, round(observations / shape.people / 0.95))
    draw, engine, faces, usable = np.random.default_rng(number), store._engine, 0, 0
    for first in range(0, frames, _BLOCK):
        told, seen = _block(draw, shape, session_id, np.arange(first, min(first + _BLOCK, frames)), frames)
        with write_transaction(engine) as connection:
            insert_rows(connection, frame, [(*row, None) for row in told])  # nobody listened
            insert_rows(connection, observation, seen)
            add_tracks(connection, session_id, {row[2] for row in seen})
        faces, usable = faces + len(seen), usable + sum(row[4] for row in told)
    last_ms = (frames - 1) * 1000 // HZ
    totals = {"frames": frames, "faces": faces, "usable": usable, "last_ms": last_ms}
    with write_transaction(engine) as connection:
        connection.execute(update(session).where(session.c.id == session_id).values(totals))
    store.end_session(session_id, began + timedelta(milliseconds=last_ms + 100), EndReason.STOPPED)
    if shape.tracks > 1:
        for person in range(1, shape.people + 1):
            others = [person + shape.people * n for n in range(1, shape.tracks)]
            store.merge_participants(session_id, person, others)
        store.exclude_participant(session_id, shape.people)
    return session_id


def by_title(engine: Engine) -> dict[str, int]:
    """The sessions' ids."""
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(select(session.c.title, session.c.id))}


def _new(shape: Shape, began: datetime) -> NewSession:
    network = "made up" if shape.scored else PRESENCE_ONLY
    return new_session(title=shape.title, started_at=began, model_name=network, analysis_hz=HZ)


def _slow(draw: np.random.Generator, frames: int, people: int, spread: float) -> Doubles:
    """(frames, people) numbers about 0 that keep for some seconds, with a little noise."""
    knots = draw.normal(0, spread, (frames // 30 + 2, people))
    return np.repeat(knots, 30, axis=0)[:frames] + draw.normal(0, spread / 10, (frames, people))


def _block(
    draw: np.random.Generator, shape: Shape, session_id: int, numbers: NDArray[np.int64], frames: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of `frame` and of `observation`."""
    f, p = len(numbers), shape.people
    here = _slow(draw, f, p, 1.0) < 1.7  # in view for 95 % of the time
    flags = np.where(_slow(draw, f, p, 1.0) > 1.2, 2, 0)  # a tenth is blurred
    row, person = np.nonzero(here)
    track = 1 + person + p * (numbers[row] * shape.tracks // frames)
    usable = ((flags == 0) & here).sum(axis=1) * shape.scored
    at = (numbers * 1000 // HZ).tolist()
    told = zip(
        [session_id] * f, numbers.tolist(), at, here.sum(axis=1).tolist(), usable.tolist(), strict=True
    )
    scores, leading = _scores(draw, f, p)
    signals = [_slow(draw, f, p, spread) for spread in (15.0, 10.0, 5.0)]
    eyes = [np.clip(0.4 + _slow(draw, f, p, 0.1), 0, 1), np.clip(0.6 + _slow(draw, f, p, 0.3), 0, 1)]
    mouth = np.clip(_slow(draw, f, p, 0.3), 0, 1)
    columns: list[Sequence[Any]] = [[session_id] * len(row), numbers[row].tolist(), track.tolist()]
    columns += [(numbers[row] * 1000 // HZ).tolist()]
    columns += [draw.random(len(row)).tolist() for _ in range(5)]
    columns += [flags[here].tolist()]
    columns += [scores[here][:, n].tolist() if shape.scored else [None] * len(row) for n in range(7)]
    columns += [leading[here].tolist() if shape.scored else [None] * len(row)]
    columns += [one[here].tolist() for one in (*signals, *eyes, mouth)]
    return list(told), list(zip(*columns, strict=True))


def _scores(draw: np.random.Generator, f: int, p: int) -> tuple[Doubles, NDArray[np.int64]]:
    """(f, p, 7) scores and (f, p) what leads."""
    raw = np.exp(np.stack([_slow(draw, f, p, 1.5) for _ in range(7)], axis=-1))
    scores = raw / raw.sum(axis=-1, keepdims=True)
    return scores, scores.argmax(axis=-1)
