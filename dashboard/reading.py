"""How a session is read: by which definition of engagement, with which weights, against whose neutral."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from db.reports import SessionSettings
from model.engagement.affect import CIRCUMPLEX, Circumplex, checked_circumplex
from model.engagement.definitions import DEFAULT, GAZE, Definition
from model.engagement.weights import definition_or_default, weights_or_default
from model.errors import EngagementError

BANDED = ("concentration", "concentration_hard")
"""The definitions whose source names three ranges; no other has any."""


class Neutral(StrEnum):
    """What a score is told as: itself, or its change from what the person's face shows at rest."""

    NONE = "as measured"
    FIXED = "change from the first 10 s"
    RUNNING = "change from the last minute"


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice. `weights` are checked: `model.engagement.weights` gave them. `circumplex`: where the
    expressions lie in valence and arousal, but for the two definitions that have it as their weights."""

    definition: Definition = DEFAULT
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT.weights))
    neutral: Neutral = Neutral.NONE
    circumplex: Circumplex = field(default_factory=lambda: CIRCUMPLEX)

    @property
    def is_change(self) -> bool:
        """Values are differences, above or below 0."""
        return self.neutral is not Neutral.NONE

    @property
    def uses_gaze(self) -> bool:
        """The definition weighs where the person looks."""
        return any(name.startswith(GAZE) for name in self.weights)

    @property
    def key(self) -> str:
        """What values depend on, as text."""
        return f"{self.definition.name} {dict(self.weights)}"

    @property
    def banded(self) -> bool:
        """The source's ranges (high, nominal, disengaged) hold: its own weights, values as they are."""
        named = self.definition.name in BANDED and not self.is_change
        return named and dict(self.weights) == dict(self.definition.weights)

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        span = self.definition.high - self.definition.low
        return (-span, span) if self.is_change else (self.definition.low, self.definition.high)

    @property
    def unit(self) -> str:
        """What stands behind a value on an axis: " %", or nothing behind one without a unit."""
        return " %" if self.definition.unit else ""

    @property
    def digits(self) -> int:
        """How many decimals a value is shown with."""
        return 0 if self.definition.unit else 2

    def told(self, value: float | None, *, signed: bool = False) -> str:
        """A value as a person reads it: 61 %, 0.42, +5 points; a dash if there is none."""
        if value is None or np.isnan(value):
            return "\N{EN DASH}"
        percent = "\N{NO-BREAK SPACE}%" if self.definition.unit else ""
        unit = " points" if signed and percent else percent
        return f"{value:{'+' if signed else ''}.{self.digits}f}{unit}"


def stored_reading(stored: SessionSettings) -> tuple[Reading, list[str]]:
    """The reading a session keeps, and a sentence for each part of it that cannot be used."""
    definition, unknown = definition_or_default(stored.definition)
    weights, broken = weights_or_default(definition, None if unknown else stored.weights)
    if stored.definition and stored.weights is None and not unknown:
        broken = "The stored weights cannot be read; the published ones are used."
    circumplex, misplaced = _stored_points(stored)
    reading = Reading(definition, weights, circumplex=circumplex)
    return reading, [sentence for sentence in (unknown, broken, misplaced) if sentence]


def _stored_points(stored: SessionSettings) -> tuple[Circumplex, str | None]:
    if stored.circumplex is None:
        return CIRCUMPLEX, None
    try:
        return checked_circumplex(stored.circumplex), None
    except EngagementError as error:
        return CIRCUMPLEX, f"The stored points of valence and arousal are not used ({error})."
