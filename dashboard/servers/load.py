"""How many more sessions this machine can take, by what those that run cost it; nothing is assumed.

On Linux the whole machine's time is counted, so that other programs take their share; elsewhere this one's.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dashboard.running.status import LiveStatus

FULL_AT = 0.9
"""Of all cores, where the settings say nothing else: what is left keeps pictures from waiting."""
SETTLED_S = 10.0
"""A session younger than that has not shown what it costs."""
MOST = 1_000
STAT = Path("/proc/stat")


class Session(Protocol):
    """What is asked of a running session."""

    def status(self) -> LiveStatus: ...


@dataclass(frozen=True, slots=True)
class Load:
    """`cores` there are, `used` of them by everything on the machine; `each`: what a session needs, None
    while none has shown it; `sessions` run, `young` of them for too short a time to be seen in `used`.
    `full_at`: so large a share of the cores may be used, 0 for any."""

    cores: float
    used: float
    sessions: int
    each: float | None
    young: int = 0
    full_at: float = FULL_AT

    @property
    def room(self) -> int | None:
        """So many more sessions fit; None where that is not known or not asked. One always does where none
        runs: whatever else keeps the machine busy, it is looked at more rarely then, and never late."""
        if self.each is None or not self.full_at:
            return None
        free = (self.full_at * self.cores - self.used) / max(self.each, 0.001)
        return max(0 if self.sessions else 1, min(MOST, int(free) - self.young))

    @property
    def told(self) -> str:
        """How much is used and wanted, in words."""
        cores = f"{self.used:.1f} of its {self.cores:.0f} cores are busy"
        return cores if self.each is None else f"{cores}, and another session takes {self.each:.1f}"


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds: of a monotonic clock, of processor time this program and the whole machine have taken."""

    at_s: float
    own_s: float
    machine_s: float


class LoadMeter:
    """Measures between two calls of `read`, which belongs to one thread; `last` to any."""

    def __init__(
        self,
        running: Callable[[], Sequence[Session]],
        cores: int | None = None,
        clocks: "Callable[[], Clocks] | None" = None,
        full_at: float = FULL_AT,
    ) -> None:
        self._running, self._clocks, self._full_at = running, clocks or read_clocks, full_at
        self._cores = float(cores or os.cpu_count() or 1)
        self._before, self._idle, self._each = self._clocks(), 0.0, float("nan")
        self.last = Load(self._cores, 0.0, 0, None)

    def read(self) -> Load:
        """The load since the last call, some seconds ago."""
        before, self._before = self._before, self._clocks()
        passed_s = max(self._before.at_s - before.at_s, 0.001)
        own = (self._before.own_s - before.own_s) / passed_s
        used = max(own, (self._before.machine_s - before.machine_s) / passed_s)
        told = [one.status() for one in self._running()]
        young = sum(one.elapsed_s <= SETTLED_S for one in told)
        if not told:
            self._idle = own
        elif not young:
            self._each = max(own - self._idle, 0.0) / len(told) * _held_back(told)
        each = None if self._each != self._each else self._each
        self.last = Load(self._cores, used, len(told), each, young, self._full_at)
        return self.last


def _held_back(told: Sequence[LiveStatus]) -> float:
    """How much more they would take if they were analysed as often as is wanted: 1 where they are."""
    wanted, aimed = sum(one.wanted_hz for one in told), sum(one.aimed_hz for one in told)
    return max(1.0, wanted / aimed) if aimed else 1.0


def read_clocks() -> Clocks:
    """This machine's and this program's, now."""
    return Clocks(time.monotonic(), time.process_time(), _machine_s())


def _machine_s() -> float:
    """Seconds that the machine's cores have been busy since it started; 0 where that is not told."""
    try:
        fields = STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
        ticks = [int(one) for one in fields]
        user, nice, system, _idle, _wait, irq, soft, *_ = ticks
        return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0
