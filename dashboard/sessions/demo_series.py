"""Three made-up sessions of one course, with markers: Compare, Trend and Markers have something to show."""

from contextlib import suppress
from datetime import datetime, timedelta

from dashboard.sessions.demo import write_demo
from db.errors import DatabaseError
from db.store import Store

SERIES = "Demo: product review"
WEEKS = 3
MARKERS = (
    (120_000, "Topic", None),
    (300_000, "Poll", None),
    (505_000, "Break", 590_000),
    (868_000, "Question", None),
)
"""Offset, label and, of a stretch, its end; at the moments that the demo's people share."""


def write_demo_series(store: Store, now: datetime) -> int:
    """Writes them a week apart, the last as if it had just ended at `now` (aware); gives its number.

    Raises DatabaseError; nothing half-made stays where the database can still delete.
    """
    made: list[int] = []
    try:
        for week in range(1, WEEKS + 1):
            ended_at = now - timedelta(weeks=WEEKS - week)
            made.append(write_demo(store, ended_at, 6 + week, title=f"{SERIES}, week {week}", series=SERIES))
            for at_ms, label, end_ms in MARKERS:
                store.add_marker(made[-1], at_ms, label, end_ms=end_ms)
    except DatabaseError:
        for session_id in made:
            with suppress(DatabaseError):
                store.delete_session(session_id)
        raise
    return made[-1]
