"""A tab between its threads: none of them ever sees half a change."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from random import Random

import numpy as np
import pytest

from dashboard.live.source_events import SourceEvent
from dashboard.live.tab import LiveTab
from dashboard.running.incoming import Incoming
from tests.made.tabs import SETUP, Opener

ROUNDS = 1_500
FRAME = np.zeros((4, 4, 3), np.uint8)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns after a microsecond, so that few rounds meet what takes hours otherwise."""
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before_s)


def script(tab: LiveTab, draw: Random) -> None:
    """What the page's script does, in one order of many."""
    told = (SourceEvent(number=n, kind="capturing", surface="camera") for n in count(1))
    does: tuple[Callable[[], object], ...] = (
        lambda: tab.agree(SETUP),
        lambda: tab.follow(True, False),
        lambda: tab.hear([next(told)]),
        lambda: tab.follow(False, draw.random() < 0.5),
        tab.reset,
    )
    for _ in range(ROUNDS):
        draw.choice(does)()


def stream(tab: LiveTab) -> None:
    tab.on_frame(Incoming.of(FRAME, time.monotonic()), True)
    tab.on_error(ValueError("a broken frame"))


def page(tab: LiveTab) -> None:
    now = tab.now()
    assert now.waiting_s() >= 0 and (now.wait_left_s() or 0) >= 0
    assert now.live is None or (now.setup is not None and now.over in (True, False))


@pytest.mark.usefixtures("hasty")
def test_every_thread_sees_a_tab_in_one_piece() -> None:
    tab, over = LiveTab(Opener()), threading.Event()
    faults: list[Exception] = []

    def again(look: Callable[[LiveTab], None]) -> None:
        while not over.is_set():
            try:
                look(tab)
            except Exception as fault:
                faults.append(fault)

    readers = [threading.Thread(target=again, args=(look,)) for look in (stream, page, page)]
    for reader in readers:
        reader.start()
    script(tab, Random(12))
    over.set()
    for reader in readers:
        reader.join()
    assert faults == []
