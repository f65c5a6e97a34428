"""What was measured of a network: written into its card by `training/`, read by whoever shows it.

Shares, errors and both ends of an interval are 0..1; intervals are 95 % ones. A figure that nobody measured
is None, a table that nobody made is empty.
"""

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from model.card import HEADS, ModelCard
from model.card_parts import read_part
from model.emotions import EMOTIONS

Share = Annotated[float, Field(ge=0, le=1)]
Interval = tuple[Share, Share]
Count = Annotated[int, Field(ge=0)]
Counts = tuple[tuple[Count, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """One class among others; `support`: its images."""

    precision: Share
    recall: Share
    recall_ci95: Interval | None = None
    f1: Share
    support: Count


def _of_all_seven(classes: dict[str, ClassFigures]) -> dict[str, ClassFigures]:
    if lacking := [str(emotion) for emotion in EMOTIONS if classes and emotion not in classes]:
        raise ValueError(f"wanted all seven expressions, got no {', '.join(lacking)}")
    return {str(emotion): classes[emotion] for emotion in EMOTIONS if classes}


def _seven_by_seven(counts: Counts) -> Counts:
    if counts and {len(EMOTIONS)} != {len(counts), *map(len, counts)}:
        raise ValueError("wanted seven rows of seven counts")
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """n images with similar top scores: their mean score, and the share that was named right."""

    score: Share
    accuracy: Share
    n: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """n images named. Macro-F1 and mean recall are over the classes that have images."""

    n: Count
    accuracy: Share
    ci95: Interval | None = None
    macro_f1: Share | None = None
    mean_recall: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(Figures):
    """One set of scores on the split a card reports.

    unseen: without copies of images in an earlier split. ece: expected calibration error before and after
    temperature. per_class: all seven, in the order of EMOTIONS; confusion: (7, 7), true class by row;
    coverage: a share of the images, the surest, and the accuracy on it.
    """

    split: str = "test images"
    head: str = HEADS[0]
    top2: Share | None = None
    n_unseen: Count | None = None
    accuracy_unseen: Share | None = None
    ece_before: Share | None = None
    ece_after: Share | None = None
    not_sure_share: Share | None = None
    accuracy_when_sure: Share | None = None
    per_class: Annotated[dict[str, ClassFigures], AfterValidator(_of_all_seven)] = field(default_factory=dict)
    confusion: Annotated[Counts, AfterValidator(_seven_by_seven)] = ()
    reliability: tuple[ReliabilityBin, ...] = ()
    coverage: tuple[tuple[Share, Share], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ece": self.ece_after}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherData(Figures):
    """The same network, or the same recipe in folds by subject, on pictures of another origin.

    n: 0 where a card does not say. left_out: images of classes the network does not know. std_accuracy: over
    the folds. mean_recall_ci95: over the subjects.
    """

    n: Count = 0
    what: str = ""
    command: str = ""
    folds: Count | None = None
    subjects: Count | None = None
    head: str = ""
    mean_recall_ci95: Interval | None = None
    mean_accuracy: Share | None = None
    std_accuracy: Share | None = None
    fold_accuracies: tuple[Share, ...] = ()
    per_class: dict[str, ClassFigures] = field(default_factory=dict)
    confusion: Counts = ()
    left_out: dict[str, Count] = field(default_factory=dict)
    groups: dict[str, Figures] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, "", (), {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The images of a `Robustness` under one condition."""

    accuracy: Share
    ci95: Interval | None = None
    macro_f1: Share | None = None
    not_sure_share: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Trial):
    """`difference`: accuracy less that of the clean images, -1..1. `what` was done to them."""

    name: str
    what: str = ""
    difference: Annotated[float, Field(ge=-1, le=1)]


def _some(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    if not conditions:
        raise ValueError("wanted at least one")
    return conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """n images of `split` as they are, and made harder."""

    split: str = "test images"
    n: Count
    clean: Trial
    conditions: Annotated[tuple[Condition, ...], AfterValidator(_some)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """All that a card says was measured. `faults`: a sentence on each part that could not be read."""

    evaluation: Evaluation | None
    robustness: Robustness | None
    other_data: dict[str, OtherData]
    faults: tuple[str, ...] = ()


def evaluation_of(card: ModelCard) -> tuple[Evaluation | None, tuple[str, ...]]:
    """Without the rest of `measured_of`: the evaluation, and a sentence on each part that is wrong."""
    return read_part(Evaluation, card.evaluation, "evaluation")


def measured_of(card: ModelCard) -> Measured:
    """What the card has of it; older cards and those of others may lack or garble any part."""
    evaluation, unread = evaluation_of(card)
    robustness, more = read_part(Robustness, card.robustness, "robustness")
    faults, others = unread + more, {}
    for name, entry in card.other_data.items():
        found, more = read_part(OtherData, _with_accuracy(entry), f"other_data {name}")
        faults += more
        if found is not None:
            others[name] = found
    return Measured(evaluation, robustness, others, faults)


def _with_accuracy(entry: Any) -> Any:
    """Folds once had their mean accuracy only."""
    if isinstance(entry, dict) and "accuracy" not in entry and "mean_accuracy" in entry:
        return entry | {"accuracy": entry["mean_accuracy"]}
    return entry
