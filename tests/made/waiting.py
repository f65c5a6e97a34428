"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], within_s: float = 60.0) -> None:
    """Ask `condition` again and again, soon and then more rarely; fails when it is not true in `within_s`."""
    give_up_s, pause_s = time.monotonic() + within_s, 0.005
    while not condition():
        assert time.monotonic() < give_up_s, f"waited in vain for {within_s:g} s"
        time.sleep(pause_s)
        pause_s = min(1.2 * pause_s, 0.1)
