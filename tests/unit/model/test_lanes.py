"""A frame's faces on several threads: the same answers, and only while it pays."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.lanes import CROWD, PAUSE_S, Lanes, SpareCores
from model.pipeline import make_pipeline
from tests.made.media import face_grid


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@given(st.integers(0, 60), st.integers(1, 4))
def test_every_face_is_done_once_and_in_order(count: int, threads: int) -> None:
    lanes = Lanes("first", lambda: "another", SpareCores(threads, always=True))
    assert lanes.each(count, lambda _, i: i * i) == [i * i for i in range(count)]
    parts = lanes.parts(count, lambda _, part: list(range(count))[part])
    assert [i for part in parts for i in part] == list(range(count)) and len(parts) <= threads


def test_each_thread_has_a_worker_of_its_own() -> None:
    used: dict[str, set[int]] = {}
    both = threading.Barrier(2, timeout=30)

    def work(worker: str, i: int) -> None:
        if i < 2:
            both.wait()
        used.setdefault(worker, set()).add(threading.get_ident())

    Lanes("first", lambda: "another", SpareCores(2, always=True)).each(20, work)
    assert set(used) == {"first", "another"} and used["first"] == {threading.get_ident()}
    assert used["first"].isdisjoint(used["another"])


@pytest.mark.parametrize("fails_at", [0, 11])
def test_what_goes_wrong_on_any_thread_is_raised(fails_at: int) -> None:
    def work(_: str, i: int) -> int:
        if i == fails_at:
            raise RuntimeError(f"face {i}")
        return i

    with pytest.raises(RuntimeError, match=f"face {fails_at}"):
        Lanes("first", lambda: "another", SpareCores(2, always=True)).each(12, work)


def test_few_faces_leave_the_second_core_alone() -> None:
    live, recording = SpareCores(2), SpareCores(2, always=True)
    assert [live.threads_for(faces) for faces in (0, 1, CROWD, CROWD + 1)] == [1, 1, 1, 2]
    assert [recording.threads_for(faces) for faces in (0, 1, 2, CROWD + 1)] == [1, 1, 2, 2]


def test_threads_that_only_waited_for_each_other_are_left_for_a_while() -> None:
    clock = Clock()
    cores = SpareCores(2, clock=clock)
    cores.gained(busy_s=0.019, passed_s=0.01)
    assert cores.threads_for(25) == 2
    cores.gained(busy_s=0.011, passed_s=0.01)
    assert cores.threads_for(25) == 1
    clock.now_s += PAUSE_S
    assert cores.threads_for(25) == 2


def test_two_threads_held_back_by_one_lock_are_told_from_two_that_run() -> None:
    """Both sleep in turns, so that less processor time than time passes."""
    cores, lock = SpareCores(2, clock=lambda: 0.0), threading.Lock()

    def work(_: str, i: int) -> None:
        with lock:
            time.sleep(0.001)

    Lanes("first", lambda: "another", cores).each(CROWD + 2, work)
    assert cores.threads_for(CROWD + 2) == 1


def test_a_meeting_is_read_alike_on_one_thread_and_on_two() -> None:
    alone, together = make_pipeline(), make_pipeline(cores=SpareCores(2, always=True))
    for i in range(6):
        frame = face_grid(4, 4, 1280, 720)
        seen = [one.observe(one.process(frame, 100 * i)) for one in (alone, together)]
        assert seen[0] == seen[1]
    assert len(seen[0]) == 16
