"""A face that stays the same for a minute is a picture; whoever blinks, speaks or turns is not."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from model.faces import Faces
from model.images import resized
from model.observations import QualityFlag
from model.pipeline import make_pipeline
from model.stillness import StillnessWatch
from tests.made.media import MEDIA, astronaut, needs_media, read_frames

Signals = Callable[[float], tuple[float, float, float, float]]
"""Yaw, pitch, mouth and eye opening at a time in s."""
NOISE = np.random.default_rng(3).normal(0, 1, (2000, 4)) * (0.3, 0.3, 0.004, 0.004)


def a_picture(_: float) -> tuple[float, float, float, float]:
    return 12.0, -4.0, 0.2, 0.31


def one_that_blinks(time_s: float) -> tuple[float, float, float, float]:
    return 12.0, -4.0, 0.2, 0.1 if time_s % 8 < 0.2 else 0.31


def one_that_speaks(time_s: float) -> tuple[float, float, float, float]:
    return 12.0, -4.0, 0.2 + 0.1 * np.sin(9 * time_s) * (time_s % 30 < 5), 0.31


def one_that_turns(time_s: float) -> tuple[float, float, float, float]:
    return 12.0 + 15 * (time_s % 40 < 1), -4.0, 0.2, 0.31


def shown(signals: Signals, from_s: float, to_s: float, watch: StillnessWatch, hz: float = 10) -> list[bool]:
    """Whether the face was flagged, frame by frame."""
    told = []
    for n in range(round(from_s * hz), round(to_s * hz)):
        values = np.array(signals(n / hz)) + NOISE[n % len(NOISE)]
        yaw, pitch, mouth, eyes = values.astype(np.float32)[:, None]
        face = Faces(np.array([[0, 0, 90, 90]], np.float32), np.ones(1, np.float32))
        face = face.having(
            yaw_deg=yaw, pitch_deg=pitch, mouth_open=mouth, eye_open=eyes, track_id=np.ones(1, np.int64)
        ).having(flags=np.array([int(QualityFlag.DARK)]))
        told.append(QualityFlag.STILL in watch.update(face, round(n * 1000 / hz)).quality[0])
    return told


@pytest.mark.parametrize("hz", [0.5, 2, 10, 30])
def test_a_picture_is_told_after_a_minute(hz: float) -> None:
    told = shown(a_picture, 0, 70, StillnessWatch(), hz)
    assert not any(told[: int(60 * hz)]) and all(told[int(61 * hz) + 1 :])


def test_a_gap_does_not_make_a_picture_count_again() -> None:
    watch = StillnessWatch()
    assert shown(a_picture, 0, 100, watch)[-1]
    assert all(shown(a_picture, 103.5, 200, watch))


@pytest.mark.parametrize("somebody", [one_that_blinks, one_that_speaks, one_that_turns])
def test_whoever_moves_now_and_then_is_no_picture(somebody: Signals) -> None:
    assert not any(shown(somebody, 0, 180, StillnessWatch()))


def test_whoever_moves_again_counts_again_within_seconds() -> None:
    watch = StillnessWatch()
    assert shown(a_picture, 0, 90, watch)[-1]
    assert not any(shown(one_that_speaks, 90, 120, watch)[40:])


def test_without_eyes_only_what_hardly_wavers_is_a_picture() -> None:
    def small(noise: float) -> Signals:
        return lambda time_s: (noise * np.sin(2 * time_s), 0.0, 0.1, float("nan"))

    assert shown(small(0.3), 0, 65, StillnessWatch())[-1]
    assert not shown(small(1.0), 0, 65, StillnessWatch())[-1]


def test_who_was_away_is_watched_anew_and_nothing_is_kept_of_them() -> None:
    watch = StillnessWatch()
    shown(a_picture, 0, 50, watch)
    watch.update(Faces.none(), 61_000)
    assert len(watch) == 0
    assert not any(shown(a_picture, 62, 100, watch))


def test_other_reasons_are_kept() -> None:
    watch = StillnessWatch()
    shown(a_picture, 0, 65, watch)
    face = Faces(np.array([[0, 0, 90, 90]], np.float32), np.ones(1, np.float32))
    unmeasured = face.having(track_id=np.ones(1, np.int64), flags=np.array([int(QualityFlag.SMALL)]))
    assert watch.update(unmeasured, 65_100).quality == [QualityFlag.SMALL]


def test_a_profile_picture_moved_about_is_flagged_and_not_scored() -> None:
    pipeline, picture = make_pipeline(expressions=False), astronaut()[0:280, 90:350]
    for n in range(65):
        screen = np.full((360, 640, 3), 60, np.uint8)
        screen[40 : 40 + 280, 20 + n : 20 + n + 260] = picture
        faces = pipeline.process(screen, n * 1000)
    assert faces.quality == [QualityFlag.STILL]


@needs_media
def test_a_real_clip_is_never_taken_for_a_picture() -> None:
    pipeline = make_pipeline(expressions=False)
    clip = read_frames(MEDIA / "pyfeat_WolfgangLanger_Pexels.mp4", 200)[0][::12]
    flags = QualityFlag(0)
    for n in range(70):
        turned = n % (2 * len(clip))
        frame = clip[min(turned, 2 * len(clip) - 1 - turned)]
        for one in pipeline.process(resized(frame, (320, 180), cv2.INTER_AREA), n * 1000).quality:
            flags |= one
    assert QualityFlag.STILL not in flags
