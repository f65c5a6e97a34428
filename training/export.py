"""A trained network -> an artifact folder: LiteRT files, the Keras file, plots and the card.

`python -m training.export --run DIR --data F.npz ... --out ARTIFACT` also exports a run that still goes on.
"""

import argparse
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model.card import CARD_FILE, ModelCard
from model.classifier import LiteRTClassifier, views
from model.emotions import EMOTIONS
from model.evaluation import Evaluation
from training import plots
from training.architectures import multiply_adds, shift_logits, with_maps
from training.artifact_folder import replacing
from training.calibration import calibration
from training.classic import LOGITS
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, sha256_of
from training.errors import TrainingError
from training.evaluate import report
from training.heads import WIDTH, heads_of
from training.labels import logit_adjustment, plurality
from training.litert import (
    Exported,
    choose,
    export_figures,
    full_precision,
    measured,
    runs_to_the_end,
    to_litert,
)
from training.metrics import Scores
from training.provenance import Provenance, git_revision, versions
from training.runs import AFTERWARDS, Log, check_run, finished_epochs

NOT_TRAINED = ("name", *AFTERWARDS)
"""What a configuration says of how the network is called and asked."""
CALIBRATION_IMAGES = 400
COMPARED_IMAGES = 1_000
"""Of PublicTest, on which the exported files are compared with Keras."""
KERAS_FILE, FLOAT_FILE, INT8_FILE = "model.keras", "model.tflite", "model_int8.tflite"


def _blank_card(config: Config, network: keras.Model, log: Log) -> ModelCard:
    return ModelCard(
        name=config.name,
        labels=tuple(str(e) for e in EMOTIONS),
        input_size_px=int(network.input_shape[1]),
        value_range=(0.0, 255.0),
        crop_margin=config.crop.margin,
        crop_aligned=config.crop.aligned,
        temperature=1.0,
        min_share=0.0,
        min_lead=0.0,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files={FLOAT_FILE: ""},
        runtime_file=FLOAT_FILE,
        heads=heads_of(network),
        flip_averaged=config.runtime.flip_averaged,
        zooms=tuple(config.runtime.zooms),
        architecture=config.network.architecture,
        parameters=int(network.count_params()),
        multiply_adds=multiply_adds(network),
        seed=config.schedule.seed,
        git_revision=git_revision(),
        minutes=round(sum(row["seconds"] for row in log) / 60, 1),
        versions={"python": platform.python_version(), "back end": keras.backend.backend()} | versions(),
        recipe=config.as_dict() | {"epochs_trained": len(log)},
    )


def _notes(config: Config, log: Log, about_data: list[str]) -> tuple[str, ...]:
    notes = [
        plots.describe_fit(log),
        "Recipe, temperature and thresholds were chosen on PublicTest, the split reported here.",
        *about_data,
        "Scores describe how a face looks to most raters, not what a person feels.",
    ]
    if len(log) < config.schedule.epochs:
        notes.insert(0, f"Early export: {len(log)} of {config.schedule.epochs} epochs are trained.")
    return tuple(notes)


def write_artifact(
    config: Config,
    trained: keras.Model,
    data: LabelledImages,
    log: Log,
    *,
    files: list[Path],
    out: Path,
    notes: tuple[str, ...] = (),
) -> ModelCard:
    """Exports, measures on PublicTest, writes everything beside `out` and then puts it in its place."""
    network, public = with_maps(full_precision(config, trained)), data.split(PUBLIC_TEST)
    shift_logits(network, _adjustments(config, data.split(TRAINING), heads_of(trained)))
    rows = np.random.default_rng(config.schedule.seed).permutation(np.flatnonzero(data.usage == TRAINING))
    with replacing(out) as folder:
        contents = {
            FLOAT_FILE: to_litert(network),
            INT8_FILE: to_litert(network, data.x[rows[:CALIBRATION_IMAGES]]),
        }
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        network.save(folder / KERAS_FILE)
        card = _blank_card(config, network, log)
        sound = [f for f in contents if runs_to_the_end(folder / f, len(card.heads))]
        exports = [measured(contents[f], f, card, public) for f in sound]
        chosen = choose(exports)
        card, evaluation = _calibrated(card, chosen, public)
        card = _shown(card, contents[chosen.file], public)
        reference = _reference(network, public.take(np.arange(len(public)) < COMPARED_IMAGES), card)
        plots.plot_curves(log, folder / "curves.png")
        plots.plot_confusion(evaluation, folder / "confusion.png")
        plots.plot_classes(evaluation, folder / "classes.png")
        plots.plot_reliability(evaluation, folder / "reliability.png")
        origin = Provenance.of(files)
        card = replace(
            card,
            files={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
            datasets={
                "name": origin.name,
                "sha256": origin.sums,
                "Training": data.split(TRAINING).per_class(),
                "PublicTest": public.per_class(),
            },
            evaluation=evaluation.as_json(),
            curves=tuple(log),
            cleaning=origin.cleaning,
            exports={e.file: export_figures(e, reference) for e in exports},
            notes=_notes(config, log, origin.notes(data)) + notes,
        )
        (folder / CARD_FILE).write_text(card.to_json(), encoding="utf-8")
    return card


def _adjustments(config: Config, training: LabelledImages, heads: tuple[str, ...]) -> NDArray[np.float32]:
    """(7 * heads,) what is added to the logits; `training.refit` has adjusted the head `people`."""
    first = logit_adjustment(training, config.runtime.logit_adjustment)
    return np.concatenate([first, np.zeros(WIDTH * (len(heads) - 1), np.float32)])


def _shown(card: ModelCard, content: bytes, public: LabelledImages) -> ModelCard:
    """The card of the head that is shown, the last, calibrated on what most FER+ voters say of PublicTest."""
    if len(card.heads) == 1:
        return card
    named, shown = plurality(public), replace(card, head=card.heads[-1])
    logits = LiteRTClassifier(content, shown).logits(public.x[named >= 0])
    return card.calibrated(shown.head, calibration(logits, named[named >= 0]))


def _reference(network: keras.Model, images: LabelledImages, card: ModelCard) -> Scores:
    """Keras's own logits of the first head (n, 7), which the exported files are compared with."""
    logits = keras.Model(network.input, network.get_layer(LOGITS).output)
    seen = views(images.x, card.zooms, flip=card.flip_averaged)
    answers = [logits.predict(v[..., None].astype(np.float32), batch_size=256, verbose=0) for v in seen]
    return np.asarray(np.mean(answers, axis=0)[:, :WIDTH])


def _calibrated(card: ModelCard, chosen: Exported, public: LabelledImages) -> tuple[ModelCard, Evaluation]:
    """Of the first head."""
    card = replace(card, files={chosen.file: ""}, runtime_file=chosen.file)
    card = card.calibrated(card.head, calibration(chosen.logits, public.y))
    return card, report(chosen.logits, public, card.temperature, card.certainty)


def export_run(
    config: Config, data_files: list[Path], run: Path, out: Path, notes: tuple[str, ...] = ()
) -> ModelCard:
    """The newest whole epoch of a run folder as an artifact. Raises RunError when there is none, and for a
    configuration or data it was not trained with; how the network is asked may have changed since."""
    check_run(run, {k: v for k, v in config.as_dict().items() if k not in NOT_TRAINED}, data_files)
    progress, log = finished_epochs(run, config.schedule.ema_decay)
    network = full_precision(config, progress.network)
    network.set_weights(progress.average.weights)
    return write_artifact(config, network, load_all(data_files), log, files=data_files, out=out, notes=notes)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="training.export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", required=True)
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--data", required=True, nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--note", action="append", default=[], help="a sentence for the card's notes")
    options = parser.parse_args(arguments)
    try:
        card = export_run(
            load_config(options.config), options.data, options.run, options.out, tuple(options.note)
        )
    except (TrainingError, OSError) as error:
        print(f"training.export: {error}", file=sys.stderr)
        return 1
    accuracy, (low, high) = card.evaluation["accuracy"], card.evaluation["ci95"]
    print(f"{options.out}: {card.runtime_file}, PublicTest {accuracy:.2%} ({low:.2%} to {high:.2%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
