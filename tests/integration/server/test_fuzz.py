"""A small part of tests/bench/fuzz.py, always the same: damaged files are taken or refused in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import fuzz

SEED = 13


@pytest.mark.parametrize(
    ("kind", "count"),
    [(fuzz.media, 60), (fuzz.csvs, 200), (fuzz.training, 60)],
    ids=["media", "csvs", "training"],
)
def test_damaged_files_are_taken_or_refused_and_nothing_else_happens(
    kind: Callable[[int, int, Path], fuzz.Tally], count: int, tmp_path: Path
) -> None:
    tally = kind(count, SEED, tmp_path)
    assert tally.unforeseen == []
    assert tally.counts[fuzz.TAKEN] + tally.counts[fuzz.REFUSED] == count
    assert tally.counts[fuzz.REFUSED] > 0, "the faults were no faults"
