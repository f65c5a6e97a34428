"""A training configuration: the defaults below, and a TOML file of the differences and their reasons."""

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from model.card import HEADS
from model.emotions import EMOTIONS
from training.augmentation import CHANGES, Augmentation
from training.bounds import COUNT, SHARE, Bound, Bounded
from training.errors import ConfigError

CONFIGS = Path(__file__).parent / "configs"
OPTIMIZERS = ("sgd", "adam")


@dataclass(frozen=True)
class Network:
    """Architecture by name, and the options its builder takes."""

    architecture: str = "compact"
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Schedule(Bounded):
    """Linear warm-up, then half a cosine to zero. `optimizer`: "sgd" with Nesterov momentum, or "adam"."""

    BOUNDS: ClassVar = {
        "epochs": COUNT,
        "batch_size": COUNT,
        "learning_rate": Bound(0, 10, above=True),
        "warmup_epochs": Bound(0),
        "momentum": Bound(0, 1, below=True),
        "ema_decay": Bound(0, 1, below=True),
        "seed": Bound(0, 2**32 - 1, whole=True),
    }

    optimizer: str = "sgd"
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 0.1
    warmup_epochs: float = 2.0
    momentum: float = 0.9
    ema_decay: float = 0.997
    seed: int = 7
    mixed_precision: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.optimizer not in OPTIMIZERS:
            raise ConfigError(f"optimizer: wanted one of {OPTIMIZERS}, got {self.optimizer!r}")


@dataclass(frozen=True)
class Targets(Bounded):
    """See labels.soft_targets and labels.class_weights."""

    BOUNDS: ClassVar = {
        "vote_weight": SHARE,
        "smoothing": Bound(0, 1, below=True),
        "class_weight_power": SHARE,
    }

    vote_weight: float = 0.4
    smoothing: float = 0.05
    class_weight_power: float = 0.0


@dataclass(frozen=True)
class Refit(Bounded):
    """How `training.refit` makes the head `people` of a trained run.

    blend: share of the run's weights, the rest those of the network it began from (Wortsman et al. 2022).
    vote_weight: of photos' targets, the share that follows the FER+ votes; the rest FER2013's label.
    images: so many Training images are looked at, as they are or once for each of `changed`, names of
    augmentation.CHANGES; label_changed: the same of the head `fer2013`, which looks at all of them.
    posed_share: what a set of acted faces weighs against all of them; posed_changed: beside them as they are,
    copies that each of these changes left. begin: the head it starts from. pull: towards that one;
    label_pull: the same of the head `fer2013`. adjustment: see Runtime.logit_adjustment. bias: added to the
    logits after it, of the seven classes in their order.
    """

    BOUNDS: ClassVar = {
        "blend": SHARE,
        "vote_weight": SHARE,
        "images": COUNT,
        "posed_share": Bound(0),
        "pull": Bound(0),
        "label_pull": Bound(0),
        "adjustment": Bound(0, 2),
    }

    blend: float = 1.0
    vote_weight: float = 0.4
    images: int = 8_000
    changed: list[str] = field(default_factory=list)
    label_changed: list[str] = field(default_factory=list)
    posed_changed: list[str] = field(default_factory=list)
    posed_share: float = 0.3
    begin: str = HEADS[1]
    pull: float = 1e-3
    label_pull: float = 3e-3
    adjustment: float = 0.8
    bias: list[float] = field(default_factory=lambda: [0.0] * len(EMOTIONS))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.begin not in HEADS:
            raise ConfigError(f"begin: wanted one of {HEADS}, got {self.begin!r}")
        if unknown := {*self.changed, *self.label_changed, *self.posed_changed} - set(CHANGES):
            raise ConfigError(f"changed: wanted some of {list(CHANGES)}, got {min(unknown)!r}")
        if len(self.bias) != len(EMOTIONS):
            raise ConfigError(f"bias: wanted {len(EMOTIONS)} numbers, got {len(self.bias)}")


@dataclass(frozen=True)
class Finish(Bounded):
    """The last `epochs` run on these instead: closer to the labels and images that are tested. 0: none."""

    BOUNDS: ClassVar = {
        "epochs": Bound(0, whole=True),
        "vote_weight": SHARE,
        "mixup": Bound(0),
        "erase": SHARE,
    }

    epochs: int = 0
    vote_weight: float = 0.1
    mixup: float = 0.0
    erase: float = 0.1


@dataclass(frozen=True)
class Crop(Bounded):
    """How the live crop must be cut to look like the training images: see the model card."""

    BOUNDS: ClassVar = {"margin": Bound(0, 4, above=True)}

    margin: float = 1.0
    aligned: bool = True


@dataclass(frozen=True)
class Runtime(Bounded):
    """How the network is asked at run time: the mean over mirror images and zooms, each at its own cost.

    logit_adjustment: times the log of its share of the training images, taken off each class's logit, so that
    rare ones are named more readily (Menon et al. 2021); of the head `fer2013`.
    """

    BOUNDS: ClassVar = {
        "zooms": Bound(1, 4),
        "logit_adjustment": Bound(0, 2),
    }

    flip_averaged: bool = False
    zooms: list[float] = field(default_factory=lambda: [1.0])
    logit_adjustment: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.zooms:
            raise ConfigError("zooms: wanted at least one, [1.0] for the crop as it is, got none")


@dataclass(frozen=True)
class Config:
    name: str
    network: Network = Network()
    schedule: Schedule = Schedule()
    targets: Targets = Targets()
    refit: Refit = Refit()
    augmentation: Augmentation = field(default_factory=Augmentation)
    finish: Finish = Finish()
    crop: Crop = Crop()
    runtime: Runtime = Runtime()

    def stage(self, epoch: int) -> tuple[Targets, Augmentation]:
        """What holds in `epoch`, which counts from 0."""
        if epoch < self.schedule.epochs - self.finish.epochs:
            return self.targets, self.augmentation
        return (
            replace(self.targets, vote_weight=self.finish.vote_weight),
            replace(self.augmentation, mixup=self.finish.mixup, erase=self.finish.erase),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


SECTIONS: dict[str, type[Any]] = {
    "network": Network,
    "schedule": Schedule,
    "targets": Targets,
    "refit": Refit,
    "augmentation": Augmentation,
    "finish": Finish,
    "crop": Crop,
    "runtime": Runtime,
}


def _section(kind: type[Any], values: Any, where: str) -> Any:
    """An instance of `kind`, refusing keys, types and values it does not have."""
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: wanted a table, got {values!r}")
    wanted = {f.name: type(getattr(kind(), f.name)) for f in fields(kind)}
    for key, value in values.items():
        if key not in wanted:
            raise ConfigError(f"{where}: unknown key {key!r}; wanted one of {sorted(wanted)}")
        whole_number_for_float = wanted[key] is float and type(value) is int
        if type(value) is not wanted[key] and not whole_number_for_float:
            raise ConfigError(f"{where} {key}: wanted {wanted[key].__name__}, got {value!r}")
    try:
        return kind(**values)
    except ConfigError as error:
        raise ConfigError(f"{where} {error}") from error


def load_config(name: str, folder: Path = CONFIGS) -> Config:
    """`folder`/`name`.toml, or the file `name` when it ends in .toml. Raises ConfigError."""
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        names = sorted(p.stem for p in folder.glob("*.toml"))
        raise ConfigError(f"{path}: no such configuration; wanted one of {names}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if unknown := set(content) - set(SECTIONS):
        raise ConfigError(f"{path}: unknown key {min(unknown)!r}; wanted tables {sorted(SECTIONS)}")
    parts = {key: _section(SECTIONS[key], value, f"{path.name} [{key}]") for key, value in content.items()}
    return Config(path.stem, **parts)
