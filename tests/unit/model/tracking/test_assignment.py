"""The best assignment, against trying everything; and the figures of tracking, against worked examples."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from model.faces import Faces
from model.tracking.assignment import best_assignment
from tests.bench.moving_grid import TrueFace
from tests.bench.tracking_figures import Tally

LIMIT = 0.6


def total(costs: NDArray[np.float64], pairs: list[tuple[int, int]]) -> float:
    """Whoever is alone costs LIMIT, once for a pair that was not made."""
    return float(sum(costs[pair] for pair in pairs) + LIMIT * (min(costs.shape) - len(pairs)))


def smallest_total(costs: NDArray[np.float64]) -> float:
    rows, columns = costs.shape
    best: float = LIMIT * min(rows, columns)
    for many in range(1, min(rows, columns) + 1):
        for chosen in combinations(range(rows), many):
            for places in permutations(range(columns), many):
                best = min(best, total(costs, list(zip(chosen, places, strict=True))))
    return best


costs_up_to_4x4 = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=4),
    elements=st.one_of(st.floats(-1, 1), st.just(np.inf)),
)


@settings(max_examples=60)
@given(costs_up_to_4x4)
def test_no_other_assignment_is_cheaper(costs: NDArray[np.float64]) -> None:
    pairs = best_assignment(costs, LIMIT)
    assert total(costs, pairs) == pytest.approx(smallest_total(costs))


@settings(max_examples=60)
@given(costs_up_to_4x4)
def test_nobody_is_given_away_twice_or_too_dear(costs: NDArray[np.float64]) -> None:
    pairs = best_assignment(costs, LIMIT)
    assert pairs == sorted(pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(costs[pair] < LIMIT for pair in pairs)


def test_the_cheapest_pair_gives_way_to_a_better_whole() -> None:
    assert best_assignment(np.array([[0.1, 0.2], [0.2, 0.5]]), 1) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_is_assigned_to_nobody(shape: tuple[int, int]) -> None:
    assert best_assignment(np.empty(shape), 1) == []


def test_an_unknown_cost_is_no_pair() -> None:
    assert best_assignment(np.array([[np.nan, 0.3], [np.inf, np.nan]]), 1) == [(0, 1)]


BOXES = ((0.0, 0.0, 10.0, 10.0), (50.0, 0.0, 60.0, 10.0))


def tallied(*frames: dict[int, int]) -> Tally:
    """Each frame says which number was given to whom; 0: seen by nobody. Person i stays in box i."""
    tally = Tally()
    for frame in frames:
        truth = [TrueFace(person, BOXES[person]) for person in frame]
        numbered = {person: number for person, number in frame.items() if number}
        boxes = np.array([BOXES[person] for person in numbered], np.float32).reshape(-1, 4)
        tracked = Faces(
            boxes, np.ones(len(boxes), np.float32), track_id=np.array([*numbered.values()], np.int64)
        )
        tally.add(truth, tracked)
    return tally


def test_perfect_tracking_scores_one() -> None:
    found = tallied({0: 7, 1: 9}, {0: 7, 1: 9}, {1: 9})
    assert (found.idf1, found.switches, found.fragments, found.borrowed) == (1, 0, 0, 0)


def test_a_number_that_changes_counts_for_its_longer_part_only() -> None:
    found = tallied({0: 1}, {0: 1}, {0: 1}, {0: 2})
    assert found.idf1 == pytest.approx(3 / 4)
    assert (found.switches, found.fragments, found.borrowed) == (1, 1, 0)


def test_two_who_exchange_their_numbers_are_two_switches_and_borrow() -> None:
    found = tallied({0: 1, 1: 2}, {0: 1, 1: 2}, {0: 2, 1: 1})
    assert found.idf1 == pytest.approx(2 / 3)
    assert (found.switches, found.borrowed) == (2, 2)


def test_a_missed_face_is_a_fragment_and_no_switch() -> None:
    found = tallied({0: 1}, {0: 0}, {0: 1}, {0: 1})
    assert found.idf1 == pytest.approx(2 * 3 / (4 + 3))
    assert (found.switches, found.fragments) == (0, 1)


def test_a_number_without_a_true_face_lowers_the_score() -> None:
    tally = Tally()
    tally.add([], Faces(np.array([BOXES[0]], np.float32), np.ones(1, np.float32), track_id=np.array([1])))
    tally.add([TrueFace(0, BOXES[0])], Faces.none().having(track_id=np.empty(0, np.int64)))
    assert tally.idf1 == 0
