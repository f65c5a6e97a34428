"""The artifact's contract: card.json says what a network learned from, how it is fed and what it reaches."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from model.emotions import EMOTIONS, Certainty
from model.errors import ArtifactError

CARD_FILE = "card.json"
LISTS = ("labels", "value_range", "notes", "curves", "zooms", "heads")
CALIBRATION = ("temperature", "min_share", "min_lead")
NUMBERS = ("crop_margin", "temperature", "min_share", "min_lead", "input_size_px")
HEADS = ("fer2013", "people")
"""`fer2013` follows that data set's labels, which everybody quotes; `people` what people say who look at the
face: the FER+ votes and acted expressions. A network of one head has the first."""
DEFAULT_ARTIFACT = Path(__file__).parent / "artifacts" / "compact48_two_heads"


@dataclass(frozen=True)
class ModelCard:
    """One artifact folder described.

    labels: must equal EMOTIONS. input_size_px: side of the square grey crop. value_range: of the grey
    values the network takes; its own rescaling is inside it. crop_margin: side of the square crop / longer
    side of the detector's box; crop_aligned: the eyes are made level first. temperature divides the logits.
    zooms: the logits are the mean over the crop enlarged about its centre by each of these; with
    flip_averaged, over the mirror images too. min_share and min_lead: see Certainty. heads: those of
    HEADS whose seven logits lie beside each other; head: the one that is asked, whose temperature, min_share
    and min_lead these are; calibrations: those three by head. evaluation: what `training.evaluate` gave for
    the first head; scoreboard: what `training.scoreboard` gave; curves: one row an epoch; robustness: what
    `training.robustness` gave; other_data: evaluations on other data sets by name; own_neutral: what
    `training.own_neutral` gave, with what resting faces are like; cleaning: the report of `training.prepare`.
    files: name -> SHA-256; runtime_file: the one the runtime loads.
    """

    name: str
    labels: tuple[str, ...]
    input_size_px: int
    value_range: tuple[float, float]
    crop_margin: float
    crop_aligned: bool
    temperature: float
    min_share: float
    min_lead: float
    created: str
    files: dict[str, str]
    runtime_file: str
    flip_averaged: bool = False
    zooms: tuple[float, ...] = (1.0,)
    heads: tuple[str, ...] = HEADS[:1]
    head: str = HEADS[0]
    calibrations: dict[str, dict[str, float]] = field(default_factory=dict)
    architecture: str = ""
    parameters: int = 0
    multiply_adds: int = 0
    seed: int = 0
    git_revision: str = ""
    minutes: float = 0.0
    datasets: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, Any] = field(default_factory=dict)
    scoreboard: dict[str, Any] = field(default_factory=dict)
    curves: tuple[dict[str, float], ...] = ()
    robustness: dict[str, Any] = field(default_factory=dict)
    other_data: dict[str, Any] = field(default_factory=dict)
    own_neutral: dict[str, Any] = field(default_factory=dict)
    cleaning: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check_kinds()
        if tuple(self.labels) != tuple(str(e) for e in EMOTIONS):
            raise ArtifactError(f"labels: wanted {[str(e) for e in EMOTIONS]}, got {list(self.labels)}")
        if self.runtime_file not in self.files:
            raise ArtifactError(
                f"runtime_file: wanted one of {sorted(self.files)}, got {self.runtime_file!r}"
            )
        if not self.zooms or min(self.zooms) < 1:
            raise ArtifactError(f"zooms: wanted one or more factors of at least 1, got {list(self.zooms)}")
        for name in ("temperature", "crop_margin", "input_size_px"):
            if not getattr(self, name) > 0:
                raise ArtifactError(f"{name}: wanted a number above 0, got {getattr(self, name)!r}")
        if self.head not in self.heads:
            raise ArtifactError(f"head: wanted one of {list(self.heads)}, got {self.head!r}")

    def for_head(self, head: str) -> Self:
        """The card with another head asked, under that head's calibration. Raises ArtifactError."""
        if head == self.head:
            return self
        given = self.calibrations.get(head)
        if head not in self.heads or given is None:
            known = sorted({self.head, *self.calibrations})
            raise ArtifactError(f"head: wanted one of {known}, got {head!r}")
        return self.calibrated(head, given)

    def calibrated(self, head: str, calibration: dict[str, float]) -> Self:
        """The card with `head` asked under this calibration, which it remembers. Raises ArtifactError."""
        temperature, min_share, min_lead = (calibration[name] for name in CALIBRATION)
        remembered = self.calibrations | {head: dict(calibration)}
        asked = replace(self, head=head, calibrations=remembered)
        return replace(asked, temperature=temperature, min_share=min_share, min_lead=min_lead)

    def _check_kinds(self) -> None:
        """Of the fields the runtime counts with or looks up in."""
        for name in NUMBERS:
            if not _is_number(getattr(self, name)):
                raise ArtifactError(f"{name}: wanted a number, got {getattr(self, name)!r}")
        if self.input_size_px != int(self.input_size_px):
            raise ArtifactError(f"input_size_px: wanted a whole number, got {self.input_size_px!r}")
        for name in ("value_range", "zooms"):
            if not all(map(_is_number, getattr(self, name))):
                raise ArtifactError(f"{name}: wanted numbers, got {list(getattr(self, name))}")
        for each in fields(self):
            given = getattr(self, each.name)
            if (each.name == "files" or each.default_factory is dict) and not isinstance(given, dict):
                raise ArtifactError(f"{each.name}: wanted an object of names and values, got {given!r}")
        usual = self.own_neutral.get("usual", [0.0] * len(EMOTIONS))
        if not isinstance(usual, list | tuple) or [*map(_is_number, usual)] != [True] * len(EMOTIONS):
            raise ArtifactError(f"own_neutral: usual: wanted {len(EMOTIONS)} numbers, got {usual!r}")
        for head, given in self.calibrations.items():
            if not isinstance(given, dict) or not all(_is_number(given.get(name)) for name in CALIBRATION):
                raise ArtifactError(f"calibrations: {head}: wanted {', '.join(CALIBRATION)}, got {given!r}")

    @property
    def certainty(self) -> Certainty:
        """When a score vector of this network names an expression."""
        return Certainty(self.min_share, self.min_lead)

    @property
    def usual_neutral(self) -> tuple[float, ...] | None:
        """Mean log-scores of resting faces, in the order of EMOTIONS, by the head that is asked; None where
        they were not measured."""
        usual = self.own_neutral.get("usual")
        return None if usual is None else tuple(usual)

    @property
    def runtime_sha256(self) -> str:
        """SHA-256 of the file the runtime loads; a session is stored with it."""
        return self.files[self.runtime_file]

    @classmethod
    def from_dict(cls, content: Any) -> Self:
        """The card of a JSON object. Raises ArtifactError naming what is missing, unknown or wrong."""
        if not isinstance(content, dict):
            raise ArtifactError(f"wanted a JSON object, got {type(content).__name__}")
        known = {f.name for f in fields(cls)}
        if unknown := set(content) - known:
            raise ArtifactError(f"unknown field {min(unknown)!r}; wanted some of {sorted(known)}")
        lists = {name: content[name] for name in LISTS if name in content}
        for name, given in lists.items():
            if not isinstance(given, list | tuple):
                raise ArtifactError(f"{name}: wanted a list, got {given!r}")
        try:
            return cls(**(content | {name: tuple(given) for name, given in lists.items()}))
        except TypeError as error:
            raise ArtifactError(f"a field is missing or has the wrong type: {error}") from error

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def load_card(folder: Path) -> ModelCard:
    """Reads `folder`/card.json. Raises ArtifactError when it is missing, not JSON or not a card."""
    path = folder / CARD_FILE
    try:
        return ModelCard.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ArtifactError(
            f"{path}: no model card; wanted a folder written by training.train (restore model/artifacts)"
        ) from error
    except (OSError, ValueError, ArtifactError) as error:
        raise ArtifactError(f"{path}: not a model card: {error}") from error


def check_file(folder: Path, card: ModelCard, name: str) -> Path:
    """The path of one of the card's files, its SHA-256 compared. Raises ArtifactError."""
    path = folder / name
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArtifactError(
            f"{path}: the network file cannot be read ({error}); restore the artifact"
        ) from error
    if found != card.files[name]:
        raise ArtifactError(
            f"{path}: is cut short or does not match its card: wanted sha256 {card.files[name][:12]}..., "
            f"got {found[:12]}...; restore or export the artifact again"
        )
    return path
