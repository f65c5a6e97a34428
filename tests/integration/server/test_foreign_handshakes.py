"""A hundred foreign pages knock while a session runs: nobody outside is asked, and analysis goes on."""

import ipaddress
from pathlib import Path

from tests.bench.attack import Recording, knock, recording
from tests.made.system_calls import needs_strace, read_account, traced_to
from tests.made.waiting import wait_until

HANDSHAKES = 100
MUCH_SLOWER = 5
"""So many times rarer is more than a machine that others use changes; the fault made it 55."""


@needs_strace
def test_a_hundred_foreign_handshakes_slow_no_analysis_and_make_no_connection(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with recording(traced_to(trace)) as running:
        first = analysed(running, 10)
        before = analysed(running, first["analysed"] + 20)
        refused = sum(knock(running.port, number) for number in range(HANDSHAKES))
        told = analysed(running, before["analysed"] + 20)
        running.process.terminate()
        running.process.wait(60)
        account = read_account(trace, running.process.pid)
        stored, _ = running.stored()
    assert refused == HANDSHAKES
    assert stored >= told["analysed"]
    assert rate_hz(before, told) > rate_hz(first, before) / MUCH_SLOWER
    outside = {one for one in account.told if not ipaddress.ip_address(one).is_loopback}
    assert outside == set()


def analysed(running: Recording, frames: float) -> dict[str, float]:
    """What the session says as soon as so many frames are analysed."""
    wait_until(lambda: running.told()["analysed"] >= frames, 60)
    return running.told()


def rate_hz(first: dict[str, float], last: dict[str, float]) -> float:
    return (last["analysed"] - first["analysed"]) / (last["at_s"] - first["at_s"])
