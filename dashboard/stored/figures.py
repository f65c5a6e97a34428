"""From stored rows to the figures a person reads. Pandas in, pandas out; no drawing, no database.

A timeline is a DataFrame with one row per bucket of time on a regular grid, so that a stretch without a
usable face is a gap (NaN) and never a guess. Columns: `time_ms` (start of the bucket, from the session's
start), `faces`, `usable` (face-instants, that is faces x analysed frames), `people`, and one mean score
(0..1) per expression. `group_lines` makes a report's, with engagement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from dashboard.palette import KEYS, SCORES
from dashboard.stored.enough import step_ms_for
from dashboard.wording import person_name
from db.reports import Bucket, FrameBucket, ParticipantSummary
from model.behaviour.falls import STEP_MS
from model.emotions import NOT_SURE

FINE_BELOW_MS, MOST_STEPS = 60_000, 1_200
"""Shorter reports have finer steps; longer ones than so many steps have coarser ones."""
CHART_POINTS = 600
"""Steps of a comparison and of controls at most."""
BUCKETS_MS = (1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000)
COUNTS = ["faces", "usable", "people"]
HOW_MERGED = {"faces": "sum", "usable": "sum", "people": "max", **dict.fromkeys(SCORES, "sum")}


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures at the top of a report; None where nothing usable was seen."""

    duration_ms: int
    people: int
    frames: int
    face_share: float | None
    usable_share: float | None
    engagement: float | None
    leading: str | None
    leading_share: float | None
    looking: float | None = None
    gaze_known: float | None = None


class Led(Protocol):
    """Usable instants, counted by the expression that led."""

    @property
    def leads(self) -> tuple[int, ...]: ...
    @property
    def not_sure(self) -> int: ...


def bucket_ms_for(span_ms: int, points: int = CHART_POINTS) -> int:
    """The shortest round bucket that cuts `span_ms` into at most `points` pieces."""
    for bucket_ms in BUCKETS_MS:
        if span_ms <= bucket_ms * points:
            return bucket_ms
    day_ms = 86_400_000
    return day_ms * -(-span_ms // (day_ms * points))


def report_step_ms(span_ms: int, interval_ms: float = 0.0) -> int:
    """How long a step of a report is: that in which falls are looked for, so that a number in a sentence is a
    point of the line; shorter under a minute, longer where more would be drawn than anybody can see. At least
    STEP_INTERVALS analyses lie in it, of `interval_ms` each."""
    least_ms = STEP_MS if span_ms >= FINE_BELOW_MS else BUCKETS_MS[0]
    step_ms = max(least_ms, bucket_ms_for(span_ms, MOST_STEPS))
    return max(step_ms, step_ms_for(interval_ms, BUCKETS_MS))


def timeline(buckets: Sequence[Bucket], bucket_ms: int, start_ms: int, end_ms: int) -> pd.DataFrame:
    """`buckets` of everybody, or of one track, on a regular grid over start_ms <= t < end_ms.

    Buckets shorter than `bucket_ms` are merged, every usable instant counted once.
    """
    rows = [(b.start_ms, b.faces, b.usable, b.people, *b.scores) for b in buckets]
    frame = pd.DataFrame(rows, columns=["time_ms", *COUNTS, *SCORES])
    frame[SCORES] = frame[SCORES].astype("float64").mul(frame["usable"], axis=0)
    frame = frame.groupby(frame["time_ms"] // bucket_ms * bucket_ms).agg(HOW_MERGED)
    frame[SCORES] = frame[SCORES].div(frame["usable"].where(frame["usable"] > 0), axis=0)
    first = start_ms // bucket_ms * bucket_ms
    grid = pd.RangeIndex(first, max(end_ms, first), bucket_ms, name="time_ms")
    frame = frame.reindex(grid)
    frame[COUNTS] = frame[COUNTS].fillna(0).astype("int64")
    return frame.reset_index()


def smooth(frame: pd.DataFrame, window: int, columns: Sequence[str]) -> pd.DataFrame:
    """Rolling mean of `columns` over `window` buckets, centred, weighted by usable instants.

    A gap stays a gap: nothing is filled in, and a gap adds nothing to its neighbours.
    """
    if window <= 1 or frame.empty:
        return frame
    table = frame[list(columns)]
    weights = pd.DataFrame(dict.fromkeys(columns, frame["usable"]))
    smoothed = smooth_table(table, weights, window)
    return frame.assign(**{name: smoothed[name] for name in columns})


def smooth_table(values: pd.DataFrame, weights: pd.DataFrame, window: int) -> pd.DataFrame:
    """As `smooth`, column by column, with weights of their own; both of one shape."""
    if window <= 1 or values.empty:
        return values
    known = values.notna() & (weights > 0)
    weight = weights.where(known, 0).astype("float64")
    total = weight.rolling(window, center=True, min_periods=1).sum()
    sums = (values.fillna(0) * weight).rolling(window, center=True, min_periods=1).sum()
    return (sums / total.where(total > 0)).where(known)


def mix(parts: Iterable[Led]) -> pd.Series:
    """Share of usable time that each expression led, and "not sure", 0..1 in the order of KEYS.

    Empty when nothing was usable.
    """
    counts = np.zeros(len(KEYS))
    for part in parts:
        counts += (*part.leads, part.not_sure)
    if not counts.sum():
        return pd.Series(dtype="float64")
    return pd.Series(counts / counts.sum(), index=list(KEYS))


def leading(mix: pd.Series) -> tuple[str, float] | None:
    """The expression that led the largest share of a mix, with its share; "not sure" only if nothing led."""
    named = mix.drop(NOT_SURE, errors="ignore")
    if named.empty or not named.max():
        return None
    return str(named.idxmax()), float(named.max())


def coverage(frames: Sequence[FrameBucket], times_ms: Sequence[int], window: int) -> pd.DataFrame:
    """On the grid `times_ms`: `with_face`, share (0..1) of the analysed frames in which a face was found, and
    `usable_faces`, share of the faces that were usable, over `window` buckets; NaN where there are none.
    """
    rows = [(b.start_ms, b.frames_with_face / b.frames, b.faces, b.usable) for b in frames if b.frames]
    found = pd.DataFrame(rows, columns=["time_ms", "with_face", "faces", "usable"])
    grid = pd.DataFrame({"time_ms": np.asarray(times_ms, np.int64)})
    shown = grid.merge(found.astype({"time_ms": "int64"}), on="time_ms", how="left")
    sums = shown[["faces", "usable"]].fillna(0).rolling(window, center=True, min_periods=1).sum()
    shares = (sums["usable"] / sums["faces"]).where(shown["faces"] > 0)
    return shown[["time_ms", "with_face"]].assign(usable_faces=shares)


def headline(
    duration_ms: int,
    people: Sequence[ParticipantSummary],
    frames: Sequence[FrameBucket],
    shares: pd.Series,
    engagement: float | None,
) -> Headline:
    """The report's first line. `shares` as `mix` gives them, `engagement` in the unit of its definition."""
    analysed = sum(f.frames for f in frames)
    faces = sum(p.faces for p in people)
    lead = leading(shares)
    return Headline(
        duration_ms=duration_ms,
        people=len(people),
        frames=analysed,
        face_share=sum(f.frames_with_face for f in frames) / analysed if analysed else None,
        usable_share=sum(p.usable for p in people) / faces if faces else None,
        engagement=engagement,
        leading=lead[0] if lead else None,
        leading_share=lead[1] if lead else None,
    )


def people_table(people: Sequence[ParticipantSummary], frames: int, measured: pd.DataFrame) -> pd.DataFrame:
    """One row per person: when seen, share of analysed frames in view, usable share, mix.

    `measured`, by person's number, adds columns of its own (engagement, looking); NaN for whom it leaves out.
    """
    rows = [_person(person, frames) for person in people]
    columns = ["person", "name", "first_ms", "last_ms", "in_view", "usable", "leading", *KEYS]
    return pd.DataFrame(rows, columns=columns).join(measured, on="person")


def _person(person: ParticipantSummary, frames: int) -> tuple[object, ...]:
    counts = (*person.leads, person.not_sure)
    total, most = sum(counts), max(person.leads)
    return (
        person.person,
        person_name(person.name, person.person),
        person.first_ms,
        person.last_ms,
        min(person.faces / frames, 1.0) if frames else None,
        person.usable / person.faces if person.faces else None,
        KEYS[person.leads.index(most)] if most else None,
        *(count / total if total else None for count in counts),
    )
