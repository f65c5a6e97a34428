"""A stored session that was looked at seldom: its report's line holds together and tells no fall."""

from pathlib import Path

import numpy as np
import pytest

from dashboard.charts.lines import group_line
from dashboard.stored.enough import STEP_INTERVALS
from dashboard.stored.levels import read_levels
from dashboard.stored.report import SessionReport, View, read_report
from db.reports import get_session
from db.store import Store
from model.behaviour.falls import falls_of
from model.observations import FrameRecord, GazeState, QualityFlag, Signals
from tests.made.faces import face
from tests.made.sessions import stored
from tests.made.storage import open_file

LOOKING, SHUT = Signals(eye_open=0.4, gaze=0.9), Signals(eye_open=0.05)
MINUTES = 8
assert SHUT.gaze_state is GazeState.CLOSED


def slow(path: Path, hz: float) -> SessionReport:
    """One person; two looks in nine were not usable, and one in thirty met a blink."""
    jitter, frames = np.random.default_rng(5), []
    for number in range(int(MINUTES * 60 * hz)):
        seen = face(1, signals=SHUT if number % 30 == 14 else LOOKING)
        if number % 9 in (3, 4):
            seen = face(1, flags=QualityFlag.DARK)
        at_ms = int(number * 1000 / hz) + int(jitter.integers(0, 200))
        frames.append(FrameRecord(number, at_ms, (seen,)))
    engine = open_file(path)
    session = get_session(engine, stored(Store(engine), frames))
    return read_report(engine, session, View(), 1)


@pytest.mark.parametrize("hz", [0.2, 0.3, 0.45, 0.6])
def test_its_line_has_no_gap_and_no_fall(tmp_path: Path, hz: float) -> None:
    report = slow(tmp_path / "attune.db", hz)
    assert report.bucket_ms >= STEP_INTERVALS * 950 / hz
    [line] = group_line(report.timeline, report.reading, bridged=report.bridged).data
    assert not np.isnan(np.asarray(line.y, np.float64)).any() and len(line.y) > 10
    levels = read_levels(report, 1)
    assert falls_of(levels.steps.times_ms.tolist(), levels.of(1).tolist(), levels.limits) == []
    assert falls_of(levels.steps.times_ms.tolist(), levels.line.tolist(), levels.limits) == []
