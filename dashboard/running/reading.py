"""How a running session is read, and what is marked on its video."""

from dataclasses import dataclass, field

from dashboard.reading import Reading
from model.behaviour.events import Thresholds


@dataclass(frozen=True, slots=True)
class LiveReading(Reading):
    """`least_people`: with fewer usable people at once the group has no line. `group_only` hides individuals,
    on the page and on the video."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    least_people: int = 1
    group_only: bool = False

    @property
    def shown(self) -> tuple[float, float]:
        """The range of chart and strips: half the possible one for changes, which are seldom large."""
        low, high = self.limits
        return (low / 2, high / 2) if self.is_change else (low, high)


@dataclass(frozen=True, slots=True)
class Highlights:
    """Whom to mark on the video."""

    speaking: bool = False
    attentive: bool = False
