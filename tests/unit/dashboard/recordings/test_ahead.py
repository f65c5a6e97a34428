"""Reading ahead: the same pictures in the same order, and nothing read after the end."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.recordings.ahead import read_ahead


@given(st.lists(st.integers()), st.integers(1, 4))
def test_what_is_read_ahead_comes_whole_and_in_order(numbers: list[int], ahead: int) -> None:
    assert list(read_ahead(numbers, ahead)) == numbers


def test_it_is_read_on_another_thread_and_not_further_than_asked_for() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for i in range(100):
            taken.append(threading.get_ident())
            yield i

    numbers = read_ahead(source(), 3)
    assert next(numbers) == 0
    numbers.close()
    assert len(taken) <= 4 and threading.get_ident() not in taken


def test_what_the_source_raises_comes_after_what_it_gave() -> None:
    def source() -> Iterator[int]:
        yield from (1, 2, 3)
        raise OSError("damaged")

    got: list[int] = []
    with pytest.raises(OSError, match="damaged"):
        got.extend(read_ahead(source()))
    assert got == [1, 2, 3]
