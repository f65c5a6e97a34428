"""Networks trained on the same data, side by side: one row a run, on PublicTest.

`python -m training.architecture_table RUN ... --data F.npz --out model/artifacts/architectures.json`
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from training import metrics
from training.architectures import multiply_adds
from training.datasets import PUBLIC_TEST, LabelledImages
from training.datasets.arrays import load_all
from training.errors import DataError, TrainingError
from training.runs import begun_with, finished_epochs
from training.tasks import add_ray_option, each

WHAT = {
    "cnn": "One convolution, pooling, a dense layer",
    "cnn_augmented": "The same, with augmented images",
    "compact48": "SE-residual, half resolution from the start",
    "compact48_distilled": "The same, taught by two earlier runs (103 epochs before these)",
    "vgg16": "VGG16 of keras.applications, from random weights",
    "resnet50": "ResNet50 of keras.applications, from random weights",
}


def row_of(images: LabelledImages, folder: Path) -> dict[str, Any]:
    """One run folder's newest whole epoch on `images`. Raises RunError when it has none."""
    name, ema_decay = begun_with(folder)
    progress, log = finished_epochs(folder, ema_decay)
    network = progress.network
    network.set_weights(progress.average.weights)
    logits = network.predict(images.x[..., None].astype(np.float32), batch_size=128, verbose=0)
    predicted, labels = logits.argmax(axis=1), images.y.astype(np.int64)
    figures = metrics.named_right(labels, predicted)
    return {
        "name": name,
        "what": WHAT.get(name, ""),
        "parameters": int(network.count_params()),
        "multiply_adds": multiply_adds(network),
        "epochs": len(log),
        "minutes": round(sum(row["seconds"] for row in log) / 60, 1),
        "accuracy": figures.accuracy,
        "ci95": figures.ci95,
        "macro_f1": figures.macro_f1,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _write(out: Path, table: dict[str, Any]) -> None:
    beside = out.with_name(out.name + ".part")
    beside.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    beside.replace(out)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="training.architecture_table", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("run", nargs="+", type=Path, help="run folders of training.train")
    parser.add_argument("--data", required=True, nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path, help="JSON file to write")
    parser.add_argument("--note", default="", help="a sentence for readers, as on what else the machine did")
    add_ray_option(parser)
    options = parser.parse_args(arguments)
    try:
        images = load_all(options.data).split(PUBLIC_TEST)
        if not len(images):
            raise DataError("wanted images of PublicTest to compare the networks on, got none")
        runs = [folder.resolve() for folder in options.run]
        rows = [row for _, row in sorted(each(partial(row_of, images), runs, options.ray), key=itemgetter(0))]
        _write(options.out, {"split": "PublicTest", "note": options.note, "rows": rows})
    except (TrainingError, OSError) as error:
        print(f"training.architecture_table: {error}", file=sys.stderr)
        return 1
    for row in rows:
        print(
            f"{row['name']:16} {row['parameters'] / 1e6:6.2f} M parameters  "
            f"{row['multiply_adds'] / 1e6:6.1f} M multiply-adds  {row['epochs']:3} epochs "
            f"{row['minutes']:6.1f} min  {row['accuracy']:.2%}  macro F1 {row['macro_f1']:.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
