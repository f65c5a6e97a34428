"""What the tabs of a report work with, handed in by the page."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboard.markers.desk import MarkerDesk
from dashboard.reading import Reading
from dashboard.stored.span import Span
from db.store import Store
from model.behaviour.events import Event, Thresholds

HabitsOf = Callable[[Span, str], pd.DataFrame]
"""Speaking, nods, blinks and read eyes of everybody in a stretch, with the key that it may be kept under."""
EventsFound = Callable[[Span, Reading, Thresholds, int, str], tuple[Event, ...]]
"""Events found again: stretch, reading, thresholds, least people, key. Raises EngagementError."""


@dataclass(frozen=True, slots=True)
class TabTools:
    """`min_group_size`: below so many usable people a group-only view says nothing. `store`
    None: nothing may be changed."""

    store: Store | None
    min_group_size: int
    marker_desk: Callable[[int], MarkerDesk]
    habits_of: HabitsOf
    events_found: EventsFound
