"""Many commands asked for their `--help`: `python -m tests.made.explained MODULE ...`.

For each, all of this program's code is imported anew, as in a process of its own; what takes most of the
time, the large libraries of others, is imported once. Prints a JSON object: module to status, output, errors.
"""

import importlib
import json
import runpy
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

OURS = {"dashboard", "db", "model", "pages", "tests", "training"}


def explained(module: str) -> tuple[int, str, str]:
    """Exit status, standard output and error of `python -m module --help`."""
    for name in [one for one in sys.modules if one.split(".")[0] in OURS]:
        del sys.modules[name]
    out, err = StringIO(), StringIO()
    sys.argv = [module, "--help"]
    with redirect_stdout(out), redirect_stderr(err):
        status = _run(module)
    return status, out.getvalue(), err.getvalue()


def _run(module: str) -> int:
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    importlib.import_module("aiortc")  # first: after TensorFlow its libsrtp ends the process
    print(json.dumps({module: explained(module) for module in sys.argv[1:]}))
