"""A hundred foreign pages knock while a session runs: nobody outside is asked, and no picture is late."""

import ipaddress
from pathlib import Path

from tests.bench.attack import knock, recording
from tests.made.system_calls import needs_strace, read_account, traced_to
from tests.made.waiting import wait_until

HANDSHAKES = 100
LATE_MS = 3_000


@needs_strace
def test_a_hundred_foreign_handshakes_make_no_picture_late_and_no_connection(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with recording(traced_to(trace)) as running:
        wait_until(lambda: running.told()["analysed"] >= 10, 60)
        before = running.told()["analysed"]
        refused = sum(knock(running.port, number) for number in range(HANDSHAKES))
        wait_until(lambda: running.told()["analysed"] >= before + 20, 60)
        told = running.told()
        running.process.terminate()
        running.process.wait(60)
        account = read_account(trace, running.process.pid)
        stored, _ = running.stored()
    assert refused == HANDSHAKES
    assert stored >= told["analysed"]
    assert told["latency_p95_ms"] < LATE_MS
    outside = {one for one in account.told if not ipaddress.ip_address(one).is_loopback}
    assert outside == set()
