"""Folds by subject: nobody on both sides, every image tested once, classes even."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made.media import DATA, needs_data
from training.datasets import LabelledImages
from training.datasets.arrays import load_arrays
from training.errors import DataError
from training.folds import subject_folds


def of_people(subjects: list[int], labels: list[int]) -> LabelledImages:
    n = len(subjects)
    names = [f"S{subject:03}" for subject in subjects]
    return LabelledImages.of(np.zeros((n, 48, 48), np.uint8), np.array(labels), np.zeros(n), subject=names)


people = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), min_size=2, max_size=60).filter(
    lambda rows: len({subject for subject, _ in rows}) >= 2
)


@given(people, st.integers(2, 10), st.integers(0, 99))
def test_nobody_is_ever_on_both_sides(rows: list[tuple[int, int]], k: int, seed: int) -> None:
    subjects, labels = [list(column) for column in zip(*rows, strict=True)]
    images = of_people(subjects, labels)
    k = min(k, len(set(subjects)))
    folds = subject_folds(images, k, seed)
    assert len(folds) == k
    for train, test in folds:
        assert len(train) and len(test)
        assert not set(images.subject[train].tolist()) & set(images.subject[test].tolist())
        assert sorted([*train.tolist(), *test.tolist()]) == list(range(len(images)))
    tested = np.concatenate([test for _, test in folds])
    assert sorted(tested.tolist()) == list(range(len(images)))


def test_classes_are_shared_out_exactly_where_subjects_allow() -> None:
    subjects = [subject for subject in range(20) for _ in range(7)]
    images = of_people(subjects, [label for _ in range(20) for label in range(7)])
    for _, test in subject_folds(images, 5, seed=1):
        assert list(images.take(test).per_class().values()) == [4] * 7


def test_a_seed_gives_the_same_folds_again_and_another_gives_others() -> None:
    images = of_people([i // 2 for i in range(60)], [i % 7 for i in range(60)])
    tests = {seed: [test.tolist() for _, test in subject_folds(images, 4, seed)] for seed in (1, 2)}
    assert [test.tolist() for _, test in subject_folds(images, 4, 1)] == tests[1] != tests[2]


def test_fewer_people_than_folds_is_an_error() -> None:
    with pytest.raises(DataError, match="at least 3 subjects for 3 folds, got 2"):
        subject_folds(of_people([1, 1, 2], [0, 1, 2]), 3, seed=0)
    with pytest.raises(DataError, match="folds: wanted at least 2, got 1"):
        subject_folds(of_people([1, 2], [0, 1]), 1, seed=0)


def test_unknown_people_are_an_error() -> None:
    images = LabelledImages.of(
        np.zeros((3, 48, 48), np.uint8), np.zeros(3), np.zeros(3), subject=["S001", "", "S002"]
    )
    with pytest.raises(DataError, match="1 of 3 have none"):
        subject_folds(images, 2, seed=0)


@needs_data
def test_ten_folds_of_ck_plus_all_have_every_class_in_nearly_its_share() -> None:
    images = load_arrays(DATA / "ckplus48.npz")
    tested = np.array(
        [list(images.take(test).per_class().values()) for _, test in subject_folds(images, 10, seed=0)]
    )
    shares = tested / tested.sum(axis=0)
    assert tested.min() >= 3
    assert shares.std(axis=0).mean() < 0.02
