"""What a number in a configuration may be, checked before anything is trained with it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from training.errors import ConfigError


@dataclass(frozen=True)
class Bound:
    """Finite numbers from `low` to `high`; with `above` and `below`, not those themselves. `whole`: of them
    the whole ones."""

    low: float
    high: float = math.inf
    above: bool = False
    below: bool = False
    whole: bool = False

    def check(self, name: str, value: Any) -> None:
        """Raises ConfigError naming the key, what is accepted and what came; of a list, for each entry."""
        for one in value if isinstance(value, list | tuple) else [value]:
            if not self._holds(one):
                raise ConfigError(f"{name}: wanted {self}, got {value!r}")

    def _holds(self, value: Any) -> bool:
        kinds = int if self.whole else int | float
        if not isinstance(value, kinds) or isinstance(value, bool) or not _finite(value):
            return False
        over = value > self.low if self.above else value >= self.low
        return over and (value < self.high if self.below else value <= self.high)

    def __str__(self) -> str:
        low = f"above {self.low:g}" if self.above else f"of at least {self.low:g}"
        high = f" and {'below' if self.below else 'at most'} {self.high:g}" if self.high < math.inf else ""
        return f"a {'whole number' if self.whole else 'number'} {low}{high}"


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no float holds
        return False


SHARE = Bound(0, 1)
COUNT = Bound(1, whole=True)


class Bounded:
    """A dataclass whose fields are held to BOUNDS. Raises ConfigError."""

    BOUNDS: ClassVar[Mapping[str, Bound]] = {}

    def __post_init__(self) -> None:
        for name, bound in self.BOUNDS.items():
            bound.check(name, getattr(self, name))
