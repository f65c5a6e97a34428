"""A stored session in one row of a list: its engagement, as its report has it, and the line in few points."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine

from dashboard.consent import PRESENCE_ONLY
from dashboard.reading import stored_reading
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.report import View, read_report
from dashboard.stored.series import series_of
from db.reports import SessionSummary, session_settings

POINTS = 40
AMONG, COMPARED_WITH = 200, 8
"""Of so many of the newest sessions, so many of a course say what is usual in it."""
COURSE_FROM = 2
"""So many other sessions of a course say what is usual in it."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`engagement`: the report's headline in the unit of `definition`, None where too little was usable;
    `line`: at most POINTS values of the group's line, None in gaps; `low`, `high`: the definition's range.
    `told`: the headline as it is read."""

    definition: str
    engagement: float | None
    told: str
    line: tuple[float | None, ...]
    low: float
    high: float


def read_overview(engine: Engine, session: SessionSummary, min_group_size: int) -> Overview | None:
    """The session by the reading that it keeps; None where nothing was scored. Raises DatabaseError."""
    if session.model_name == PRESENCE_ONLY or not session.usable:
        return None
    reading, _ = stored_reading(session_settings(engine, session.id))
    report = read_report(engine, session, View(reading=reading), min_group_size)
    values = report.timeline["engagement"].to_numpy(np.float64)
    mean = None if report.too_little else report.headline.engagement
    told = TOO_LITTLE if report.too_little else reading.told(mean)
    low, high = reading.limits
    return Overview(reading.definition.title, mean, told, _few(values), low, high)


def course_of(session: SessionSummary, among: Iterable[SessionSummary]) -> list[SessionSummary]:
    """The latest other sessions of its course, of those `among`, the newest first; made-up ones apart."""
    course = series_of(session)
    others = [
        one
        for one in among
        if one.id != session.id and one.is_demo == session.is_demo and series_of(one) == course
    ]
    return others[:COMPARED_WITH] if course else []


def less_usual(
    session: SessionSummary, overviews: Mapping[int, Overview], among: Iterable[SessionSummary]
) -> float | None:
    """The session's engagement less the mean of its course's other sessions `among`, by one definition; None
    with fewer than COURSE_FROM of them."""
    own = overviews.get(session.id)
    if own is None or own.engagement is None:
        return None
    others = (overviews.get(one.id) for one in course_of(session, among))
    known = [
        one.engagement
        for one in others
        if one is not None and one.engagement is not None and one.definition == own.definition
    ]
    return own.engagement - sum(known) / len(known) if len(known) >= COURSE_FROM else None


def less_course(
    session: SessionSummary,
    own: Iterable[SessionSummary],
    overview_of: Callable[[SessionSummary], Overview | None],
) -> float | None:
    """`less_usual` of one session, of which and of whose course alone, among the host's `own`, overviews are
    read."""
    among = [session, *course_of(session, own)]
    return less_usual(session, {one.id: found for one in among if (found := overview_of(one))}, among)


def _few(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float | None, ...]:
    parts: Sequence[np.ndarray[tuple[int], np.dtype[np.float64]]]
    parts = np.array_split(values, min(POINTS, max(1, len(values))))
    means = [float(part[~np.isnan(part)].mean()) if (~np.isnan(part)).any() else None for part in parts]
    return tuple(None if mean is None else round(mean, 2) for mean in means)
