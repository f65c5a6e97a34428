"""What deploys Attune: the container holds all that runs, only the data changes, health is told."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.server import Server, free_port
from tests.integration.server.test_first_page import open_first_page

CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
UNIT = ROOT / "attune.service"
MOST_EXPOSED = 20
"""Tenths, as systemd counts what a service could do to its machine: 1.4 when written, 9.6 without limits."""


def copied_to(place: Path) -> None:
    """What the container copies of the program."""
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", CONTAINER, re.MULTILINE):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (place / target).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, place / target)


def files_in(place: Path) -> dict[str, int]:
    return {str(one.relative_to(place)): one.stat().st_mtime_ns for one in place.rglob("*") if one.is_file()}


def test_what_the_container_copies_runs_and_changes_nothing_but_its_data(tmp_path: Path) -> None:
    program, data = tmp_path / "program", tmp_path / "data"
    data.mkdir()
    copied_to(program)
    before = files_in(program)
    settings = {"HOME": str(data), "TMPDIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    with Server(data / "attune.db", tmp_path / "log", root=program, **settings) as server:
        assert "exception" not in open_first_page(server)
        done = healthy(f"{server.url}/health")
    assert done.returncode == 0, done.stderr
    assert files_in(program) == before
    assert {Path(name).name.partition("-")[0] for name in files_in(data)} == {"attune.db"}


def healthy(url: str, *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dashboard.healthy", "--url", url, *more],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/health"
    finally:
        server.shutdown()
        server.server_close()


def test_the_health_check_passes_on_a_good_answer_alone_and_repeats_a_bad_one() -> None:
    with answering(200, b"") as good:
        assert healthy(good).returncode == 0
    with answering(503, b"The disk is full.") as ill:
        done = healthy(ill)
    assert done.returncode == 1 and "503" in done.stderr and "The disk is full." in done.stderr
    gone = healthy(f"http://127.0.0.1:{free_port()}/health", "--wait", "0.1")
    assert gone.returncode == 1 and "refused" in gone.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_service_can_do_little_to_its_machine() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert "Unknown key" not in done.stderr


def test_neither_container_nor_service_runs_as_root() -> None:
    assert re.search(r"^USER 65534:65534$", CONTAINER, re.MULTILINE)
    assert "DynamicUser=yes" in UNIT.read_text(encoding="utf-8")
    assert "ProtectSystem=strict" in UNIT.read_text(encoding="utf-8")


def test_public_checks_run_what_everybody_runs_on_every_promised_python() -> None:
    told = (ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8")
    assert re.findall(r"- run: (.*)", told) == [".ci/run"]
    promised = ["3.11", "3.12", "3.13"]
    assert re.findall(r'"(3\.\d+)"', told) == promised
    assert f"Python {promised[0]} to {promised[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")
