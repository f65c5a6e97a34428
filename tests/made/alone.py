"""Commands in a network namespace with nothing but `lo`.

Ray talks to the machine's own interface address, even when told 127.0.0.1; a test shall be heard by nobody.
"""

import importlib.util
import shutil
import subprocess
from functools import cache

import pytest

_UP = 'ip link set lo up && exec "$@"'


def alone(*command: str) -> list[str]:
    """The command, in a namespace of its own."""
    return ["unshare", "--net", "--", "sh", "-c", _UP, "sh", *command]


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
