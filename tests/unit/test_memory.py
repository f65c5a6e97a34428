"""Memory that is freed goes back while a session runs, and nothing goes on after it."""

import sys

import pytest

from dashboard.memory import give_back, give_back_while


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's way")
def test_freed_memory_can_be_given_back_here() -> None:
    assert give_back()


def test_it_is_done_until_the_session_is_over() -> None:
    left = [True, True, False]
    asked: list[bool] = []

    def running() -> bool:
        asked.append(left[len(asked)])
        return asked[-1]

    thread = give_back_while(running, every_s=0.01)
    thread.join(10)
    assert not thread.is_alive() and asked in (left, [True])


def test_its_thread_keeps_no_server_from_ending() -> None:
    assert give_back_while(lambda: False, every_s=0.01).daemon
