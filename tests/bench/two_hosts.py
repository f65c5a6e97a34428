"""Two hosts on one server, for minutes: `python -m tests.bench.two_hosts --json [--minutes 10]`.

Each has a stored and a running session. Both ask at the same time, over and over: every page with the other's
numbers and their own, every file of the other's, the stream of events. `answers`: so many; `leaks`: those
that hold a title, a name, a word or a number of the other's, by address; the command fails where one does.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.made.two_hosts import Host, files, looks, two_hosts

PAUSE_S = 0.3
"""Between two questions of a host, as a person would look."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, two_hosts(Path(folder)) as (ana, ben):
        until_s = time.monotonic() + 60 * minutes
        with ThreadPoolExecutor() as both:
            found = list(both.map(_ask, (ana, ben), (ben, ana), (until_s, until_s)))
    answers, leaks = sum(n for n, _ in found), sum((leaks for _, leaks in found), Counter[str]())
    print(json.dumps({"minutes": minutes, "answers": answers, "leaks": dict(leaks)}, indent=1))
    raise SystemExit(bool(leaks))


def _ask(host: Host, other: Host, until_s: float) -> tuple[int, "Counter[str]"]:
    answers, leaks = 0, Counter[str]()
    while time.monotonic() < until_s:
        for address, told in _everything(host, other):
            answers += 1
            time.sleep(PAUSE_S)
            leaks[f"{host.name}: {address}"] += any(word.encode() in told for word in other.words)
        leaks[f"{host.name}: events"] += host.sessions_told() != {host.running}
    return answers, +leaks


def _everything(host: Host, other: Host) -> Iterator[tuple[str, bytes]]:
    yield from looks(host, other)
    for number in (other.kept, other.running):
        for path, status, content in files(host, number):
            yield f"{number}/{path}", content if status == 404 else "".join(other.words).encode()


if __name__ == "__main__":
    main()
