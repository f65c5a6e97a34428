"""What short tables tell of a group: figures of enough people, and not sure where nothing led."""

import io
from dataclasses import replace

import pandas as pd
from sqlalchemy import Engine

from db.store import Store
from model.emotions import Emotion
from model.observations import NO_SIGNALS, FrameRecord, Observation, Signals
from tests.integration.export.test_contract import file_of
from tests.made.faces import face, scores_with, seconds
from tests.made.sessions import stored

FACING = Signals(yaw_deg=0.0, pitch_deg=0.0, roll_deg=0.0, eye_open=1.0, gaze=1.0)


def test_a_group_of_three_is_told_no_figure_of_fewer(engine: Engine) -> None:
    looking = Observation(1, (0.0, 0.0, 9.0, 9.0), 0.9, scores=scores_with(happy=1.0), signals=FACING)
    blind = [replace(looking, track_id=number, signals=NO_SIGNALS) for number in (2, 3)]
    session_id = stored(Store(engine), seconds([[looking, *blind]] * 3 + [[looking]]))
    table = pd.read_csv(io.BytesIO(file_of(engine, session_id, "seconds", 3)))
    assert table["happy"].notna().tolist() == [True] * 3 + [False]
    assert table[["looking", "attention"]].isna().all(axis=None), "one person's gaze"
    assert pd.isna(table["usable_share"].iloc[3])


def test_seconds_that_two_expressions_led_alike_are_not_sure(engine: Engine) -> None:
    angry, neutral = face(1, Emotion.ANGRY), face(1, Emotion.NEUTRAL)
    records = [FrameRecord(n, n * 100, (angry if n % 2 else neutral,)) for n in range(10)]
    session_id = stored(Store(engine), records)
    table = pd.read_csv(io.BytesIO(file_of(engine, session_id, "people")))
    assert table["dominant"].tolist() == ["not_sure"]
