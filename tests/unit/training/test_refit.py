"""The head of people fitted to features: what it learns of whom, and when it may be called sure."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier import softmax
from training.away import Told, calibrated_away
from training.away import fitted as calibration
from training.config import Refit
from training.datasets import LabelledImages
from training.errors import ConfigError
from training.features import Head, Trunk, fitted
from training.heads import WIDTH
from training.people_head import (
    NEUTRAL,
    Measured,
    acted_faces,
    crossed,
    figures,
    people_head,
    voted_photos,
    without,
)

NOTHING = Head(np.zeros((9, WIDTH)), np.zeros(WIDTH))
VOTES_FOR = {0: 4, 3: 1, NEUTRAL: 0}
"""Columns of the FER+ votes for angry, happy and neutral."""


def features(labels: NDArray[np.int64], seed: int, noise: float = 0.3) -> NDArray[np.float32]:
    """Seven columns that tell the class, two that tell nothing."""
    told = np.concatenate([np.eye(WIDTH)[labels], np.zeros((len(labels), 2))], axis=1)
    return np.asarray(told + np.random.default_rng(seed).normal(0, noise, told.shape), np.float32)


def voted(n: int = 210) -> Measured:
    """Photos that voters call angry, happy or neutral in turn, all ten of one mind."""
    labels = np.array([0, 3, NEUTRAL])[np.arange(n) % 3]
    images = LabelledImages.of(np.zeros((n, 48, 48), np.uint8), labels, np.zeros(n))
    images.votes[:] = 0
    images.votes[np.arange(n), [VOTES_FOR[int(label)] for label in labels]] = 10
    return Measured(images, features(labels, 1))


def acted(shift: float = 0.0, n: int = 60) -> Measured:
    """Ten people, angry and happy; `shift` moves what tells angry into a column of its own."""
    labels = np.array([0, 3])[np.arange(n) % 2]
    names = [f"p{i // 2 % 10}" for i in range(n)]
    images = LabelledImages.of(np.zeros((n, 48, 48), np.uint8), labels, np.zeros(n), subject=names)
    seen = features(labels, 2, 0.1)
    seen[labels == 0, 0] -= shift
    seen[labels == 0, 8] += shift
    return Measured(images, seen)


def test_a_head_without_pull_tells_the_classes_apart_and_one_held_fast_stays() -> None:
    part = voted()
    targets = np.eye(WIDTH, dtype=np.float32)[part.images.y]
    ones = np.ones(len(targets), np.float32)
    free = fitted(part.features, targets, ones, NOTHING, 1e-4)
    assert (free.logits(part.features).argmax(axis=1) == part.images.y).mean() > 0.9
    held = fitted(part.features, targets, ones, NOTHING, 1e4)
    assert np.abs(held.kernel).max() < 1e-3


def test_acted_faces_teach_what_photos_do_not_show() -> None:
    how, sets = Refit(posed_share=1.0, pull=1e-4, vote_weight=1), [acted(shift=2.0)]
    left_out = figures(without(voted(), sets, 0, NOTHING, how), sets[0].images)
    by_fold = figures(crossed(voted(), sets, 0, NOTHING, how, folds=5), sets[0].images)
    assert left_out.per_class["angry"].recall < 0.3
    assert by_fold.per_class["angry"].recall > 0.6
    assert by_fold.subjects == 10


class Seen(Trunk):
    """A trunk whose only feature is an image's mean grey value."""

    def __init__(self) -> None:
        pass

    def seen(self, x: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(x.mean(axis=(1, 2), keepdims=True)[..., 0], np.float32)


def test_photos_are_learned_of_as_they_are_or_each_as_two_changes_leave_it() -> None:
    photos = voted(20).images
    photos.x[:] = np.arange(20, dtype=np.uint8)[:, None, None] * 12
    plain = voted_photos(Seen(), photos, Refit(images=15))
    twice = voted_photos(Seen(), photos, Refit(images=15, changed=["mild", "strong"]))
    assert (len(plain.images), len(twice.images), len(twice.features)) == (15, 30, 30)
    assert (twice.images.y[:15] == plain.images.y).all()
    assert (twice.images.y[15:] == plain.images.y).all()
    assert not np.allclose(twice.features[:15], twice.features[15:])
    again = voted_photos(Seen(), photos, Refit(images=15, changed=["mild", "strong"]))
    np.testing.assert_array_equal(again.features, twice.features)


def test_acted_faces_are_learned_of_changed_and_asked_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.people_head.COPIES", 50)
    images = acted(n=30).images
    images.x[:] = np.arange(30, dtype=np.uint8)[:, None, None] * 8
    part = acted_faces(Seen(), images, (1.0,), Refit(posed_changed=["mild", "strong"]))
    assert (len(part.images), part.copies) == (30 + 2 * 60, 2 * 60)
    assert (part.images.y == np.tile(images.y, 5)).all()
    plain = part.as_they_are()
    np.testing.assert_allclose(plain.features[:, 0], images.x[:, 0, 0], atol=0.5)
    assert np.abs(part.features[30:60] - plain.features).max() > 5


def test_people_are_left_out_with_their_copies() -> None:
    """Each one's copies show a column of their own: whoever learned of them would know the person by it."""
    posed, how = acted(n=40), Refit(posed_share=1.0, pull=1e-3, vote_weight=1)
    labels = np.random.default_rng(5).integers(0, 2, 10) * NEUTRAL
    person = np.unique(posed.images.subject, return_inverse=True)[1]
    posed.images.y[:] = labels[person]
    seen = np.concatenate([np.zeros((40, 9)), np.eye(10)[person]], axis=1).astype(np.float32)
    photos = replace(voted(), features=np.pad(voted().features, ((0, 0), (0, 10))))
    twice = Measured(posed.images.take(np.tile(np.arange(40), 2)), np.tile(seen, (2, 1)), copies=40)
    nothing = Head(np.zeros((19, WIDTH)), np.zeros(WIDTH))
    by_fold = crossed(photos, [twice], 0, nothing, how, folds=5)
    assert len(by_fold) == len(without(photos, [twice], 0, nothing, how)) == 40
    known = people_head(photos, [twice], nothing, how).logits(seen)
    assert (known.argmax(axis=1) == posed.images.y).all() > (by_fold.argmax(axis=1) == posed.images.y).all()


def test_a_bias_is_added_to_the_logits_of_its_class() -> None:
    how, bias = Refit(pull=1e-3), [0.0, 0.5, 0.0, 0.0, -1.0, 0.0, 0.0]
    plain = people_head(voted(), [acted()], NOTHING, how)
    moved = people_head(voted(), [acted()], NOTHING, replace(how, bias=bias))
    np.testing.assert_allclose(moved.bias - plain.bias, bias, atol=1e-6)
    with pytest.raises(ConfigError, match="bias: wanted 7 numbers, got 2"):
        Refit(bias=[0.0, 1.0])


def test_a_head_to_begin_from_is_one_of_the_two() -> None:
    with pytest.raises(ConfigError, match="begin: wanted one of"):
        Refit(begin="teacher")
    with pytest.raises(ConfigError, match="changed: wanted some of"):
        Refit(changed=["mildly"])


def test_acted_faces_do_not_make_neutral_rare() -> None:
    part, how = voted(), Refit(posed_share=1.0, pull=1e-3, adjustment=0)
    head = people_head(part, [acted()], NOTHING, how)
    neutral = part.images.y == NEUTRAL
    assert (head.logits(part.features)[neutral].argmax(axis=1) == NEUTRAL).mean() > 0.9


def told(name: str, confidence: float, right: float, n: int = 400) -> Told:
    """Two classes named with one confidence, right in a share of them; forty people."""
    random = np.random.default_rng(len(name))
    labels = random.integers(0, 2, n)
    named = np.where(random.random(n) < right, labels, 1 - labels)
    logits = np.full((n, WIDTH), -9.0, np.float32)
    edge = np.log(confidence / (1 - confidence)) * random.uniform(0.2, 1.8, n)
    logits[np.arange(n), named], logits[np.arange(n), 1 - named] = edge, 0
    return Told(name, logits, labels, np.array([f"{i % 40}" for i in range(n)]))


def test_what_is_too_sure_away_is_softened_and_says_less() -> None:
    home, away = told("home", 0.85, 0.85), told("away", 0.95, 0.6)
    found = calibration([home, away])
    assert found["temperature"] > 1
    assert found["min_share"] > 0.3
    _, honest = calibrated_away(home, [away])
    before = softmax(away.logits, 1.0).max(axis=1).mean() - 0.6
    assert honest["ece"] < before
    assert (honest["sets"], honest["n"]) == (["away"], 400)


def test_who_is_judged_was_not_fitted_to(monkeypatch: pytest.MonkeyPatch) -> None:
    from training import away as module

    seen: list[set[str]] = []
    whole = module.fitted

    def noted(sets: list[Told]) -> dict[str, float]:
        assert sets[1].subject is not None
        seen.append(set(sets[1].subject.tolist()))
        return whole(sets)

    monkeypatch.setattr(module, "fitted", noted)
    module.crosswise(told("home", 0.8, 0.8), [told("away", 0.9, 0.7)])
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == 40
