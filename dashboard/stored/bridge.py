"""Why a value is not the usual one: from the usual to the value of a moment, part by part. Pure.

An expression that rose did so in place of others, so it is told by what it adds less what these would have
added; where people looked is told apart from what they showed. The parts add up exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.stored.person_steps import PersonSteps
from model.engagement import terms
from model.engagement.definitions import GAZE, Definition
from model.engagement.groups import GAZE_STATES, Doubles, Grouped, Ints
from model.observations import GazeState

ALIKE = 0.05
"""Shares that rose and fell by so nearly the same amount replaced each other."""
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Part:
    """What changed by `change`, in the definition's unit: a part of what is measured, or a state of gaze."""

    key: str
    change: float
    is_gaze: bool


@dataclass(frozen=True, slots=True)
class Bridge:
    """`usual` + the changes of all `parts`, the largest first, = `value`."""

    usual: float
    value: float
    parts: tuple[Part, ...]

    @property
    def change(self) -> float:
        return self.value - self.usual


@dataclass(frozen=True, eq=False)
class Makeup:
    """What a value is made of: labels (k,), shares (k,) of each, what a whole share adds (k,), and what each
    of GAZE_STATES takes away (s,)."""

    labels: tuple[str, ...]
    shares: Doubles
    adds: Doubles
    losses: Doubles

    @property
    def value(self) -> float:
        return float(self.shares @ self.adds + self.losses.sum())


def makeup_of_group(
    steps: PersonSteps, definition: Definition, weights: Mapping[str, float], least_people: int = 1
) -> Makeup | None:
    """Of the group's mean over `steps`: everybody once in a step, every step with enough people once."""
    t, p = steps.shape
    labels, table, counted, adds = _parts(steps, definition, weights, steps.cell, t * p)
    counted, table = counted.reshape(t, p), table.reshape(t, p, table.shape[1])
    enough = (counted > 0).sum(axis=1) >= least_people
    if not enough.any():
        return None
    with np.errstate(invalid="ignore"):
        means = np.nanmean(np.where(counted[enough, :, None] > 0, table[enough], np.nan), axis=1)
    return _made(labels, means.mean(axis=0), adds)


def makeup_of_person(
    steps: PersonSteps, definition: Definition, weights: Mapping[str, float], person: int
) -> Makeup | None:
    """Of one person's mean over `steps`: every usable instant once."""
    labels, table, counted, adds = _parts(steps, definition, weights, steps.column, len(steps.people))
    places = np.flatnonzero((steps.people == person) & (counted > 0))
    return _made(labels, table[places[0]], adds) if len(places) else None


def bridge(usual: Makeup, now: Makeup) -> Bridge:
    """From `usual` to `now`, both by one definition."""
    shares = zip(usual.labels, _replaced(usual, now), strict=True)
    parts = [Part(key, change, False) for key, change in shares]
    losses = zip(GAZE_STATES, (now.losses - usual.losses).tolist(), strict=True)
    parts += [Part(str(state), change, True) for state, change in losses]
    told = [part for part in parts if abs(part.change) > LEAST]
    return Bridge(usual.value, now.value, tuple(sorted(told, key=lambda part: (-abs(part.change), part.key))))


def _replaced(usual: Makeup, now: Makeup) -> list[float]:
    """(k,) what each share changes: one that rose is told against the mean of those that fell."""
    moved = now.shares - usual.shares
    rose, fell = moved > 0, moved < 0
    up, down = float(moved[rose].sum()), -float(moved[fell].sum())
    changes = moved * usual.adds
    if not up or abs(up - down) > ALIKE * max(up, down):
        return [float(change) for change in changes]
    lost = float(changes[fell].sum())
    return [float(change) for change in np.where(rose, changes + lost * moved / up, 0.0)]


def _parts(
    steps: PersonSteps, definition: Definition, weights: Mapping[str, float], cell: Ints, cells: int
) -> tuple[tuple[str, ...], Doubles, Doubles, Doubles]:
    """Labels (k,), means by cell (cells, k + s) of shares and losses, instants (cells,), adds (k,)."""
    told = terms(definition, weights, steps.groups)
    adds = _whole(steps, definition, weights)
    shares = np.nan_to_num(told.values)
    losses = np.zeros((len(cell), len(GAZE_STATES)))
    losses[np.arange(len(cell)), steps.groups.gaze_state] = np.nan_to_num(told.total()) - shares @ adds
    counted = np.bincount(cell, told.counted, cells).astype(np.float64)
    sums = [np.bincount(cell, column * told.counted, cells) for column in np.hstack([shares, losses]).T]
    means: NDArray[np.float64] = np.stack(sums, axis=-1) / np.maximum(counted, 1)[:, None]
    return told.labels, means, counted, adds


def _whole(steps: PersonSteps, definition: Definition, weights: Mapping[str, float]) -> Doubles:
    """(k,) what a whole share adds while gaze takes nothing away."""
    gazes = [weights.get(f"{GAZE}{state}", 0.0) for state in GAZE_STATES]
    best = GAZE_STATES[int(np.argmax(gazes))]
    one = steps.groups.take(np.zeros(1, np.int64)) if len(steps.row) else steps.groups
    told = terms(definition, weights, _looking(one, best))
    return np.asarray(told.weights[0] if len(told.weights) else np.zeros(len(told.labels)))


def _looking(groups: Grouped, state: GazeState) -> Grouped:
    return replace(groups, gaze_state=np.full(len(groups), GAZE_STATES.index(state)))


def _made(labels: tuple[str, ...], row: Doubles, adds: Doubles) -> Makeup:
    return Makeup(labels, row[: len(labels)], adds, row[len(labels) :])
