"""Bad pictures made from good ones, and what is reported of a network that sees them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.emotions import EMOTIONS, Certainty
from training.adapters import PREDICTED_AT_ONCE
from training.datasets import CKPLUS_CLASSES, PUBLIC_TEST, TRAINING, LabelledImages
from training.degradations import (
    DEGRADATIONS,
    EYES,
    MOUTH,
    Degradation,
    blurred,
    covered,
    darkened,
    noisy,
    over_exposed,
    shrunk,
    turned,
)
from training.errors import DataError
from training.robustness import CLEAN, measured, robustness

Images = NDArray[np.uint8]


def drawn(seed: int, n: int, darkest: int, lightest: int) -> Images:
    """n images of noise between two grey values, which may be one."""
    ends = sorted((darkest, lightest))
    return np.random.default_rng(seed).integers(ends[0], ends[1] + 1, (n, 48, 48)).astype(np.uint8)


grey = st.integers(0, 255)
faces = st.builds(drawn, st.integers(0, 1000), st.integers(0, 3), grey, grey)
few = settings(max_examples=25, deadline=None)
every_degradation = pytest.mark.parametrize("degradation", DEGRADATIONS, ids=lambda d: d.name)


@every_degradation
@few
@given(images=faces)
def test_images_stay_images_and_the_originals_as_they_were(degradation: Degradation, images: Images) -> None:
    before = images.copy()
    changed = degradation.apply(images)
    assert changed.shape == images.shape
    assert changed.dtype == np.uint8
    np.testing.assert_array_equal(images, before)


@every_degradation
@few
@given(images=faces)
def test_each_image_is_changed_for_itself_and_always_alike(degradation: Degradation, images: Images) -> None:
    together = degradation.apply(images)
    for i in range(len(images)):
        np.testing.assert_array_equal(together[i], degradation.apply(images[i : i + 1])[0])


def test_every_condition_has_its_own_name_and_a_sentence() -> None:
    assert len({d.name for d in DEGRADATIONS}) == len(DEGRADATIONS) == 10
    assert all(d.what for d in DEGRADATIONS)


def some_faces(n: int = 4) -> Images:
    return np.random.default_rng(1).integers(0, 256, (n, 48, 48)).astype(np.uint8)


@few
@given(faces, st.floats(0, 1))
def test_darkness_takes_light_and_never_gives_any(images: Images, factor: float) -> None:
    assert np.all(darkened(images, factor) <= images)
    np.testing.assert_array_equal(darkened(images, 1.0), images)


@few
@given(faces, st.floats(1, 4), st.floats(0, 100))
def test_over_exposure_only_brightens_and_ends_at_white(images: Images, factor: float, offset: float) -> None:
    changed = over_exposed(images, factor, offset)
    assert np.all(changed >= images)
    assert np.all(changed[images > 255 / factor] == 255)


@pytest.mark.parametrize("change", [lambda x: blurred(x, 1.5), lambda x: shrunk(x, 24)])
def test_detail_is_lost_and_the_mean_stays(change: Any) -> None:
    images = some_faces()
    changed = change(images)
    assert changed.std() < 0.6 * images.std()
    assert changed.mean() == pytest.approx(images.mean(), abs=1.5)


def test_the_smaller_the_face_the_more_is_lost() -> None:
    kept = [float(shrunk(some_faces(), side).std()) for side in (48, 24, 16, 8)]
    assert kept == sorted(kept, reverse=True)
    np.testing.assert_array_equal(shrunk(some_faces(), 48), some_faces())


def test_noise_has_the_strength_it_names_and_differs_from_image_to_image() -> None:
    even = np.stack([np.full((48, 48), value, np.uint8) for value in (120, 130)])
    noise = noisy(even, 15.0).astype(int) - even
    assert noise.std() == pytest.approx(15, rel=0.05)
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("place", [EYES, MOUTH])
def test_nothing_beside_the_covered_place_changes(place: tuple[slice, slice]) -> None:
    images = some_faces()
    changed = covered(images, place)
    outside = np.ones((48, 48), bool)
    outside[place] = False
    np.testing.assert_array_equal(changed[:, outside], images[:, outside])
    assert np.all(changed[:, *place].std(axis=(1, 2)) == 0)


def test_a_face_is_turned_clockwise() -> None:
    upright = np.zeros((1, 48, 48), np.uint8)
    upright[0, 4:12, 20:28] = 200  # above the middle
    [quarter] = turned(upright, 90.0)
    rows, columns = np.nonzero(quarter > 100)
    assert columns.mean() > 35 and 20 <= rows.mean() <= 28
    np.testing.assert_array_equal(turned(upright, 0.0), upright)


class BarReader:
    """Knows the class from the height of a bright bar, as `barred` draws it."""

    name, head, runtime_file, temperature, certainty = "bars", "fer2013", "none", 1.0, Certainty()

    def logits(self, crops: Images) -> NDArray[np.float32]:
        bars = crops[:, : 6 * len(EMOTIONS)].reshape(len(crops), len(EMOTIONS), -1)
        return np.asarray(bars.mean(axis=2) / 50, np.float32)

    def scores(self, crops: Images) -> NDArray[np.float32]:
        raise NotImplementedError


def barred(n: int, classes: tuple[str, ...] | None = None) -> LabelledImages:
    labels = np.arange(n) % 7
    x = np.full((n, 48, 48), 60, np.uint8)
    for image, label in zip(x, labels, strict=True):
        image[label * 6 : label * 6 + 6] = 200
    usage = np.where(np.arange(n) < n // 2, TRAINING, PUBLIC_TEST)
    return LabelledImages.of(x, labels, usage, **({"classes": classes} if classes else {}))


def test_every_condition_is_compared_with_the_clean_images_of_the_test_split() -> None:
    figures = robustness(BarReader(), barred(140))
    assert (figures.n, figures.split, figures.clean.accuracy) == (70, "PublicTest", 1.0)
    assert [c.name for c in figures.conditions] == [d.name for d in DEGRADATIONS]
    for condition in figures.conditions:
        assert condition.difference == pytest.approx(condition.accuracy - 1)
        low, high = condition.ci95 or (1, 0)
        assert low <= condition.accuracy <= high
    by_name = {c.name: c for c in figures.conditions}
    assert by_name["turned 30 degrees"].accuracy < 1
    dark, clean = by_name["darkness"].not_sure_share, figures.clean.not_sure_share
    assert dark is not None and clean is not None and dark > clean


def test_it_makes_no_difference_that_images_come_in_parts() -> None:
    images = barred(2100)
    whole = measured(BarReader(), images, CLEAN)
    assert (whole.accuracy, len(images) > PREDICTED_AT_ONCE) == (1.0, True)


def test_data_without_one_known_class_are_refused() -> None:
    images = barred(14, CKPLUS_CLASSES)
    with pytest.raises(DataError, match="none of the classes"):
        robustness(BarReader(), images.take(images.y == CKPLUS_CLASSES.index("contempt")))
