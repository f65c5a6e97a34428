"""Memory that is freed goes back while a session runs, and nothing goes on after it."""

import subprocess
import sys

import pytest

from dashboard.running.memory import AFTERWARDS, give_back, give_back_while

# glibc raises the threshold to the size of each mapped block that is freed; the second then lies in the heap.
MAPPED_AFTER_A_FREE = """
import ctypes
from dashboard.running.memory import keep_pictures_apart
if {apart}:
    assert keep_pictures_apart()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.free(libc.malloc(8_000_000))
block = libc.malloc(6_000_000)
heap = next(line.split()[0] for line in open("/proc/self/maps") if line.rstrip().endswith("[heap]"))
low, high = (int(end, 16) for end in heap.split("-"))
print(not low <= block < high)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's way")
def test_freed_memory_can_be_given_back_here() -> None:
    assert give_back()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's way")
@pytest.mark.parametrize("apart", [True, False])
def test_a_picture_keeps_a_mapping_of_its_own_only_when_asked_for(apart: bool) -> None:
    command = [sys.executable, "-c", MAPPED_AFTER_A_FREE.format(apart=apart)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == str(apart)


def test_it_is_done_until_the_session_is_over_and_its_networks_are_free() -> None:
    left = [True, True, *[False] * AFTERWARDS]
    asked: list[bool] = []

    def running() -> bool:
        asked.append(left[len(asked)])
        return asked[-1]

    thread = give_back_while(running, every_s=0.01)
    thread.join(10)
    assert not thread.is_alive() and asked in (left, [True])


def test_its_thread_keeps_no_server_from_ending() -> None:
    assert give_back_while(lambda: False, every_s=0.01).daemon
