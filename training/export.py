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

from model.card import CARD_FILE, ModelCard
from model.classifier import softmax, views
from model.emotions import EMOTIONS
from model.evaluation import Evaluation
from training import plots
from training.architectures import multiply_adds, shift_logits, with_maps
from training.artifact_folder import replacing
from training.calibration import choose_certainty, fit_temperature
from training.classic import LOGITS
from training.config import Config, load_config
from training.datasets import PUBLIC_TEST, TRAINING, LabelledImages
from training.datasets.arrays import load_all, sha256_of
from training.errors import TrainingError
from training.evaluate import report
from training.labels import logit_adjustment
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
from training.runs import Log, check_run, finished_epochs

NOT_TRAINED = ("name", "crop", "runtime")
"""What a configuration says of how the network is called and asked."""
CALIBRATION_IMAGES = 400
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
    if strength := config.runtime.logit_adjustment:
        shift_logits(network, logit_adjustment(data.split(TRAINING), strength))
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
        sound = [f for f in contents if runs_to_the_end(folder / f)]
        exports = [measured(contents[f], f, card, public) for f in sound]
        card, evaluation = _calibrated(card, choose(exports), public)
        reference = _reference(network, public, card)
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


def _reference(network: keras.Model, images: LabelledImages, card: ModelCard) -> Scores:
    """Keras's own logits (n, 7), which the exported files are compared with."""
    logits = keras.Model(network.input, network.get_layer(LOGITS).output)
    seen = views(images.x, card.zooms, flip=card.flip_averaged)
    answers = [logits.predict(v[..., None].astype(np.float32), batch_size=256, verbose=0) for v in seen]
    return np.asarray(np.mean(answers, axis=0))


def _calibrated(card: ModelCard, chosen: Exported, public: LabelledImages) -> tuple[ModelCard, Evaluation]:
    temperature = round(fit_temperature(chosen.logits, public.y), 4)
    scores: Scores = softmax(chosen.logits, temperature)
    certainty = choose_certainty(scores, public.y).certainty
    calibrated = replace(
        card,
        files={chosen.file: ""},
        runtime_file=chosen.file,
        temperature=temperature,
        min_share=certainty.min_share,
        min_lead=certainty.min_lead,
    )
    return calibrated, report(chosen.logits, public, temperature, certainty)


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
