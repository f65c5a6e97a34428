"""A stored session of less than a minute: what its sentences tell is drawn."""

from pathlib import Path

import numpy as np
import pytest

from dashboard.stored.answer import read_answer
from dashboard.stored.moments import Kind
from dashboard.stored.report import View, read_report
from db.reports import get_session
from db.store import Store
from model.observations import FrameRecord, Signals
from tests.made.faces import face
from tests.made.sessions import stored
from tests.made.storage import open_file

LOOKING, AWAY = Signals(eye_open=0.4, gaze=0.9), Signals(eye_open=0.4, gaze=0.1)
AWAY_S = range(24, 26)


@pytest.mark.parametrize("seconds", [31, 40, 59])
def test_the_lowest_and_the_highest_moment_are_points_of_the_line(tmp_path: Path, seconds: int) -> None:
    seen = [AWAY if number // 10 in AWAY_S else LOOKING for number in range(seconds * 10)]
    frames = [FrameRecord(n, n * 100, (face(1, signals=one),)) for n, one in enumerate(seen)]
    engine = open_file(tmp_path / "attune.db")
    report = read_report(engine, get_session(engine, stored(Store(engine), frames)), View(), 1)
    answer = read_answer(report, None, 1)
    drawn = dict(zip(report.timeline["time_ms"], report.timeline["engagement"], strict=True))
    [lowest], [highest] = answer.of(Kind.LOWEST), answer.of(Kind.HIGHEST)
    assert drawn[lowest.at_ms] == pytest.approx(answer.value_of(lowest))
    assert drawn[highest.at_ms] == pytest.approx(answer.value_of(highest))
    assert lowest.at_ms == 20_000 and drawn[lowest.at_ms] == np.nanmin(list(drawn.values()))
