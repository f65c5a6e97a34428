"""Which keys set the host's markers, and what the browser says was pressed."""

from collections.abc import Mapping
from math import isfinite

from dashboard.markers.desk import Press

LABELS: Mapping[str, str] = {"t": "Topic", "q": "Question", "b": "Break", "p": "Poll"}
"""One key each; with Shift it begins or ends a stretch."""
OWN_KEY = "m"
LATE_AT_MOST_MS = 120_000
"""A press told later than this is not believed its own time."""


def presses_of(told: object, labels: Mapping[str, str], now_ms: int) -> list[Press]:
    """What the browser says was pressed; what it cannot have meant is left out.

    A moment that lies ahead of `now_ms`, or long behind it, becomes `now_ms`.
    """
    found = []
    for one in told if isinstance(told, list) else []:
        if not isinstance(one, dict):
            continue
        number, key, at_ms = one.get("id"), one.get("key"), one.get("at_ms")
        if not isinstance(number, str) or not isinstance(key, str) or key not in labels:
            continue
        known = isinstance(at_ms, int | float) and isfinite(at_ms) and 0 <= now_ms - at_ms <= LATE_AT_MOST_MS
        offset_ms = max(0, round(at_ms)) if known and at_ms is not None else now_ms
        found.append(Press(number[:40], labels[key], offset_ms, one.get("stretch") is True))
    return found
