"""Nods, shakes, blinks and speech in made-up series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.behaviour.blinks import blink_rate_per_min, blink_times_ms
from model.behaviour.gestures import GestureKind, GestureLimits, HeadGestures, head_gestures, head_speed_deg_s
from model.behaviour.speaking import Floor, SpeakingDetector, mouth_motion, speaking

NOD, SHAKE = GestureKind.NOD, GestureKind.SHAKE


def sampled(hz: float, seconds: float, seed: int = 0) -> np.ndarray:
    """Times in ms, unevenly spaced as a camera's are."""
    n = int(hz * seconds)
    jitter = np.random.default_rng(seed).uniform(-0.2, 0.2, n)
    return np.round((np.arange(n) + jitter) * 1000 / hz).astype(int)


def swinging(t: np.ndarray, start_ms: int, cycles: float, hz: float, size_deg: float) -> np.ndarray:
    """Down by `size_deg` and up again, `cycles` times, from rest at 0."""
    phase = (t - start_ms) / 1000 * hz
    return np.where((phase > 0) & (phase < cycles), -size_deg / 2 * (1 - np.cos(2 * np.pi * phase)), 0.0)


def noise(t: np.ndarray, deviation: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, deviation, len(t))


@pytest.mark.parametrize("hz", [0.6, 1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("rate_hz", [10, 20])
def test_a_nod_is_found_once_at_its_time_and_pace(hz: float, rate_hz: float) -> None:
    t = sampled(rate_hz, 14)
    pitch = swinging(t, 4_000, 3, hz, 10) + noise(t, 0.3)
    (gesture,) = head_gestures(t, noise(t, 0.3, 2), pitch)
    assert gesture.kind is NOD
    assert 3_700 < gesture.start_ms < gesture.end_ms < 4_300 + 3_000 / hz
    cycles, took_s = (gesture.swings - 1) / 2, (gesture.end_ms - gesture.start_ms) / 1000
    assert cycles / took_s == pytest.approx(hz, rel=0.3)
    assert 6 < gesture.size_deg < 12 and gesture.swings >= 4


def test_a_shake_is_a_nod_of_the_other_axis() -> None:
    t = sampled(10, 12)
    across, along = swinging(t, 4_000, 3, 1.2, 20), swinging(t, 4_000, 3, 1.2, 7)
    assert [g.kind for g in head_gestures(t, across, along)] == [SHAKE]
    assert [g.kind for g in head_gestures(t, along, across)] == [NOD]


@pytest.mark.parametrize(
    ("what", "cycles", "hz", "size_deg"),
    [
        ("a look at the keyboard and back", 1, 0.5, 25),
        ("a slow sway", 6, 0.2, 10),
        ("a tremor", 20, 5, 10),
        ("less than a few degrees", 4, 1, 3),
        ("looking about", 4, 0.6, 60),
    ],
)
def test_other_movements_are_no_nods(what: str, cycles: float, hz: float, size_deg: float) -> None:
    t = sampled(10, 40)
    assert head_gestures(t, noise(t, 0.3), swinging(t, 4_000, cycles, hz, size_deg)) == [], what


def test_noise_of_half_a_degree_never_nods_and_one_bad_sample_neither() -> None:
    t = sampled(10, 1_200)
    assert head_gestures(t, noise(t, 0.5), noise(t, 0.5, 2)) == []
    spikes = np.where(np.arange(len(t)) % 37 == 0, 30.0, 0.0)
    assert head_gestures(t, np.zeros(len(t)), spikes) == []


def test_a_pose_that_shakes_by_itself_does_not_nod_and_a_clear_nod_stands_out() -> None:
    t = sampled(10, 600)
    quiver = np.where(np.arange(len(t)) % 4 == 0, -5.0, 0.0) + noise(t, 1.0)
    assert len(head_gestures(t, noise(t, 0.3, 2), quiver, GestureLimits(min_times_noise=0.1))) > 20
    assert len(head_gestures(t, noise(t, 0.3, 2), quiver)) <= 1
    nodding = noise(t, 1.5) + swinging(t, 300_000, 3, 1, 16)
    assert any(abs(g.start_ms - 300_000) < 500 for g in head_gestures(t, noise(t, 1.5, 2), nodding))


def test_two_nods_with_a_rest_between_are_two_and_a_gap_in_the_picture_makes_none() -> None:
    t = sampled(10, 30)
    pitch = swinging(t, 3_000, 3, 1.5, 10) + swinging(t, 15_000, 3, 1.5, 10)
    assert len(head_gestures(t, np.zeros(len(t)), pitch)) == 2
    pitch[(t > 3_300) & (t < 9_000)] = np.nan
    assert len(head_gestures(t, np.zeros(len(t)), pitch)) == 1


def test_live_a_nod_is_under_way_and_then_over() -> None:
    t = sampled(10, 12)
    pitch, watch = swinging(t, 4_000, 3, 1.5, 10), HeadGestures()
    seen = [watch.update(int(at), 0.0, float(p)) for at, p in zip(t, pitch, strict=True)]
    known = [gesture for gesture in seen if gesture]
    assert {(g.kind, g.start_ms) for g in known} == {(NOD, known[0].start_ms)}
    assert [g.swings for g in known] == sorted(g.swings for g in known)
    assert seen[0] is None and seen[-1] is None
    assert known[-1] == head_gestures(t, np.zeros(len(t)), pitch)[0]
    assert watch.update(20_000, None, None) is None


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_skipped_samples_and_shifted_times_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = np.cumsum(rng.integers(50, 150, 200))
    yaw, pitch = rng.normal(0, 8, (2, 200))
    holes = rng.random(200) < 0.3
    wanted = head_gestures(t[~holes], yaw[~holes], pitch[~holes])
    with_holes = head_gestures(t, np.where(holes, np.nan, yaw), pitch)
    later = head_gestures(t[~holes] + 5_000, yaw[~holes], pitch[~holes])
    assert with_holes == wanted
    assert [(g.start_ms - 5_000, g.kind, g.swings) for g in later] == [
        (g.start_ms, g.kind, g.swings) for g in wanted
    ]


def test_the_heads_speed_is_that_of_both_angles() -> None:
    t = np.arange(0, 3_000, 100)
    speed = head_speed_deg_s(t, 0.03 * t, 0.04 * t)
    assert np.isnan(speed[:2]).all()
    np.testing.assert_allclose(speed[2:], 50)
    yaw = np.where(t == 1_000, np.nan, 0.0)
    assert np.flatnonzero(np.isnan(head_speed_deg_s(t, yaw, np.zeros(30)))).tolist() == [0, 1, 10]
    assert head_speed_deg_s([], [], []).shape == (0,)


def test_live_and_afterwards_the_head_turns_as_fast() -> None:
    t, watch = sampled(10, 20), HeadGestures()
    yaw, pitch = noise(t, 10), noise(t, 10, 2)
    live = []
    for row in zip(t.tolist(), yaw, pitch, strict=True):
        watch.update(*row)
        live.append(watch.turning_deg_s)
    np.testing.assert_allclose(live, head_speed_deg_s(t, yaw, pitch))


def blinking(t: np.ndarray, every_ms: int, closed_ms: int, opened: float = 0.32) -> np.ndarray:
    return np.where((t % every_ms > 1_000) & (t % every_ms <= 1_000 + closed_ms), 0.08, opened)


@pytest.mark.parametrize("opened", [0.22, 0.32, 0.45])
def test_blinks_of_narrow_and_of_wide_eyes_are_counted(opened: float) -> None:
    t = np.arange(0, 60_000, 50)
    eye = blinking(t, 4_000, 150, opened) + noise(t, 0.005)
    assert len(blink_times_ms(t, eye)) == 15
    assert blink_rate_per_min(t, eye) == pytest.approx(15, rel=0.01)


@pytest.mark.parametrize(("rate_hz", "found"), [(20, 1.0), (10, 0.95), (5, 0.6)])
def test_a_slower_analysis_misses_some_blinks(rate_hz: float, found: float) -> None:
    t = sampled(rate_hz, 600)
    assert len(blink_times_ms(t, blinking(t, 3_990, 130))) >= found * 150


def test_closed_eyes_and_a_lost_face_are_no_blinks() -> None:
    t = np.arange(0, 60_000, 100)
    assert len(blink_times_ms(t, blinking(t, 10_000, 3_000))) == 0
    eye = np.where((t > 5_000) & (t < 5_200), 0.1, 0.3)
    eye[(t >= 5_200) & (t < 9_000)] = np.nan
    assert len(blink_times_ms(t, eye)) == 0


def test_a_blink_rate_needs_twenty_seconds_that_were_observed() -> None:
    t = np.arange(0, 240_001, 50)
    eye = blinking(t, 3_000, 150)
    assert blink_rate_per_min([], []) is None and blink_rate_per_min(t[:400], eye[:400]) is None
    assert blink_rate_per_min(t[:401], np.full(401, 0.3)) == 0
    away = np.where((t > 30_000) & (t < 210_000), np.nan, eye)
    assert blink_rate_per_min(t, away) == pytest.approx(20)
    seldom = np.where(t % 2_000 == 0, eye, np.nan)
    assert blink_rate_per_min(t, seldom) is None


def test_samples_out_of_order_of_time_add_no_blinks() -> None:
    t = np.arange(0, 60_000, 50)
    eye = blinking(t, 4_000, 150)
    order = np.stack([np.arange(1, len(t)), np.arange(len(t) - 1)], axis=1).ravel()
    assert blink_times_ms(t[order], eye[order]).tolist() == blink_times_ms(t, eye).tolist()


def talking(t: np.ndarray, start_ms: int, end_ms: int) -> np.ndarray:
    """Four syllables a second, with a pause of 0.4 s every 2 s."""
    lips = 0.12 + 0.12 * np.sin(2 * np.pi * 4.1 * t / 1000)
    return np.where((t >= start_ms) & (t < end_ms) & (t % 2_000 > 400), lips, 0.02)


@pytest.mark.parametrize("rate_hz", [7, 10, 20])
def test_speech_is_one_stretch_and_silence_with_an_open_mouth_is_none(rate_hz: float) -> None:
    t = sampled(rate_hz, 30)
    spoken = speaking(t, talking(t, 10_000, 20_000) + noise(t, 0.004))
    assert not spoken[t < 10_000].any() and spoken[(t > 11_500) & (t < 20_000)].all()
    assert not spoken[t > 22_500].any()
    assert not speaking(t, 0.4 + noise(t, 0.004)).any()


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_live_and_afterwards_the_same_people_speak(seed: int) -> None:
    rng, watch = np.random.default_rng(seed), SpeakingDetector()
    t = np.cumsum(rng.integers(40, 400, 150))
    mouth = np.abs(np.cumsum(rng.normal(0, 0.02, 150)))
    mouth[rng.random(150) < 0.2] = np.nan
    live, motion = [], []
    for at, value in zip(t.tolist(), mouth.tolist(), strict=True):
        live.append(watch.update(at, value))
        motion.append(np.nan if np.isnan(value) else watch.motion)
    np.testing.assert_allclose(motion, mouth_motion(t, mouth), atol=1e-9)
    assert live == speaking(t, mouth).tolist()


def test_the_step_of_a_beginning_smile_and_a_yawn_are_no_speech() -> None:
    t = sampled(10, 20)
    smile = np.interp(t, [0, 5_000, 5_300, 20_000], [0.03, 0.03, 0.22, 0.22]) + noise(t, 0.015)
    yawn = np.interp(t, [0, 5_000, 6_500, 8_000, 9_500, 20_000], [0.05, 0.05, 0.6, 0.6, 0.05, 0.05])
    assert not speaking(t, smile).any()
    assert speaking(t, yawn).mean() < 0.25


def test_a_hidden_mouth_stops_speaking_after_a_pause() -> None:
    t, watch = np.arange(0, 5_000, 100), SpeakingDetector()
    assert [watch.update(int(at), float(m)) for at, m in zip(t, talking(t, 0, 9_000), strict=True)][-1]
    assert watch.update(5_100, None) and watch.update(5_800, None) and not watch.update(6_000, None)
    assert np.isnan(mouth_motion(t, np.full(len(t), np.nan))).all()


def test_the_floor_stays_with_whoever_has_it_until_another_clearly_moves_more() -> None:
    floor = Floor()
    assert floor.update({}) is None
    assert floor.update({1: 0.06, 2: 0.05}) == 1
    assert floor.update({1: 0.05, 2: 0.07}) == 1
    assert floor.update({1: 0.05, 2: 0.08}) == 2
    assert floor.update({1: 0.05, 2: float("nan")}) == 1
    assert floor.update({2: 0.03}) == 2
