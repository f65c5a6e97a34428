"""What an export computes for each row: gaze, speech, attention, engagement by the session's definition."""

import csv
import io
from dataclasses import replace

import pytest

from dashboard.reading import Reading
from db.reports import StoredObservation
from model.emotions import Emotion
from model.engagement.definitions import DEFAULT, DEFINITIONS
from model.observations import Signals
from tests.made.faces import face
from tests.made.rows import MADE_CHUNK as CHUNK_ROWS
from tests.made.rows import long_csv
from tests.unit.dashboard.export.formats.test_long_table import parsed, row, session


def test_signals_fill_gaze_attention_and_speech() -> None:
    def talking(number: int) -> StoredObservation:
        signals = Signals(9.0, -3.0, 1.0, 0.36, 0.8, 0.25 if number % 2 else 0.05)
        return row(replace(face(leading=Emotion.NEUTRAL), signals=signals), offset_ms=number * 100)

    found = parsed(session(), *map(talking, range(20)))
    assert {cells["gaze_state"] for cells in found} == {"looking"}
    assert float(found[0]["attention"]) == pytest.approx((1 - 9 / 45) * (1 - 3 / 30), abs=1e-4)
    assert [found[0]["speaking"], found[-1]["speaking"]] == ["0", "1"]


def test_somebody_looking_away_scores_less_by_the_sessions_definition() -> None:
    away = replace(face(), signals=Signals(eye_open=0.36, gaze=0.1))
    (cells,) = parsed(session(), row(away))
    assert cells["gaze_state"] == "away"
    assert float(cells["engagement"]) == pytest.approx(82.5 * 2 / 5)


def test_every_definition_writes_its_name_and_own_weights_say_so() -> None:
    seen = replace(face(leading=Emotion.HAPPY), signals=Signals(5.0, 2.0, 0.0, 0.36, 0.8, 0.1))
    moving = [row(seen, offset_ms=number * 100) for number in range(9)]
    for definition in DEFINITIONS.values():
        text = "".join(long_csv(session(), moving, Reading(definition, definition.weights)))
        last = list(csv.DictReader(io.StringIO(text, newline="")))[-1]
        assert last["engagement_definition"] == definition.name and last["engagement"] != ""
    own = Reading(DEFAULT, {**DEFAULT.weights, "happy": 0.9})
    text = "".join(long_csv(session(), moving, own))
    assert "concentration_own_weights" in text


def test_head_movement_is_followed_across_chunks() -> None:
    def turning(number: int) -> StoredObservation:
        yaw = 25.0 + 3.0 * max(0, number - CHUNK_ROWS + 8)
        return row(replace(face(), signals=Signals(yaw, 0.0)), frame=number, offset_ms=number * 100)

    definition = DEFINITIONS["second_screen"]
    rows = [turning(number) for number in range(CHUNK_ROWS + 9)]
    text = "".join(long_csv(session(), rows, Reading(definition, definition.weights)))
    values = [cells["engagement"] for cells in csv.DictReader(io.StringIO(text, newline=""))]
    assert values[CHUNK_ROWS - 20] == "100.0000"
    assert values[CHUNK_ROWS] == "0.0000", "the first of the second chunk moves as the last of the first"


def test_a_merged_person_has_one_number_and_the_tracks_keep_theirs() -> None:
    first, second = (StoredObservation(n, n * 100, "Ada", face(n + 1), 1) for n in range(2))
    found = parsed(session(), first, second)
    assert [(c["participant"], c["person"], c["track_id"]) for c in found] == [
        ("Ada", "1", "1"),
        ("Ada", "1", "2"),
    ]
