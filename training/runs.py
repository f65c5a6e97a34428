"""A run folder: what a killed training needs to go on exactly where the last whole epoch ended.

run.json       configuration and data sums: a run is only resumed with the same ones
state-NNN/     network.keras (weights and optimiser), average.npz; the newest whole one counts
log.csv        one row an epoch, written before the epoch's state
"""

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.datasets.arrays import sums_of
from training.errors import RunError
from training.heads import cross_entropy_of_heads
from training.schedule import WeightAverage

LOG = "log.csv"
FIGURES = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
LOG_WANTED = f"wanted a row of numbers for each epoch ({', '.join(FIGURES)}); restore it, or train again"
Log = list[dict[str, float]]
AFTERWARDS = ("refit", "crop", "runtime")
"""Parts of a configuration that say nothing of the training."""


@dataclass(frozen=True)
class Progress:
    """`epoch` whole epochs are done."""

    epoch: int
    network: keras.Model
    average: WeightAverage


def open_run(folder: Path, identity: dict[str, Any]) -> None:
    """Makes the folder, or checks that it holds a run of the same `identity`. Raises RunError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "run.json"
    wanted = json.dumps(identity, indent=1, sort_keys=True)
    if not path.exists():
        if any(folder.glob("state-*")):
            raise RunError(f"{path}: is missing, so nobody knows what this run was; delete the folder")
        beside = folder / "run.json.part"
        beside.write_text(wanted, encoding="utf-8")
        beside.replace(path)
    elif _trained_with(_identity(folder)) != _trained_with(json.loads(wanted)):
        raise RunError(
            f"{path}: this folder holds a run with another configuration or other data; "
            "give another --out, or delete the folder"
        )


def _trained_with(identity: dict[str, Any]) -> dict[str, Any]:
    config = {key: value for key, value in identity["config"].items() if key not in AFTERWARDS}
    return identity | {"config": config}


def begun_with(folder: Path) -> tuple[str, float]:
    """The configuration's name and ema_decay that a run folder was begun with. Raises RunError."""
    config = _identity(folder)["config"]
    try:
        return str(config["name"]), float(config["schedule"]["ema_decay"])
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder / 'run.json'}: its configuration cannot be read: {error!r}") from error


def check_run(folder: Path, config: dict[str, Any], data_files: Sequence[Path]) -> None:
    """Raises RunError when the run was trained with other values than `config` has, or on other files."""
    identity = _identity(folder)
    other = [key for key, value in config.items() if identity["config"].get(key) != value]
    if set(sums_of(data_files).values()) != set(identity["data"].values()):
        other.append(f"data ({', '.join(identity['data'])})")
    if other:
        raise RunError(
            f"{folder}: was trained with another {', '.join(other)}; give what it was trained with"
        )


def _identity(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    try:
        identity = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: wanted a run folder of training.train: {error}") from error
    if not isinstance(identity, dict) or not all(
        isinstance(identity.get(k), dict) for k in ("config", "data")
    ):
        raise RunError(f"{path}: wanted an object with the config and data of a run of training.train")
    return identity


def save_progress(folder: Path, progress: Progress) -> None:
    """Written beside, renamed, and only then the older state removed."""
    beside, final = folder / "state.part", folder / f"state-{progress.epoch:03d}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    progress.network.save(beside / "network.keras")
    average = {f"w{i:04d}": w for i, w in enumerate(progress.average.weights)}
    np.savez(beside / "average.npz", updates=progress.average.updates, **average)  # type: ignore[arg-type]
    beside.rename(final)
    for old in folder.glob("state-*"):
        if old != final:
            shutil.rmtree(old)


def load_progress(folder: Path, ema_decay: float) -> Progress | None:
    """The newest whole state, or None where the run has not ended an epoch. Raises RunError."""
    states = sorted(folder.glob("state-*"))
    if not states:
        return None
    try:
        loss = {cross_entropy_of_heads.__name__: cross_entropy_of_heads}
        network = keras.models.load_model(states[-1] / "network.keras", custom_objects=loss)
        with np.load(states[-1] / "average.npz") as arrays:
            weights = [arrays[name] for name in sorted(arrays.files) if name != "updates"]
            average = WeightAverage(weights, ema_decay, int(arrays["updates"]))
    except Exception as error:
        raise RunError(f"{states[-1]}: cannot be read ({error}); delete it to start the run again") from error
    return Progress(int(states[-1].name.removeprefix("state-")), network, average)


def finished_epochs(folder: Path, ema_decay: float) -> tuple[Progress, Log]:
    """The newest whole state and the rows of its epochs, with those of an epoch that was not saved left out.

    Raises RunError when there is none.
    """
    progress = load_progress(folder, ema_decay)
    rows = [row for row in read_log(folder) if progress is not None and row["epoch"] <= progress.epoch]
    if progress is None or not rows:
        raise RunError(f"{folder}: no finished epoch; wanted a run folder of training.train")
    return progress, rows


def append_log(folder: Path, row: dict[str, float | int]) -> None:
    """One epoch's figures; rows of epochs that a resumed run repeats are replaced."""
    rows = [r for r in read_log(folder) if r["epoch"] < row["epoch"]] + [row]
    beside = folder / (LOG + ".part")
    with beside.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows(rows)
    beside.replace(folder / LOG)


def read_log(folder: Path) -> Log:
    """The epochs so far, oldest first. Raises RunError."""
    path = folder / LOG
    if not path.exists():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    except (ValueError, TypeError, csv.Error) as error:
        raise RunError(f"{path}: {LOG_WANTED}; could not read it: {error}") from error
    if missing := [name for name in FIGURES for row in rows if name not in row]:
        raise RunError(f"{path}: {LOG_WANTED}; it has no {missing[0]!r}")
    return rows
