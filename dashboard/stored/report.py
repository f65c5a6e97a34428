"""Everything a report shows of one session, read once for one choice of time range, smoothing and reading."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from dashboard.consent import PRESENCE_ONLY
from dashboard.reading import Reading
from dashboard.stored import figures as analytics
from dashboard.stored import group_lines
from dashboard.stored.enough import STEP_INTERVALS, bridged_steps, too_little
from dashboard.stored.figures import Headline
from dashboard.stored.neutrals import own_neutrals
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.span import Span, steps_of
from dashboard.wording import told_apart
from db import reports
from db.archive.rows import ArchiveError
from db.reports import FrameBucket, Marker, SessionSummary, StoredEvent
from model.behaviour.falls import STEP_MS
from model.behaviour.talk import Talk
from model.engagement.groups import Doubles


@dataclass(frozen=True, slots=True)
class View:
    """What the person asked to see. `end_ms` is exclusive; None stands for the session's end."""

    start_ms: int = 0
    end_ms: int | None = None
    smoothing_ms: int = 0
    group_only: bool = False
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, eq=False)
class SessionReport:
    """Tables and figures of one view, as `figures` and `group_lines` beside it describe them.

    `timeline` and `changes` (scores less everybody's neutral; None unless the view asks for changes) are the
    group's. `engagement_of`, `looking_of`: one column a person. All smoothed. In a group-only view these two
    and `people` are empty, `events` are the group's, and `large_enough` says whether any moment had enough
    people to show. `least_people`: below so many the group has no line. `usable_ms`: for how long somebody
    was usable. `bridged`: so many unknown steps a line goes across. `talk`: when a voice was heard
    and when none was; empty without sound, and in a group-only view. `unheard`: why that is not known of
    an archived session whose file cannot be read.
    """

    session: SessionSummary
    span: Span
    view: View
    bucket_ms: int
    headline: Headline
    mix: pd.Series
    timeline: pd.DataFrame
    changes: pd.DataFrame | None
    coverage: pd.DataFrame
    people: pd.DataFrame
    engagement_of: pd.DataFrame
    looking_of: pd.DataFrame
    events: list[StoredEvent]
    markers: list[Marker]
    steps: PersonSteps
    least_people: int
    large_enough: bool
    usable_ms: int
    bridged: int = 0
    talk: tuple[Talk, ...] = ()
    unheard: str = ""

    @property
    def too_little(self) -> bool:
        """Too little was usable for its figures to be printed as such."""
        return too_little(self.usable_ms, self.headline.duration_ms)

    @cached_property
    def hardly_usable(self) -> frozenset[int]:
        """People of whom too little was usable for figures of their own."""
        if self.presence_only:
            return frozenset()
        in_view_ms = self.people["in_view"].astype("float64") * self.headline.duration_ms
        usable_ms = in_view_ms * self.people["usable"].astype("float64")
        everybody = zip(self.people["person"].tolist(), usable_ms.tolist(), in_view_ms.tolist(), strict=True)
        return frozenset(person for person, usable, seen in everybody if too_little(usable, seen))

    @property
    def reading(self) -> Reading:
        return self.view.reading

    @property
    def presence_only(self) -> bool:
        """Nobody was scored: who was there is all that is known."""
        return self.session.model_name == PRESENCE_ONLY

    @property
    def names(self) -> dict[int, str]:
        """What to call the people who may be shown, by number; nobody as another."""
        return told_apart(
            dict(zip(self.people["person"].tolist(), self.people["name"].tolist(), strict=True))
        )


def read_report(engine: Engine, session: SessionSummary, view: View, min_group_size: int) -> SessionReport:
    """Reads and computes the report. Raises db.errors.DatabaseError if the database cannot be read."""
    last_ms = session.duration_ms if view.end_ms is None else view.end_ms
    # Without an end of one's own, the last frame belongs to it, which may be at the very end.
    span = Span(engine, session.id, view.start_ms, last_ms + (view.end_ms is None))
    interval_ms = _interval_ms(session, span)
    bucket_ms = analytics.report_step_ms(last_ms - view.start_ms, interval_ms)
    scored = session.model_name != PRESENCE_ONLY
    gazes = (
        span.gazes(bucket_ms, min_group_size if view.group_only else 0)
        if scored
        else span.presence(bucket_ms)
    )
    talk, unheard = _talk(span) if session.sound and not view.group_only else ((), "")
    people, frames, events = span.people(), span.frames(bucket_ms), span.events()
    steps = steps_of(span, view.reading, gazes, bucket_ms)
    lines = _Lines(span, view, steps, bucket_ms, min_group_size)
    mix = analytics.mix([gazes] if scored else [])
    line = analytics.headline(last_ms - view.start_ms, people, frames, mix, lines.mean())
    if not scored:
        line = replace(line, usable_share=None)  # nothing was to be scored
    shown = [] if view.group_only else people
    return SessionReport(
        session=session,
        span=span,
        view=view,
        bucket_ms=bucket_ms,
        headline=replace(line, looking=steps.looking_overall(), gaze_known=steps.gaze_known()),
        mix=mix,
        timeline=lines.timeline(),
        changes=lines.changes(),
        coverage=analytics.coverage(frames, steps.times_ms.tolist(), lines.window),
        people=analytics.people_table(shown, line.frames, _measured(steps, view.reading)),
        engagement_of=lines.of_people(lines.values),
        looking_of=lines.of_people(steps.looking()),
        events=[event for event in events if event.person is None or not view.group_only],
        markers=reports.markers(engine, session.id),
        steps=steps,
        least_people=lines.least_people,
        usable_ms=_usable_ms(steps, frames, bucket_ms),
        bridged=bridged_steps(interval_ms, bucket_ms),
        talk=talk,
        unheard=unheard,
        large_enough=not view.group_only or bool((lines.measured["people"] >= lines.least_people).any()),
    )


def _talk(span: Span) -> tuple[tuple[Talk, ...], str]:
    """Talk and silence, and why they are not known: all else is told from sums, without the file."""
    try:
        return span.heard().stretches(), ""
    except ArchiveError as error:
        return (), str(error)


def _interval_ms(session: SessionSummary, span: Span) -> float:
    """How far apart the analyses lie, but for the tenth of the time in which they lay furthest apart."""
    on_average_ms = session.duration_ms / max(session.frames, 1)
    if on_average_ms * STEP_INTERVALS <= STEP_MS:
        return on_average_ms
    counts = [one.frames for one in span.frames(STEP_MS) if one.frames]  # without what was an interruption
    return STEP_MS / max(float(np.percentile(counts, 10)), 1.0) if counts else 0.0


def _usable_ms(steps: PersonSteps, frames: Sequence[FrameBucket], bucket_ms: int) -> int:
    """For how long one person at least was usable: in each step, the share of the analysed frames in which
    whoever was usable most was."""
    analysed = {one.start_ms: one.frames for one in frames}
    most = steps.usable().max(axis=1, initial=0).tolist()
    times = steps.times_ms.tolist()
    shares = (min(1.0, one / max(analysed.get(at, 0), 1)) for at, one in zip(times, most, strict=True))
    return int(sum(shares) * bucket_ms)


class _Lines:
    """What is drawn over time, from one person's values to the group's line."""

    def __init__(
        self, span: Span, view: View, steps: PersonSteps, bucket_ms: int, min_group_size: int
    ) -> None:
        reading, self._view, self._steps = view.reading, view, steps
        self.least_people = max(group_lines.least_people_of(steps), min_group_size if view.group_only else 1)
        self.window = max(1, round(view.smoothing_ms / bucket_ms))
        self.values, scores = steps.values(reading.definition, reading.weights), steps.scores()
        self.values[np.isnan(scores).all(axis=-1)] = np.nan  # nobody was scored: presence only
        self.measured = group_lines.group_timeline(steps, self.values, scores, self.least_people)
        self._changed: pd.DataFrame | None = None
        if reading.is_change:
            table = np.concatenate([self.values[..., None], scores], axis=-1)
            fixed = own_neutrals(span.engine, span.session_id, reading, steps)
            table = group_lines.from_neutral(table, steps.times_ms, bucket_ms, reading.neutral, fixed)
            self.values = table[..., 0]
            self._changed = group_lines.group_timeline(steps, self.values, table[..., 1:], self.least_people)

    def mean(self) -> float | None:
        """Mean of the group's line as measured, every step once."""
        line = self.measured["engagement"]
        return float(line.mean()) if line.notna().any() else None

    def timeline(self) -> pd.DataFrame:
        """The scores as measured, the line as the reading asks for it."""
        frame = self.measured
        if self._changed is not None:
            lines = [*group_lines.LINES, "counted"]
            frame = frame.assign(**{name: self._changed[name] for name in lines})
        return group_lines.smooth_timeline(frame, self.window)

    def changes(self) -> pd.DataFrame | None:
        """The scores as changes, if the reading asks for them."""
        changed = self._changed
        return None if changed is None else group_lines.smooth_timeline(changed, self.window)

    def of_people(self, values: Doubles) -> pd.DataFrame:
        table = group_lines.person_table(self._steps, values, self.window)
        return table.iloc[:, :0] if self._view.group_only else table


def _measured(steps: PersonSteps, reading: Reading) -> pd.DataFrame:
    values = steps.values_of_people(reading.definition, reading.weights)
    values[np.isnan(steps.scores()).all(axis=(0, 2))] = nan
    return pd.DataFrame(
        {"looking": steps.looking_of_people(), "engagement": values}, index=pd.Index(steps.people)
    )
