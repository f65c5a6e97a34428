"""The commands that a newcomer types, as they stand in the README."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from tests import ROOT
from tests.browser.server import free_port

STREAMLIT = Path(sys.executable).with_name("streamlit")


def answers(command: list[str], port: int, folder: Path) -> bool:
    """Whether `command` brings up a server on `port`; the processes it started are ended again."""
    environment = {
        **os.environ,
        "STREAMLIT_SERVER_PORT": str(port),
        "ATTUNE_DATABASE_URL": f"sqlite:///{(folder / 'a.db').as_posix()}",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        return _comes_up(process, port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _comes_up(process: subprocess.Popen[bytes], port: int) -> bool:
    give_up_s = time.monotonic() + 60
    while time.monotonic() < give_up_s and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            time.sleep(0.2)
    return False


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"],
        [str(STREAMLIT), "run", "dashboard/app.py"],
    ],
    ids=["python -m streamlit run", "streamlit run"],
)
def test_the_plain_command_brings_the_server_up(command: list[str], tmp_path: Path) -> None:
    assert answers(command, free_port(), tmp_path)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
@pytest.mark.skipif(not (ROOT / ".venv" / ".run-installed").exists(), reason="not set up by make")
def test_make_run_starts_without_installing_again(tmp_path: Path) -> None:
    planned = subprocess.run(["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip" not in planned.stdout
    assert answers(["make", "run"], free_port(), tmp_path)


def test_the_server_listens_on_this_machine_only(tmp_path: Path) -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert 'address = "localhost"' in config and "gatherUsageStats = false" in config


def test_the_server_never_imports_tensorflow() -> None:
    modules = (
        "dashboard.running.opening, dashboard.live.page, dashboard.resources, dashboard.export.downloads"
    )
    script = f"import sys, {modules}; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
