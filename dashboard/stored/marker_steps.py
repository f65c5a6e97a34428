"""Short steps for what lies around markers: a report's own grow with the time that it shows."""

from dashboard.reading import Reading
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.span import Span, steps_of

FINE_MS = 5_000
"""Steps as long as this, or shorter, are short enough for the minutes around markers."""


def read_steps(span: Span, reading: Reading, step_ms: int, min_usable: int) -> PersonSteps:
    """`span` in steps of `step_ms`. `min_usable`: instants with fewer usable people do not count; 0: all do.
    Raises db.errors.DatabaseError."""
    return steps_of(span, reading, span.gazes(step_ms, min_usable), step_ms)
