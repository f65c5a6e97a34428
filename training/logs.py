"""A run's figures as TensorBoard reads them: `tensorboard --logdir RUN`."""

from pathlib import Path

from tensorboardX import SummaryWriter  # type: ignore[import-untyped]

TENSORBOARD = "tensorboard"


def log_to_tensorboard(folder: Path, row: dict[str, float | int]) -> None:
    """One epoch's figures, on whatever back end trains."""
    with SummaryWriter(str(folder / TENSORBOARD)) as writer:
        for name, value in row.items():
            if name != "epoch":
                writer.add_scalar(name, float(value), int(row["epoch"]))
