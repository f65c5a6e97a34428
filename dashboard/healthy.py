"""Whether Attune answers on this machine and calls itself healthy: for containers, services and watches.

`python -m dashboard.healthy` ends with 0 or 1 and says why; with `--wait S` it gives a start S seconds.
"""

import argparse
import os
import sys
import time
import urllib.error
import urllib.request

PAUSE_S, PATIENCE_S = 0.5, 5.0


def problem(url: str) -> str | None:
    """Why `url` is not healthy, or None. No proxy is asked: the answer must be this machine's."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=PATIENCE_S):
            return None
    except OSError as error:  # an answer such as 503 is one, too
        told = error.read().decode("utf-8", "replace") if isinstance(error, urllib.error.HTTPError) else ""
        return " ".join(f"{error} {told}".split())


def main() -> int:
    """The command."""
    port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default=f"http://localhost:{port}/health", help="(%(default)s)")
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="S", help="seconds until it must be healthy"
    )
    given = parser.parse_args()
    until_s = time.monotonic() + given.wait
    while (found := problem(given.url)) is not None and time.monotonic() < until_s:
        time.sleep(PAUSE_S)
    if found is not None:
        print(f"{given.url}: {found}", file=sys.stderr)
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
