"""Who is who over hard cuts: a dark grey film, and people who take turns in one picture."""

from collections import defaultdict

import numpy as np
import pytest

from model.detection import make_detector
from model.faces import Faces
from model.tracking import Tracker
from tests.bench.tracking_figures import Tally
from tests.bench.turns import TURN_MS, stories
from tests.made.media import SHARED, needs_media, read_frames

pytestmark = needs_media

DARK_FILM = SHARED / "cases" / "t11_dark_bw_cuts_ABA.mp4"
WOMAN = range(101, 201)
"""Frames; the man is before and after."""


@pytest.mark.skipif(not DARK_FILM.is_file(), reason="the film is not beside the project")
@pytest.mark.parametrize("every", [2, 5])
def test_in_a_dark_grey_film_nobody_gets_the_number_of_another(every: int) -> None:
    tracker, detector, whose = Tracker(), make_detector("yunet"), defaultdict(set)
    frames, rate_hz = read_frames(DARK_FILM)
    for i in range(0, len(frames), every):
        found = tracker.update(detector.detect(frames[i]), round(i * 1000 / rate_hz), frames[i])
        assert found.track_id is not None
        for number in found.track_id.tolist():
            whose[number].add("woman" if i in WOMAN else "man")
    assert all(len(people) == 1 for people in whose.values())
    assert len(whose) == 2


def told(name: str, seed: int, rate_hz: float) -> dict[str, float]:
    """Figures of a short story whose faces are found where they are."""
    tracker, tally = Tracker(), Tally()
    for time_ms, image, truth in stories(seed)[name].frames(rate_hz, 6 * TURN_MS):
        boxes = np.array([face.box for face in truth], np.float32).reshape(-1, 4)
        tally.add(truth, tracker.update(Faces(boxes, np.ones(len(truth), np.float32)), time_ms, image))
    return tally.figures()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["two_apart", "slides_between"])
def test_two_who_take_turns_before_different_backgrounds_have_two_numbers(name: str, seed: int) -> None:
    found = told(name, seed, 5)
    assert (found["numbers_given"], found["borrowed_share"]) == (2, 0)


@pytest.mark.parametrize("name", ["two_apart_dark_grey", "film", "film_dark_grey", "window"])
def test_over_cuts_nobody_gets_the_number_of_another(name: str) -> None:
    assert told(name, 2, 5)["borrowed_share"] == 0
