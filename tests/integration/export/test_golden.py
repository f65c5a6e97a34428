"""The fast writer against the plain one: the same bytes, whatever is stored."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from dashboard.export.formats import EXPORTERS
from dashboard.export.formats.digits import decimal_cells, integer_cells, joined, rounded
from dashboard.export.formats.source import ExportSource
from dashboard.reading import Reading
from db.reports import get_session, iter_observations
from db.store import Store
from model.emotions import EMOTIONS
from model.engagement.definitions import DEFINITIONS
from model.observations import FrameRecord, Observation, QualityFlag, Signals
from tests.made.reference_long_csv import long_csv
from tests.made.sessions import stored

NUMBERS = st.floats(-1e6, 1e6) | st.floats(allow_nan=False, allow_infinity=False) | st.just(0.03125)


def crowd(frames: int, people: int) -> list[FrameRecord]:
    """Faces that turn, talk and look away, some flagged, some not scored, with gaps."""
    random = np.random.default_rng(3)

    def seen(track_id: int) -> Observation:
        scores = random.dirichlet([0.4] * 7)
        x, y, width, height, gaze, eye, mouth, sure = random.random(8)
        angles = random.normal(0, 25, 3)
        signals = (*angles.tolist(), 0.1 + eye / 3, gaze, mouth * 0.4)
        known = [None if random.random() < 0.1 else value for value in signals]
        return Observation(
            track_id,
            (640 * x, 360 * y, 640 * x + 200 * width, 360 * y + 200 * height),
            float(sure),
            QualityFlag(int(random.choice([0, 0, 0, 1, 16, 192]))),
            tuple(scores.tolist()) if random.random() < 0.9 else None,
            EMOTIONS[int(scores.argmax())] if scores.max() > 0.4 else None,
            Signals(*known) if random.random() < 0.9 else Signals(),
        )

    return [
        FrameRecord(n, n * 170, tuple(seen(t) for t in range(1, people + 1) if random.random() < 0.8))
        for n in range(frames)
    ]


@pytest.mark.parametrize("name", ["concentration", "second_screen"])
def test_the_long_csv_is_what_row_by_row_writing_gives(engine: Engine, name: str) -> None:
    store = Store(engine)
    started_at = datetime(2025, 12, 31, 23, 59, 50, 250_999, UTC)
    session_id = stored(store, crowd(1300, 5), '=Übung, "eins"', started_at=started_at)
    store.name_participant(session_id, 2, "@Zoë, who\tcalls")
    store.exclude_participant(session_id, 3)
    cut = store.split_participant(session_id, 4, 60_000)
    store.forget_participant(session_id, cut)
    session, reading = get_session(engine, session_id), Reading(DEFINITIONS[name], DEFINITIONS[name].weights)
    source = ExportSource(engine, session, reading=reading)
    pieces = list(EXPORTERS["long"].pieces(source))
    assert len(pieces) > 2, "more than one chunk is looked at"
    found = b"".join(pieces).decode().split("\r\n")
    assert found == long_csv(session, iter_observations(engine, session_id), reading).split("\r\n")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_decimals_are_those_of_python(values: list[float]) -> None:
    cells = joined([decimal_cells(rounded(np.array(values)))]).decode()
    assert cells.split(",")[:-1] == [f"{float(f'{value:.4f}'):z.4f}" for value in values]


@given(st.lists(st.integers(0, 10**12) | st.integers(0, 20_000), min_size=1, max_size=30))
def test_integers_are_those_of_python(values: list[int]) -> None:
    assert joined([integer_cells(np.array(values))]).decode() == "".join(f"{value}," for value in values)
