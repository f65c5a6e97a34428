"""Which frames of a stream are analysed: as many as wanted, no more than the machine can. No Streamlit."""

BUSY_SHARE = 0.8
"""Of the time at most is spent analysing. A frame that is due then finds nobody before it: it does not wait,
and the video, the pages and the browser on the same machine keep their share."""

COST_WEIGHT = 0.15
"""Of the newest cost in the running mean: about seven analyses, so one slow one changes little."""

GAP_WEIGHT = 0.1
LONGEST_GAP_S = 1.0


class AnalysisRate:
    """Times that are due, a period apart, and for each the frame that came nearest.

    The period follows what an analysis costs now, in wall time, so a busy machine is spared as well.
    Not safe for threads: the owner locks.
    """

    def __init__(self, wanted_hz: float) -> None:
        self.wanted_hz = wanted_hz
        self._cost_s: float | None = None
        self._due_s, self._last_s, self._gap_s = 0.0, 0.0, 0.0

    @property
    def hz(self) -> float:
        """How many frames a second are to be analysed now."""
        return 1 / self._period_s

    @property
    def cost_s(self) -> float | None:
        """What one analysis takes, None before the first."""
        return self._cost_s

    @property
    def _period_s(self) -> float:
        return max(1 / self.wanted_hz, (self._cost_s or 0.0) / BUSY_SHARE)

    def spent(self, cost_s: float) -> None:
        """An analysis took so long."""
        known = self._cost_s
        self._cost_s = cost_s if known is None else known + COST_WEIGHT * (cost_s - known)

    def due(self, at_s: float) -> bool:
        """Whether to analyse the frame that came at this instant. Call once for each frame, in order."""
        gap_s, self._last_s = min(at_s - self._last_s, LONGEST_GAP_S), at_s
        self._gap_s += GAP_WEIGHT * (gap_s - self._gap_s)
        period_s = self._period_s
        # The nearest frame, not the next: else a source at this very rate would lose every second one.
        if at_s < self._due_s - min(self._gap_s, period_s) / 2:
            return False
        late = at_s - self._due_s > period_s
        self._due_s = at_s + period_s if late else self._due_s + period_s
        return True
