"""One week of a series in a few lines of text: each session's figure, best and worst moment, who was there.

Every figure is the one that the session's own report tells, by the reading that the session keeps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from dashboard.consent import PRESENCE_ONLY
from dashboard.reading import stored_reading
from dashboard.stored.answer import Answer, read_answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.moments import Kind, Moment
from dashboard.stored.report import SessionReport, View, read_report
from dashboard.stored.told import told, words_of
from dashboard.wording import MADE_BY_CODE, SHORT_LIMITS, counted, duration, session_title
from db.reports import SessionSummary, session_settings

WEEK = timedelta(days=7)
MOST_NAMES = 12
TOO_FEW = "Too few people at once for a group to be told of"


@dataclass(frozen=True, eq=False)
class WeekSession:
    """A session of the week. `answer` None: nothing of it can be told. `less_usual`: against its course."""

    report: SessionReport
    answer: Answer | None
    less_usual: float | None


def monday_of(day: date) -> date:
    """On which the week of `day` began."""
    return day - timedelta(days=day.weekday())


def weeks_of(
    members: Sequence[SessionSummary], day_of: Callable[[datetime], date]
) -> dict[date, list[SessionSummary]]:
    """Sessions by the Monday of their week, the newest week first, each in order of time."""
    found: dict[date, list[SessionSummary]] = {}
    for one in sorted(members, key=lambda one: (one.started_at, one.id)):
        found.setdefault(monday_of(day_of(one.started_at)), []).append(one)
    return dict(sorted(found.items(), reverse=True))


def read_session(
    engine: Engine,
    session: SessionSummary,
    less_usual: float | None,
    min_group_size: int,
    *,
    group_only: bool,
) -> WeekSession:
    """As its report has it. Raises DatabaseError."""
    view = View(group_only=group_only)
    if session.model_name != PRESENCE_ONLY:
        reading, _ = stored_reading(session_settings(engine, session.id))
        view = View(group_only=group_only, reading=reading)
    report = read_report(engine, session, view, min_group_size)
    tells = report.large_enough and not report.mix.empty and not report.too_little
    return WeekSession(report, read_answer(report, None, min_group_size) if tells else None, less_usual)


def digest(series: str, monday: date, sessions: Sequence[WeekSession], when: Mapping[int, str]) -> str:
    """The text; `when` says by session when it began, for the person who looks."""
    sunday = monday + WEEK - timedelta(days=1)
    lines = [
        f"{series}: {monday:%d %b} to {sunday:%d %b %Y}, {counted(len(sessions), 'session', 'sessions')}"
    ]
    if any(one.report.session.is_demo for one in sessions):
        lines.append(f"(demo: {MADE_BY_CODE})")
    lines += _extremes(sessions)
    for one in sessions:
        lines += ["", *_session_lines(one, when[one.report.session.id])]
    return "\n".join([*lines, "", SHORT_LIMITS])


def _session_lines(one: WeekSession, when: str) -> list[str]:
    report = one.report
    heading = f"{session_title(report.session)}, {when}, {duration(report.session.duration_ms)}"
    if report.session.ended_at is None:
        heading += ", still running"
    return [heading, *(f"- {line}" for line in (_number(one), *_moments(one.answer), _who(report)))]


def _number(one: WeekSession) -> str:
    report = one.report
    if report.presence_only:
        return "Presence only, without scores"
    if not report.large_enough:
        return TOO_FEW
    if report.too_little:
        return TOO_LITTLE
    words = words_of(report, one.less_usual)
    value = report.reading.told(report.headline.engagement)
    return f"{value}{f', {words}' if words else ''} ({report.reading.definition.plain})"


def _moments(answer: Answer | None) -> list[str]:
    if answer is None:
        return []
    return [told(answer, one) for one in (*answer.of(Kind.HIGHEST), *answer.of(Kind.LOWEST))]


def _who(report: SessionReport) -> str:
    people = counted(report.headline.people, "person", "people")
    names = list(report.names.values()) if not report.view.group_only else []
    if not names:
        return f"{people} in view"
    more = len(names) - MOST_NAMES
    return f"{people} in view: {', '.join(names[:MOST_NAMES])}{f' and {more} more' if more > 0 else ''}"


def _extremes(sessions: Sequence[WeekSession]) -> list[str]:
    """The best and the worst moment of the week, where several sessions are read by one definition."""
    answers = [one.answer for one in sessions if one.answer is not None]
    if len(answers) < 2 or len({one.report.reading.definition.name for one in answers}) > 1:
        return []
    return [
        line
        for word, kind, sign in (("Best", Kind.HIGHEST, 1), ("Worst", Kind.LOWEST, -1))
        if (line := _extreme(word, [(one, each) for one in answers for each in one.of(kind)], sign))
    ]


def _extreme(word: str, found: Sequence[tuple[Answer, Moment]], sign: int) -> str:
    values = [(one.value_of(each), one, each) for one, each in found]
    known = [(sign * value, one, each) for value, one, each in values if value is not None]
    if not known:
        return ""
    _, answer, moment = max(known, key=lambda each: each[0])
    return f"{word} moment: {session_title(answer.report.session)}, {told(answer, moment)}"
