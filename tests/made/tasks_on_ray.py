"""Training's tasks on a cluster of this machine alone: `python -m tests.made.tasks_on_ray ARGUMENTS`.

Prints one JSON object: what became of single tasks, one of whose workers is killed, and of
cross-validation with these arguments.
"""

import io
import json
import os
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import ray

from training import crossval
from training.errors import DataError, TrainingError
from training.tasks import LOCAL, each


def squared(number: int) -> int:
    return number * number


def dies_once(marker: Path) -> int:
    """Kills its worker the first time."""
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 7


def dies(_marker: Path) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def fails(_number: int) -> int:
    raise DataError("wanted a number, got none")


def told_by(work: object, item: object) -> str:
    try:
        list(each(work, [item], LOCAL))  # type: ignore[arg-type]
    except TrainingError as error:
        return f"{isinstance(error, DataError)}: {error}"
    return ""


def main() -> None:
    ray.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as printed:
        found = {
            "squares": sorted(each(squared, [1, 2, 3, 4], LOCAL)),
            "killed_once": list(each(dies_once, [Path(folder) / "marker"], LOCAL)),
            "killed": told_by(dies, Path("dies")),
            "failed": told_by(fails, 1),
            "status": crossval.main([*sys.argv[1:], "--ray", LOCAL]),
        }
    print(json.dumps(found | {"printed": printed.getvalue()}))
    ray.shutdown()


if __name__ == "__main__":
    main()
