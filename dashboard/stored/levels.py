"""A whole session in the steps in which falls are looked for, whatever range a report shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dashboard.stored.fall_line import fall_line, is_whole
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.report import SessionReport
from dashboard.stored.span import read_steps
from db.reports import session_settings
from model.behaviour.events import Thresholds, checked_thresholds
from model.behaviour.falls import STEP_MS
from model.engagement import in_percent
from model.engagement.groups import Doubles
from model.errors import EngagementError


@dataclass(frozen=True, eq=False)
class Levels:
    """Steps of STEP_MS: everybody's values (t, p), of so many `looks` (t, p), and the group's line (t,), in
    the definition's unit, NaN where unknown; and the thresholds that the session keeps."""

    steps: PersonSteps
    values: Doubles
    looks: Doubles
    line: Doubles
    limits: Thresholds

    def of(self, person: int | None) -> Doubles:
        """(t,) the line of the group, or of one person, in which falls are looked for."""
        if person is None:
            return self.line
        own = self.steps.people == person
        return fall_line(self.steps.times_ms, self.values[:, own], self.looks[:, own])

    def between(self, start_ms: int, end_ms: int) -> PersonSteps:
        """The steps that start in start_ms <= t < end_ms."""
        return self.steps.between(start_ms, end_ms)


def read_levels(report: SessionReport, min_group_size: int) -> Levels:
    """The session of `report` by its reading. Raises db.errors.DatabaseError."""
    session, reading, view = report.session, report.reading, report.view
    least_people = min_group_size if view.group_only else 1
    whole = not view.start_ms and view.end_ms is None
    if whole and report.bucket_ms == STEP_MS:
        steps = report.steps
    else:
        span = replace(report.span, start_ms=0, end_ms=session.duration_ms + 1)
        steps = read_steps(span, reading, STEP_MS, least_people if view.group_only else 0)
    values = steps.values(reading.definition, reading.weights)
    values[~is_whole(steps.times_ms, session.duration_ms)] = np.nan
    stored = session_settings(report.span.engine, session.id).thresholds
    looks = steps.counted(reading.definition, reading.weights)
    line = fall_line(steps.times_ms, values, looks, least_people)
    return Levels(steps, values, looks, line, kept_thresholds(stored)[0])


def kept_thresholds(stored: Mapping[str, float] | None) -> tuple[Thresholds, str | None]:
    """The thresholds that a session keeps, and why they cannot be used."""
    try:
        return checked_thresholds(stored or {}), None
    except EngagementError as error:
        return Thresholds(), str(error)


def percent_of(report: SessionReport, values: Doubles) -> Doubles:
    """`values` as percent of the definition's range, in which falls are counted."""
    return in_percent(report.reading.definition, values)
