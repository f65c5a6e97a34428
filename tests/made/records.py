"""Frames that hypothesis makes up: up to five tracks that come and go, some without scores or signals."""

from hypothesis import strategies as st

from model.emotions import EMOTIONS
from model.observations import NO_SIGNALS, FrameRecord, Observation, QualityFlag, Signals

SHARES = st.floats(0.0, 1.0)
ANGLES = st.none() | st.sampled_from([-20.0, 20.0, 45.0]) | st.floats(-90.0, 90.0)
EDGES = st.none() | st.sampled_from([0.2, 0.3, 0.5]) | SHARES
SIGNALS = st.just(NO_SIGNALS) | st.builds(Signals, ANGLES, ANGLES, ANGLES, EDGES, EDGES, EDGES)
FLAGS = st.sampled_from([QualityFlag(0), QualityFlag(0), QualityFlag.SMALL, QualityFlag(192)])
OBSERVATIONS = st.builds(
    Observation,
    track_id=st.integers(1, 5),
    box=st.just((10.5, 20.25, 110.5, 140.0)),
    confidence=st.just(0.9),
    flags=FLAGS,
    scores=st.none() | st.tuples(*[SHARES] * 7),
    leading=st.none() | st.sampled_from(EMOTIONS),
    signals=SIGNALS,
)
FACES = st.lists(OBSERVATIONS, max_size=5, unique_by=lambda seen: seen.track_id).map(tuple)
STEPS = st.lists(st.tuples(st.integers(1, 900), FACES), max_size=25)
RANGES = st.tuples(st.integers(0, 6000), st.none() | st.integers(0, 12_000))


@st.composite
def sessions(draw: st.DrawFn) -> list[FrameRecord]:
    """Up to 25 frames, 1..900 ms apart, numbered from 0."""
    records, offset_ms = [], -1
    for number, (gap_ms, faces) in enumerate(draw(STEPS)):
        offset_ms += gap_ms
        records.append(FrameRecord(number, offset_ms, faces))
    return records
