"""A face without life is a picture; whoever blinks, speaks or moves is not, and nobody else is."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from model.faces import Faces
from model.images import Image, resized
from model.observations import QualityFlag
from model.pipeline import make_pipeline
from model.stillness import FROZEN_WINDOWS, REST_MS, WINDOW_MS, StillnessWatch
from tests.made.media import MEDIA, astronaut, needs_media, read_frames

Face = Callable[[float], tuple[float, float, float, float]]
"""Place of the head x and y in px, mouth and eye opening at a time in s."""
NOISE = np.random.default_rng(3).normal(0, 1, (4000, 4)) * (0.2, 0.2, 0.004, 0.004)
POINTS = np.array([[30, 35], [60, 35], [45, 50], [33, 70], [57, 70]], np.float32)
BLANK = np.full((90, 90, 3), 60, np.uint8)


def a_picture(_: float) -> tuple[float, float, float, float]:
    return 0.0, 0.0, 0.2, 0.31


def one_that_blinks(time_s: float) -> tuple[float, float, float, float]:
    return 0.0, 0.0, 0.2, 0.1 if time_s % 3 < 0.2 else 0.31


def one_that_speaks(time_s: float) -> tuple[float, float, float, float]:
    return 0.0, 0.0, 0.2 + 0.1 * np.sin(9 * time_s), 0.31


def one_that_sways(time_s: float) -> tuple[float, float, float, float]:
    return 2.2 * np.sin(time_s), 1.5 * np.cos(2 * time_s), 0.2, 0.31


def look(face: Face, time_s: float, noise: int) -> Faces:
    x, y, mouth, eyes = (np.array(face(time_s)) + NOISE[noise % len(NOISE)]).astype(np.float32)
    one = Faces(np.array([[0, 0, 90, 90]], np.float32), np.ones(1, np.float32))
    yaw = np.zeros(1, np.float32)
    return one.having(
        yaw_deg=yaw, mouth_open=mouth[None], eye_open=eyes[None], points=(POINTS + np.stack([x, y]))[None]
    ).having(track_id=np.ones(1, np.int64), flags=np.array([int(QualityFlag.TURNED_AWAY)]))


def shown(face: Face, from_s: float, to_s: float, watch: StillnessWatch, hz: float = 10) -> list[bool]:
    """Whether the face was flagged, frame by frame."""
    return [
        QualityFlag.STILL in watch.update(look(face, n / hz, n), round(n * 1000 / hz), BLANK).quality[0]
        for n in range(round(from_s * hz), round(to_s * hz))
    ]


@pytest.mark.parametrize("hz", [2, 10, 30])
def test_a_picture_is_told_within_five_seconds(hz: float) -> None:
    told = shown(a_picture, 0, 60, StillnessWatch(), hz)
    assert all(told[int(5 * hz) :])


def test_at_rare_looks_it_takes_as_many_as_are_needed() -> None:
    told = shown(a_picture, 0, 60, StillnessWatch(), hz=0.5)
    assert not any(told[:5]) and all(told[6:])


@pytest.mark.parametrize("somebody", [one_that_blinks, one_that_speaks, one_that_sways])
def test_whoever_moves_is_no_picture(somebody: Face) -> None:
    assert not any(shown(somebody, 0, 120, StillnessWatch()))


def test_it_is_told_since_when_there_was_no_life() -> None:
    watch = StillnessWatch()
    found: dict[int, int] = {}
    for n in range(60):
        watch.update(look(a_picture, n / 10, n), n * 100, BLANK)
        found |= watch.found
    assert found == {1: 0} and not watch.frozen


def test_a_tile_that_freezes_is_told_as_well_but_later() -> None:
    watch = StillnessWatch()
    found: dict[int, int] = {}
    last_alive_s, last_s = 10, 10 + (REST_MS + FROZEN_WINDOWS * (WINDOW_MS + 500)) // 1000 + 10
    shown(one_that_sways, 0, last_alive_s, watch)
    for n in range(last_alive_s * 10, last_s * 10):
        watch.update(look(a_picture, n / 10, n), n * 100, BLANK)
        found |= watch.found
    assert watch.frozen == {1} and list(found) == [1]
    assert found[1] <= last_alive_s * 1000 + WINDOW_MS


def test_whoever_moves_again_counts_again_within_seconds() -> None:
    watch = StillnessWatch()
    assert shown(a_picture, 0, 20, watch)[-1]
    assert not any(shown(one_that_sways, 20, 40, watch)[50:])


def one_that_is_smeared(time_s: float) -> tuple[float, float, float, float]:
    """A portrait whose points are off by more than the limit for one window in three."""
    smeared = time_s % 15 < 5
    return 1.2 * smeared * np.sin(time_s), 0.6 * smeared * np.cos(2 * time_s), 0.2, 0.31


def lit(time_s: float) -> float:
    """Light that changes as slowly as clouds pass, from all to three fifths."""
    return 0.8 + 0.2 * float(np.sin(time_s / 3))


def a_statue(time_s: float) -> tuple[float, float, float, float]:
    """Its mesh jumps when shadows fall otherwise."""
    jumped = lit(time_s) < 0.8
    return 2.0 * jumped, 2.0 * jumped, 0.2, 0.31


def shown_lit(face: Face, to_s: float) -> list[bool]:
    watch = StillnessWatch()
    return [
        QualityFlag.STILL
        in watch.update(look(face, n / 10, n), n * 100, np.asarray(BLANK * lit(n / 10), np.uint8)).quality[0]
        for n in range(round(to_s * 10))
    ]


def test_a_statue_in_changing_light_is_told_from_whoever_moves_in_it() -> None:
    assert all(shown_lit(a_statue, 120)[100:])
    for somebody in (one_that_blinks, one_that_speaks, one_that_sways):
        assert not any(shown_lit(somebody, 120))


def test_a_picture_that_is_smeared_now_and_then_stays_one() -> None:
    assert all(shown(one_that_is_smeared, 0, 120, StillnessWatch())[100:])


def one_that_hardly_moves(time_s: float) -> tuple[float, float, float, float]:
    return 1.2 * np.sin(time_s), 0.6 * np.cos(2 * time_s), 0.2, 0.31


def test_who_hardly_moves_is_believed_after_three_windows_and_counts_until_then() -> None:
    assert not any(shown(one_that_hardly_moves, 0, 60, StillnessWatch()))


def test_who_was_away_is_watched_anew_and_nothing_is_kept_of_them() -> None:
    watch = StillnessWatch()
    shown(a_picture, 0, 20, watch)
    watch.update(Faces.none(), 31_000, BLANK)
    assert len(watch) == 0
    assert not any(shown(a_picture, 32, 36, watch))


def test_other_reasons_are_kept() -> None:
    watch = StillnessWatch()
    shown(a_picture, 0, 20, watch)
    face = Faces(np.array([[0, 0, 90, 90]], np.float32), np.ones(1, np.float32))
    unmeasured = face.having(track_id=np.ones(1, np.int64), flags=np.array([int(QualityFlag.SMALL)]))
    assert watch.update(unmeasured, 20_100, BLANK).quality == [QualityFlag.SMALL]


def on_a_wall(n: int, sway_px: float = 0.0) -> Image:
    """A portrait on a wall with a clock and a door, looked at by a camera that a hand holds."""
    wall = np.full((360, 640, 3), 150, np.uint8)
    cv2.circle(wall, (480, 120), 50, (40, 60, 90), -1)
    cv2.rectangle(wall, (560, 60), (620, 350), (70, 40, 30), -1)
    wall[40:300, 120:380] = astronaut()[0:260, 90:350]
    x, y = sway_px * np.sin(0.9 * n), sway_px * np.cos(0.6 * n)
    moved = np.array([[1, 0.002 * sway_px * np.sin(n), x], [0, 1, y]])
    return np.asarray(cv2.warpAffine(wall, moved, (640, 360), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize("sway_px", [0.0, 6.0])
def test_a_portrait_on_a_wall_is_a_thing_however_the_camera_sways(sway_px: float) -> None:
    pipeline = make_pipeline(expressions=False)
    told: list[tuple[int, int]] = []
    for n in range(16):
        faces = pipeline.process(on_a_wall(n, sway_px), n * 400)
        told += pipeline.record(n, n * 400, ()).taken_back
    assert faces.quality == [QualityFlag.STILL] and pipeline.observe(faces)[0].is_thing
    assert [track for track, _ in told] == [1] and len(pipeline.things) == 1


@needs_media
@pytest.mark.parametrize("name", ["pyfeat_WolfgangLanger_Pexels", "pyfeat_single_face"])
def test_a_real_person_is_never_taken_for_a_picture(name: str) -> None:
    pipeline, flags = make_pipeline(expressions=False), QualityFlag(0)
    frames, rate_hz = read_frames(MEDIA / f"{name}.mp4", 250)
    clip = frames[:: round(rate_hz / 5)]
    for n in range(60):  # there and back, 12 s
        turned = n % (2 * len(clip))
        frame = clip[min(turned, 2 * len(clip) - 1 - turned)]
        for one in pipeline.process(resized(frame, (320, 180), cv2.INTER_AREA), n * 200).quality:
            flags |= one
    assert QualityFlag.STILL not in flags
