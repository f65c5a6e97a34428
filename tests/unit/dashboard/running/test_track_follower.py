"""What is followed from frame to frame: who attends most, and how fast a head turns."""

import numpy as np

from dashboard.running.track_follower import MostAttentive, TurnSpeed
from model.behaviour.gestures import head_speed_deg_s


def test_one_person_alone_is_never_the_most_attentive() -> None:
    attentive = MostAttentive()
    assert [attentive.update(100 * n, {1: 0.9}) for n in range(20)][-1] is None


def test_the_mark_does_not_change_at_a_flicker() -> None:
    attentive = MostAttentive()
    for n in range(100):
        attentive.update(100 * n, {1: 0.8, 2: 0.7})
    assert attentive.update(10_000, {1: 0.6, 2: 0.9}) == 1


def test_the_speed_of_a_head_is_that_of_the_report() -> None:
    times = np.arange(0, 4000, 100)
    yaw, pitch = 20 * np.sin(times / 400), 5 * np.cos(times / 300)
    speed = TurnSpeed()
    live = [speed.update(int(t), float(y), float(p)) for t, y, p in zip(times, yaw, pitch, strict=True)]
    assert np.allclose(live, head_speed_deg_s(times, yaw, pitch), equal_nan=True)
