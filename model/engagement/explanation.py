"""Why a value is what it is: the parts that were added up, largest first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.engagement import terms
from model.engagement.definitions import GAZE, Definition
from model.engagement.groups import GAZE_STATES, Grouped, Moments
from model.observations import GazeState

GAZE_WORDS: Mapping[GazeState, str] = {
    GazeState.LOOKING: "looking",
    GazeState.AWAY: "looking away",
    GazeState.HALF_CLOSED: "eyes half closed",
    GazeState.CLOSED: "eyes closed",
    GazeState.UNKNOWN: "gaze not measured",
}
NOTHING = "Nothing usable at this moment, so there is no value."
NAMED_PARTS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value: share (0..1) x weight = contribution, the last two in the definition's unit."""

    label: str
    value: float
    weight: float
    contribution: float


def explain(
    definition: Definition, weights: Mapping[str, float] | None, moment: Moments | Grouped
) -> tuple[Part, ...]:
    """The parts of the value of `moment`: one instant, or all groups of a stretch of time together.

    Their contributions sum to the value. Largest contribution first, parts of no share left out; empty
    where nothing counts. Raises EngagementError as `engagement` does.
    """
    groups = moment.grouped() if isinstance(moment, Moments) else moment
    found = terms(definition, weights, groups)
    if not found.counted.sum():
        return ()
    share_of_row = found.counted / found.counted.sum()
    with_gaze = any(name.startswith(GAZE) for name in definition.weights)
    shares: defaultdict[tuple[str, float], float] = defaultdict(float)
    for row in np.flatnonzero(share_of_row):
        state = f", {GAZE_WORDS[GAZE_STATES[groups.gaze_state[row]]]}" if with_gaze else ""
        for label, value, weight in zip(found.labels, found.values[row], found.weights[row], strict=True):
            shares[_words(label) + state, float(weight)] += float(value * share_of_row[row])
    parts = [Part(label, share, weight, share * weight) for (label, weight), share in shares.items() if share]
    return tuple(sorted(parts, key=lambda part: (-abs(part.contribution), -part.value)))


def sentence(definition: Definition, parts: tuple[Part, ...]) -> str:
    """The value and its largest parts in words."""
    if not parts:
        return NOTHING
    value = sum(part.contribution for part in parts)
    named = "; ".join(
        f"{part.label} {_number(definition, part.contribution)}" for part in parts[:NAMED_PARTS]
    )
    rest = value - sum(part.contribution for part in parts[:NAMED_PARTS])
    more = f"; everything else {_number(definition, rest)}" if len(parts) > NAMED_PARTS else ""
    unit = f" {definition.unit}" if definition.unit else ""
    return f"{definition.title} {_number(definition, value)}{unit}: {named}{more}."


def _number(definition: Definition, value: float) -> str:
    digits = 0 if definition.high > 1 else 2
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _words(label: str) -> str:
    return label.replace("_", " ")
