"""What each head of a network is taught of an image, and what changes of a picture are tried on it."""

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.card import DEFAULT_ARTIFACT, HEADS
from model.classifier import load_classifier, softmax
from training.augmentation import Augmentation
from training.batches import EpochBatches
from training.by_person import mean_recall_interval
from training.config import Config, Schedule, Targets
from training.datasets import LabelledImages
from training.distill import Distillation, Teachers, once_by, scored_by
from training.errors import RunError
from training.examples import Examples, taught_by
from training.heads import Floats, cross_entropy_of_heads, widened
from training.photometric import CHANGES, photometric

HAPPY, NEUTRAL = 3, 6
ALL_HAPPY = [0, 10, 0, 0, 0, 0, 0, 0, 0, 0]
ALL_NEUTRAL = [10, 0, 0, 0, 0, 0, 0, 0, 0, 0]
NO_FACE = [0, 0, 0, 0, 0, 0, 0, 3, 3, 4]
PLAIN = Targets(vote_weight=0, smoothing=0)


def images(labels: list[int], votes: list[list[int]] | None = None) -> LabelledImages:
    x = np.random.default_rng(0).integers(0, 256, (len(labels), 48, 48)).astype(np.uint8)
    found = LabelledImages.of(x, np.array(labels), np.zeros(len(labels)))
    if votes is not None:
        found.votes[:] = votes
    return found


def test_one_head_follows_the_label_and_the_other_the_votes() -> None:
    [row] = Examples(images([NEUTRAL], [ALL_HAPPY]), HEADS).targets(PLAIN)
    assert (row[:7].argmax(), row[7:].argmax()) == (NEUTRAL, HAPPY)
    np.testing.assert_allclose([row[:7].sum(), row[7:].sum()], 1)


def test_a_face_that_nobody_named_teaches_the_second_head_nothing() -> None:
    [row] = Examples(images([HAPPY], [NO_FACE]), HEADS).targets(Targets())
    assert row[:7].sum() == pytest.approx(1)
    assert not row[7:].any()


def test_a_teacher_that_was_asked_once_gives_its_share_of_the_first_heads_targets() -> None:
    examples = Examples(images([HAPPY, 0], [ALL_HAPPY, ALL_HAPPY]), HEADS)
    sure = np.eye(7, dtype=np.float32)[[NEUTRAL, NEUTRAL]]
    row = taught_by(examples, lambda _: sure, 0.25).targets(PLAIN)[1]
    np.testing.assert_allclose(row[[0, NEUTRAL]], [0.75, 0.25])
    assert row[7:].argmax() == HAPPY
    assert row[7:].max() == 1


def test_a_teacher_of_two_heads_teaches_each_head_what_its_own_says() -> None:
    x = images([HAPPY] * 6).x
    scores = scored_by(2.0, x, DEFAULT_ARTIFACT)
    assert scores.shape == (6, 14)
    for number, head in enumerate(HEADS):
        logits = load_classifier(DEFAULT_ARTIFACT, head=head).logits(x)
        np.testing.assert_allclose(scores[:, 7 * number :][:, :7], softmax(logits, 2.0), atol=1e-6)


def test_teachers_of_other_heads_than_each_others_are_named_before_any_of_them_works(tmp_path: Path) -> None:
    card = json.loads((DEFAULT_ARTIFACT / "card.json").read_text())
    one = card | {"heads": ["fer2013"], "head": "fer2013"}
    (tmp_path / "card.json").write_text(json.dumps(one))
    with pytest.raises(RunError, match=r"fer2013 and people, .* has fer2013$"):
        once_by([DEFAULT_ARTIFACT, tmp_path], Distillation())


def test_teachers_of_two_heads_leave_each_heads_targets_of_one_sum() -> None:
    one = keras.Sequential([keras.Input((48, 48, 1)), keras.layers.Flatten(), keras.layers.Dense(14)])
    images_and_targets = (np.zeros((3, 48, 48, 1), np.float32), np.zeros((3, 14), np.float32))
    taught = Teachers([one], Distillation(1.0, 1.5))(*images_and_targets)
    np.testing.assert_allclose(taught.reshape(3, 2, 7).sum(axis=2), 1, rtol=1e-5)


def first_batch(amount: Augmentation) -> tuple[Floats, Floats]:
    """What the student gets, and what its teacher sees of it."""
    shown = []

    def teach(clean: Floats, targets: Floats) -> Floats:
        shown.append(clean)
        return targets

    config = Config("made", schedule=Schedule(batch_size=8), augmentation=amount)
    seen = EpochBatches(config, Examples(images([HAPPY] * 8)), 0, teach)[0][0]
    return seen, shown[0]


STILL = Augmentation(mixup=0, erase=0, photometric=0)


def test_teachers_see_a_face_before_it_is_blurred_and_covered() -> None:
    seen, clean = first_batch(replace(STILL, erase=1, photometric=1))
    np.testing.assert_array_equal(clean, first_batch(STILL)[0])
    assert (np.abs(seen - clean).max(axis=(1, 2, 3)) > 2).all()


def test_images_are_mixed_for_the_teachers_as_for_the_student() -> None:
    seen, clean = first_batch(replace(STILL, mixup=5))
    np.testing.assert_array_equal(clean, seen)
    assert np.abs(seen - first_batch(STILL)[0]).max() > 2


def test_whatever_an_image_teaches_it_counts_as_one() -> None:
    examples = Examples(images([HAPPY] * 4, [ALL_HAPPY, NO_FACE, ALL_NEUTRAL, NO_FACE]), HEADS)
    weights = EpochBatches(Config("made"), examples, 0)[0][2]
    np.testing.assert_allclose(weights, 1, atol=1e-6)


def test_the_loss_is_the_sum_over_the_heads_that_learn_something() -> None:
    random = np.random.default_rng(1)
    logits = random.normal(size=(5, 14)).astype(np.float32)
    targets = np.eye(7, dtype=np.float32)[random.integers(0, 7, (2, 5))]
    one = keras.losses.CategoricalCrossentropy(from_logits=True, reduction="none")
    apart = [np.asarray(one(targets[i], logits[:, 7 * i : 7 * i + 7])) for i in (0, 1)]
    both = np.asarray(cross_entropy_of_heads(np.concatenate([*targets], axis=1), logits))
    np.testing.assert_allclose(both, apart[0] + apart[1], rtol=1e-5)
    targets[1] = 0
    first = np.asarray(cross_entropy_of_heads(np.concatenate([*targets], axis=1), logits))
    np.testing.assert_allclose(first, apart[0], rtol=1e-5)


def test_both_heads_begin_as_the_one_that_there_was() -> None:
    kernel, bias = np.arange(14.0).reshape(1, 1, 2, 7), np.arange(7.0)
    body, kernels, biases = widened([np.zeros(3), kernel, bias], 14)
    assert len(body) == 3
    np.testing.assert_array_equal(kernels[..., :7], kernels[..., 7:])
    np.testing.assert_array_equal(biases, np.tile(bias, 2))


@pytest.mark.parametrize("change", [change for change, _ in CHANGES])
@given(seed=st.integers(0, 10_000))
def test_every_change_keeps_size_and_range_and_its_source(change: object, seed: int) -> None:
    face = images([HAPPY]).x[0].astype(np.float32)
    before = face.copy()
    assert callable(change)
    after = change(face, np.random.default_rng(seed))
    assert (after.shape, after.dtype) == (face.shape, np.float32)
    assert 0 <= after.min() <= after.max() <= 255.01
    np.testing.assert_array_equal(face, before)


@pytest.mark.parametrize("change", [change for change, _ in CHANGES])
def test_most_changes_can_be_seen(change: object) -> None:
    face = images([HAPPY]).x[0].astype(np.float32)
    assert callable(change)
    seen = [np.abs(change(face, np.random.default_rng(seed)) - face).max() > 2 for seed in range(40)]
    assert np.mean(seen) > 0.9


def test_about_the_wanted_share_of_images_is_changed_and_the_others_are_as_they_were() -> None:
    faces = images([HAPPY] * 400).x.astype(np.float32)
    changed = (photometric(faces, 0.5, np.random.default_rng(0)) != faces).any(axis=(1, 2))
    assert 0.38 < changed.mean() < 0.6


def test_many_images_of_few_people_leave_a_wider_interval_than_as_many_people() -> None:
    labels = np.tile([0, 1], 100)
    predicted = np.where(np.arange(200) < 60, 0, labels)
    few = mean_recall_interval(labels, predicted, np.repeat(list("abcdefghij"), 20))
    many = mean_recall_interval(labels, predicted, np.arange(200).astype(str))
    recall = (1 + 70 / 100) / 2
    assert few[0] < many[0] < recall < many[1] < few[1]


def test_one_person_says_nothing_of_others() -> None:
    assert mean_recall_interval(np.array([0, 1]), np.array([0, 1]), np.array(["a", "a"])) == (0, 1)
