"""Debian's haproxy before two servers, by the project's own configuration, on ports of this machine alone."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.server import Server, free_port, is_up
from tests.made.waiting import wait_until

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
needs_haproxy = pytest.mark.skipif(HAPROXY is None, reason="no haproxy: apt-get install haproxy")


@contextmanager
def proxy(folder: Path, one: Server, two: Server) -> Iterator[int]:
    """haproxy on ports of this machine; its own port."""
    port, text = free_port(), (ROOT / "haproxy.cfg").read_text(encoding="utf-8")
    for was, now in (
        ("bind :8501", f"bind 127.0.0.1:{port}"),
        ("one:8501", f"127.0.0.1:{one.port}"),
        ("two:8501", f"127.0.0.1:{two.port}"),
    ):
        assert text.count(was) == 1
        text = text.replace(was, now)
    (folder / "haproxy.cfg").write_text(text, encoding="utf-8")
    assert HAPROXY is not None
    with subprocess.Popen([HAPROXY, "-f", str(folder / "haproxy.cfg")]) as process:
        try:
            wait_until(lambda: is_up(f"http://localhost:{port}"), 60)
            yield port
        finally:
            process.terminate()
