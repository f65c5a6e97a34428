"""The main ratios commit by commit: `python -m tests.bench.history` shows where one got worse.

Only ratios of one run are kept, for they change little from machine to machine: a benchmark called with
--record adds a line for each to tests/bench/history.csv, with the machine's load: where more runs than there
are cores, caches are shared and all ratios shrink. Smaller is better, but where a name ends in
`_times_as_fast`.
"""

import argparse
import csv
import os
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests import ROOT

FILE = ROOT / "tests" / "bench" / "history.csv"
COLUMNS = ("date", "commit", "load", "benchmark", "case", "ratio")
WORSE_BY = 0.05
MORE_IS_BETTER = "_times_as_fast"


def record(benchmark: str, ratios: Mapping[str, float | None], file: Path = FILE) -> None:
    """Add a line for each ratio that is known, with the commit it was measured on."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    new = not file.exists()
    with file.open("a", newline="", encoding="utf-8") as target:
        lines = csv.writer(target, lineterminator="\n")
        if new:
            lines.writerow(COLUMNS)
        load = round(os.getloadavg()[0], 1)
        today = datetime.now(UTC).date().isoformat()
        lines.writerows(
            (today, commit or "unknown", load, benchmark, case, ratio)
            for case, ratio in ratios.items()
            if ratio is not None
        )


def told(file: Path = FILE) -> list[str]:
    """One line for each benchmark and case: its ratios from old to new, and whether the last got worse."""
    series: dict[tuple[str, str], list[float]] = defaultdict(list)
    if file.exists():
        with file.open(newline="", encoding="utf-8") as source:
            for line in csv.DictReader(source):
                series[line["benchmark"], line["case"]].append(float(line["ratio"]))
    return [_sentence(*names, ratios) for names, ratios in sorted(series.items())]


def _sentence(benchmark: str, case: str, ratios: list[float]) -> str:
    line = f"{benchmark} {case}: {' '.join(f'{ratio:.3g}' for ratio in ratios[-8:])}"
    better = max if benchmark.endswith(MORE_IS_BETTER) else min
    before = better(ratios[:-1], default=ratios[-1])
    cost = before / ratios[-1] if better is max else ratios[-1] / before
    return f"{line}  WORSE than {before:.3g} by {cost - 1:.0%}" if cost > 1 + WORSE_BY else line


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    print("\n".join(told()) or f"Nothing is recorded yet in {FILE.name}: call a benchmark with --record.")


if __name__ == "__main__":
    main()
