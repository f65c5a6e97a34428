"""Everything a report shows of one session, read once for one choice of time range and smoothing."""

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Engine

from dashboard import analytics
from dashboard.analytics import Headline
from dashboard.consent import PRESENCE_ONLY
from db import reports
from db.reports import Bucket, FrameBucket, ParticipantSummary, SessionSummary

PEOPLE_ROWS = 24_000


@dataclass(frozen=True, slots=True)
class View:
    """What the person asked to see. `end_ms` is exclusive; None stands for the session's end."""

    start_ms: int = 0
    end_ms: int | None = None
    smoothing_ms: int = 10_000
    group_only: bool = False


@dataclass(frozen=True, slots=True)
class SessionReport:
    """Tables and figures of one view, as `dashboard.analytics` describes them.

    `people` is empty and `person_timelines` are none in a group-only view. `large_enough` is False when such
    a view has no moment with enough people to show.
    """

    session: SessionSummary
    bucket_ms: int
    headline: Headline
    mix: pd.Series
    timeline: pd.DataFrame
    coverage: pd.DataFrame
    people: pd.DataFrame
    person_timelines: dict[int, pd.DataFrame]
    large_enough: bool


def read_report(engine: Engine, session: SessionSummary, view: View, min_group_size: int) -> SessionReport:
    """Reads and computes the report. Raises db.errors.DatabaseError if the database cannot be read."""
    last_ms = session.duration_ms if view.end_ms is None else view.end_ms
    # Without an end of one's own, the last frame belongs to it, which may be at the very end.
    span = _Span(engine, session.id, view.start_ms, last_ms + (view.end_ms is None))
    bucket_ms = analytics.bucket_ms_for(last_ms - view.start_ms)
    buckets = span.buckets(bucket_ms, min_usable=min_group_size if view.group_only else 0)
    people, frames = span.people(), span.frames(bucket_ms)
    mix = analytics.mix(buckets)
    timeline = analytics.timeline(buckets, bucket_ms, span.start_ms, span.end_ms)
    line = analytics.headline(
        last_ms - view.start_ms, people, frames, mix, analytics.mean_engagement(timeline)
    )
    if session.model_name == PRESENCE_ONLY:
        line = replace(line, usable_share=None)  # nothing was to be scored
    shown = [] if view.group_only else people
    return SessionReport(
        session=session,
        bucket_ms=bucket_ms,
        headline=line,
        mix=mix,
        timeline=analytics.smooth(timeline, _window(view, bucket_ms)),
        coverage=analytics.coverage(frames, timeline, _window(view, bucket_ms)),
        people=analytics.people_table(shown, line.frames),
        person_timelines=_person_timelines(span, view, len(shown)),
        large_enough=not view.group_only or bool(buckets),
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """One session from `start_ms` up to, but without, `end_ms`."""

    engine: Engine
    session_id: int
    start_ms: int
    end_ms: int

    def buckets(self, bucket_ms: int, by_person: bool = False, min_usable: int = 0) -> list[Bucket]:
        return reports.buckets(
            self.engine,
            self.session_id,
            bucket_ms,
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            by_person=by_person,
            min_usable=min_usable,
        )

    def frames(self, bucket_ms: int) -> list[FrameBucket]:
        start_ms, end_ms = self.start_ms, self.end_ms
        return reports.frame_buckets(
            self.engine, self.session_id, bucket_ms, start_ms=start_ms, end_ms=end_ms
        )

    def people(self) -> list[ParticipantSummary]:
        return reports.participants(self.engine, self.session_id, start_ms=self.start_ms, end_ms=self.end_ms)


def _person_timelines(span: _Span, view: View, people: int) -> dict[int, pd.DataFrame]:
    """One timeline a person, coarser the more people there are, so that their number costs no time."""
    if not people:
        return {}
    points = min(analytics.CHART_POINTS, max(60, PEOPLE_ROWS // people))
    bucket_ms = analytics.bucket_ms_for(span.end_ms - span.start_ms - 1, points)
    return analytics.timelines_by_person(
        span.buckets(bucket_ms, by_person=True),
        bucket_ms,
        span.start_ms,
        span.end_ms - 1,
        _window(view, bucket_ms),
    )


def _window(view: View, bucket_ms: int) -> int:
    return max(1, round(view.smoothing_ms / bucket_ms))
