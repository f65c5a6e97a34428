"""Where a network came from, for its card: only what was looked up or counted."""

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from model.card import load_card
from model.errors import ArtifactError
from training.cleaning import copies
from training.datasets import LabelledImages
from training.datasets.arrays import sha256_of, sums_of

PACKAGES = ("tensorflow", "keras", "numpy", "ai-edge-litert", "jax", "torch")
UNKNOWN = "unknown"


def git_revision() -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return done.stdout.strip()


def versions() -> dict[str, str]:
    """Of the packages that made the network, those that are installed."""
    installed = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    return installed


@dataclass(frozen=True)
class Provenance:
    """Array files and what `training.prepare` said of each: `sums` by name, `reports` in their order, None
    for a file beside which no report on exactly its bytes lies."""

    sums: dict[str, str]
    reports: tuple[dict[str, Any] | None, ...]

    @classmethod
    def of(cls, files: Sequence[Path]) -> Self:
        sums = sums_of(files)
        reports = [_report_on(*each) for each in zip(files, sums.values(), strict=True)]
        return cls(sums, tuple(reports))

    @property
    def name(self) -> str:
        """What the data are called, as whoever prepared them said."""
        names = [_called(report) if report else UNKNOWN for report in self.reports]
        return ", ".join(dict.fromkeys(names))

    @property
    def cleaning(self) -> dict[str, Any]:
        """The first file's report that is known; {} without one."""
        return next((report for report in self.reports if report), {})

    def notes(self, data: LabelledImages) -> list[str]:
        """Sentences for the card on copies across splits and on files of unknown making."""
        copied = int(copies(data)[1].sum())
        said = [
            f"{copied} training images are pixel copies of test images: the figures flatter the network."
            if copied
            else "No training image is a pixel copy of a test image."
        ]
        named = zip(self.sums, self.reports, strict=True)
        if unknown := [name for name, report in named if report is None]:
            wanted = "no report of training.prepare on exactly these bytes lies beside it"
            said += [f"How {name} was made is unknown: {wanted}." for name in unknown]
        return said


def _report_on(path: Path, sha256: str) -> dict[str, Any] | None:
    try:
        found = json.loads(path.with_suffix(".report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("sha256") == sha256 else None


def _called(report: dict[str, Any]) -> str:
    return str(report.get("name") or ", ".join(map(str, report.get("sources") or [UNKNOWN])))


def weights_of(file: Path) -> str:
    """What a Keras file learned from, as the card says in whose artifact it lies; or that nobody knows."""
    with suppress(ArtifactError, OSError):
        card = load_card(file.parent)
        if card.files.get(file.name) == sha256_of(file):
            return f"weights trained on {card.datasets.get('name', UNKNOWN)}"
    return f"the weights in {file.name}, whose data are unknown"
