"""Commands in a network namespace with nothing but `lo`.

Ray talks to the machine's own interface address, even when told 127.0.0.1; a test shall be heard by nobody.
"""

import importlib.util
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest

from tests import ROOT

_UP = 'ip link set lo up && exec "$@"'


def alone(*command: str) -> list[str]:
    """The command, in a namespace of its own."""
    return ["unshare", "--net", "--", "sh", "-c", _UP, "sh", *command]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Ray cluster of this machine alone. `pid`: of a process in its namespace; `token`: opens it."""

    pid: int
    address: str
    token: str

    def beside(self, *command: str) -> list[str]:
        """The command, in the cluster's namespace and with its token."""
        inside = ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--", "env"]
        return [*inside, *_opened_by(self.token), *command]


def _opened_by(token: str) -> list[str]:
    return ["RAY_AUTH_MODE=token", f"RAY_AUTH_TOKEN={token}"]


@contextmanager
def cluster(cores: int = 2) -> Iterator[Cluster]:
    """One that several commands can use: Ray takes seconds to start."""
    token = secrets.token_hex(32)
    command = alone("env", *_opened_by(token), sys.executable, "-m", "tests.made.ray_here", str(cores))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, "no cluster: see above"
        yield Cluster(process.pid, address, token)


@cache
def _can_be_alone() -> bool:
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    return subprocess.run(alone("true"), capture_output=True, check=False).returncode == 0


needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="no Ray: pip install -r requirements-cluster.txt"
)


def needs_a_namespace() -> None:
    """Skips the test where no network namespace can be made."""
    if not _can_be_alone():
        pytest.skip("no network namespace can be made here (unshare --net): Ray would speak to the network")
