"""The commands that a newcomer types, as they stand in the README."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.server import START_S, free_port, is_up
from tests.made.waiting import wait_until

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
        wait_until(lambda: process.poll() is not None or is_up(f"http://localhost:{port}"), START_S)
        return process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


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
