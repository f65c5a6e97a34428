"""The long CSV: its header is a promise, its texts are harmless, its numbers come back."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.export.formats import EXPORTERS, file_name
from dashboard.export.formats.cells import FORMULA_STARTS, text_cell
from dashboard.export.formats.columns import LONG_COLUMNS, LONG_HEADER
from db.reports import SessionSummary, StoredObservation
from model.emotions import EMOTIONS, Emotion
from model.observations import Observation, QualityFlag, Signals
from tests.made.faces import face
from tests.made.rows import MADE_CHUNK as CHUNK_ROWS
from tests.made.rows import long_csv
from tests.made.sessions import SHA256, STARTED_AT

HEADER = (
    "session_id,session_title,participant,person,track_id,frame,time_s,time_utc,box_x,box_y,box_w,box_h,"
    "face_confidence,usable,flags,angry,disgust,fear,happy,sad,surprise,neutral,dominant,valence,arousal,"
    "yaw_deg,pitch_deg,roll_deg,eye_open,gaze,gaze_state,mouth_open,speaking,attention,engagement,"
    "engagement_definition,model"
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
RATIOS = st.floats(0, 1) | st.none()
ANGLES = st.floats(-180, 180) | st.none()


def session(title: str = "Weekly review", is_demo: bool = False) -> SessionSummary:
    return SessionSummary(
        id=7,
        title=title,
        kind="meeting",
        purpose="research",
        region="elsewhere",
        ground=None,
        consent_at=None,
        consent_text=None,
        source="camera",
        detector="yunet",
        is_demo=is_demo,
        started_at=STARTED_AT,
        ended_at=None,
        end_reason=None,
        duration_ms=0,
        people=1,
        frames=1,
        faces=1,
        usable=1,
        dropped=0,
        model_name="compact48",
        model_sha256=SHA256,
        analysis_hz=10.0,
    )


def row(
    observation: Observation, frame: int = 3, offset_ms: int = 1500, name: str | None = None
) -> StoredObservation:
    return StoredObservation(frame, offset_ms, name, observation, observation.track_id)


def parsed(summary: SessionSummary, *rows: StoredObservation) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(long_csv(summary, rows)), newline="")))


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    parts = draw(st.lists(st.floats(0.001, 1), min_size=7, max_size=7))
    scores = tuple(part / sum(parts) for part in parts)
    x, y, width, height = (draw(st.floats(1, 4000)) for _ in range(4))
    return Observation(
        track_id=draw(st.integers(1, 10**6)),
        box=(x, y, x + width, y + height),
        confidence=draw(st.floats(0, 1)),
        flags=QualityFlag(draw(st.integers(0, 255))),
        scores=draw(st.sampled_from([scores, None])),
        leading=draw(st.sampled_from([*EMOTIONS, None])),
        signals=Signals(*(draw(ANGLES) for _ in range(3)), *(draw(RATIOS) for _ in range(3))),
    )


def test_the_header_is_the_promised_one() -> None:
    assert ",".join(LONG_HEADER) == HEADER
    assert "".join(long_csv(session(), [])) == HEADER + "\r\n"
    assert LONG_HEADER[15:22] == EMOTIONS


def test_every_column_is_explained() -> None:
    assert all(column.meaning for column in LONG_COLUMNS)


def test_a_usable_face_fills_what_is_measured_and_leaves_the_rest_empty() -> None:
    (cells,) = parsed(session(), row(face(leading=Emotion.HAPPY), name="Ada"))
    assert cells["session_id"] == "7" and cells["session_title"] == "Weekly review"
    assert (cells["participant"], cells["person"], cells["track_id"], cells["frame"]) == (
        "Ada",
        "1",
        "1",
        "3",
    )
    assert (cells["time_s"], cells["time_utc"]) == ("1.5000", "2026-03-05T09:30:01.750Z")
    assert [cells[f"box_{side}"] for side in "xywh"] == ["10.0000", "20.0000", "100.5000", "125.2500"]
    assert (cells["usable"], cells["flags"], cells["dominant"]) == ("1", "", "happy")
    assert cells["happy"] == "0.7000" and cells["sad"] == "0.0500"
    assert cells["engagement"] == "60.8333"
    assert cells["engagement_definition"] == "concentration"
    assert cells["model"] == "compact48@abababababab"
    assert cells["gaze_state"] == "unknown"
    for unknown in ("yaw_deg", "eye_open", "gaze", "mouth_open", "speaking", "attention"):
        assert cells[unknown] == ""


def test_an_unusable_face_says_why_and_has_no_engagement() -> None:
    flags = QualityFlag.SMALL | QualityFlag.BLURRED
    (cells,) = parsed(session(), row(face(flags=flags)))
    assert (cells["usable"], cells["flags"]) == ("0", "small|blurred")
    assert cells["engagement"] == cells["engagement_definition"] == ""
    assert cells["neutral"] == "0.7000"


def test_nothing_leading_is_not_sure_and_nothing_scored_is_empty() -> None:
    unscored = Observation(2, (0, 0, 9, 9), 0.5, QualityFlag.DARK)
    sure, not_scored = parsed(session(), row(face(leading=None)), row(unscored))
    assert sure["dominant"] == "not_sure"
    empty = [*EMOTIONS, "dominant", "valence", "arousal", "engagement"]
    assert {not_scored[name] for name in empty} == {""}


def test_a_person_without_a_name_is_called_by_number() -> None:
    assert parsed(session(), row(face(track_id=12)))[0]["participant"] == "P12"


def test_a_demo_says_so_in_every_row_even_after_it_was_renamed() -> None:
    assert (
        parsed(session("Board meeting", is_demo=True), row(face()))[0]["session_title"]
        == "Demo: Board meeting"
    )


@settings(deadline=None)
@given(observations(), st.integers(0, 10**8), TEXTS, TEXTS)
def test_every_row_comes_back_as_it_was_written(
    observation: Observation, offset_ms: int, title: str, name: str
) -> None:
    (cells,) = parsed(session(title), row(observation, offset_ms=offset_ms, name=name))
    assert len(cells) == len(LONG_HEADER) and None not in cells
    assert cells["session_title"].removeprefix("'") == title.removeprefix("'")
    assert cells["participant"].removeprefix("'") == (name or f"P{observation.track_id}").removeprefix("'")
    assert float(cells["time_s"]) == offset_ms / 1000
    moment = datetime.fromisoformat(cells["time_utc"])
    assert (moment - STARTED_AT).total_seconds() == pytest.approx(offset_ms / 1000, abs=1e-6)
    assert float(cells["box_x"]) == pytest.approx(observation.box[0], abs=1e-4)
    assert float(cells["box_w"]) == pytest.approx(observation.box[2] - observation.box[0], abs=1e-4)
    assert cells["usable"] == str(int(observation.usable))
    assert tuple(filter(None, cells["flags"].split("|"))) == observation.flags.names()
    for index, emotion in enumerate(EMOTIONS):
        expected = None if observation.scores is None else observation.scores[index]
        assert _number(cells[emotion]) == pytest.approx(expected, abs=1e-4)
    assert _number(cells["yaw_deg"]) == pytest.approx(observation.signals.yaw_deg, abs=1e-4)
    assert _number(cells["mouth_open"]) == pytest.approx(observation.signals.mouth_open, abs=1e-4)
    assert (cells["engagement"] != "") == observation.usable


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@settings(deadline=None)
@given(TEXTS, st.sampled_from(FORMULA_STARTS), st.text(" \u00a0", max_size=3))
def test_no_text_becomes_a_formula(rest: str, start: str, blanks: str) -> None:
    cell = next(csv.reader(io.StringIO(text_cell(blanks + start + rest), newline="")))[0]
    assert cell == "'" + blanks + start + rest


@pytest.mark.parametrize(
    "text", ["Ada", "Q1, part 2", 'the "big" one', "line\nbreak", " padded ", "", "50-50"]
)
def test_harmless_text_is_left_as_it_is(text: str) -> None:
    line = text_cell(text) + ",next"
    assert next(csv.reader(io.StringIO(line, newline=""))) == [text, "next"]


def test_memory_does_not_grow_with_the_session() -> None:
    def many(count: int) -> Iterator[StoredObservation]:
        return (row(face(), frame=i, offset_ms=i * 100) for i in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            assert sum(len(piece) for piece in long_csv(session(), many(count))) > count * 100
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(10 * CHUNK_ROWS) < 1.5 * peak(2 * CHUNK_ROWS)


def test_rows_are_read_only_as_fast_as_they_are_written() -> None:
    read = 0

    def counting() -> Iterator[StoredObservation]:
        nonlocal read
        for i in range(10 * CHUNK_ROWS):
            read += 1
            yield row(face(), frame=i)

    list(islice(long_csv(session(), counting()), 2))
    assert read <= CHUNK_ROWS


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Weekly review", "attune-7-weekly-review.csv"),
        ("../../etc/passwd", "attune-7-etc-passwd.csv"),
        ("=cmd|' /C calc'!A0", "attune-7-cmd-c-calc-a0.csv"),
        ("\u4f1a\u8b70", "attune-7.csv"),
        ("x" * 300, f"attune-7-{'x' * 60}.csv"),
        ('a"\r\nSet-Cookie: b', "attune-7-a-set-cookie-b.csv"),
    ],
)
def test_file_names_suit_every_file_system(title: str, expected: str) -> None:
    assert file_name(session(title), EXPORTERS["long"].suffix) == expected
