"""Servers count as dead sooner in a program: `python -m tests.made.hasty DEAD_AFTER_S python -m MODULE ...`.

Half a minute without a beat is real; nobody learns more by waiting for all of it. Beats come faster, too.
"""

import runpy
import sys

from db import beats

SPARE_BEATS = 20


def hasty(dead_after_s: int) -> list[str]:
    """What a command begins with to run so."""
    return [sys.executable, "-m", __name__, str(dead_after_s)]


def main() -> None:
    """Runs MODULE in this process."""
    beats.DEAD_AFTER_S = int(sys.argv[1])  # first: whoever is imported from now on asks for it
    from dashboard.servers import heart

    heart.EVERY_S = beats.DEAD_AFTER_S / SPARE_BEATS
    _python, _m, module, *rest = sys.argv[2:]
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
