"""The trend over all sessions of a series (a weekly class), on the Compare page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.compare import charts as compare_charts
from dashboard.compare.address import comparable
from dashboard.compare.bootstrap import Interval, mean_interval
from dashboard.compare.controls import Choice
from dashboard.compare.page import show_copied
from dashboard.compare.trend import series_among, slope
from dashboard.controls.chart import show_chart
from dashboard.controls.state import show_as, shown_by
from dashboard.links import local_time
from dashboard.stored.report import View, read_report
from dashboard.wording import counted, escaped, session_title
from db.access import Access, Sessions
from db.reports import SessionSummary
from model.engagement.groups import Doubles

SERIES, KEY = "series", "compare_series"
MOST_SESSIONS = 40
METHOD = (
    "A series is what the host gave one course, or else one title apart from dates and counters. Each dot is "
    "a session's mean with its 95 % interval (block bootstrap over time). The dashed line is the Theil-Sen "
    "slope, the median of the slopes between all pairs of sessions, with the interval of Sen (1968), from "
    "five sessions on. It does not say why: other rooms, cameras and people change it too."
)


def show_trend(choice: Choice, sessions: Sessions, min_group_size: int) -> None:
    """Choose a series; see whether its means rise or fall."""
    found = choose_series(sessions)
    if not found:
        return
    members, troubles = comparable(found[-MOST_SESSIONS:])
    if len(found) > MOST_SESSIONS:
        troubles.append(f"{len(found)} sessions; the latest {MOST_SESSIONS} are shown.")
    for sentence in troubles:
        st.warning(sentence, icon=":material/info:")
    with st.spinner(f"Reading {counted(len(members), 'session', 'sessions')}"):
        means = [_mean(sessions, one, choice, min_group_size) for one in members]
    _show(choice, members, means)


def choose_series(sessions: Sessions) -> list[SessionSummary]:
    """The sessions of the series that is chosen, in order of time; none, after a sentence, without any."""
    series = series_among(sessions.listed(limit=1000))
    if series:
        return series[_choose(list(series), {key: len(found) for key, found in series.items()})]
    st.markdown(
        "There is no series yet: two sessions or more of one course, or whose titles are the same apart "
        "from dates and counters, as “Physics week 3” and “Physics week 4”."
    )
    return []


def _choose(keys: Sequence[str], sizes: dict[str, int]) -> str:
    asked = st.query_params.get(SERIES, keys[0])
    if asked not in sizes:
        st.warning(f"There is no series “{escaped(asked[:60])}”; the longest one is shown.")
        asked = keys[0]
    show_as(KEY, asked)

    def tell() -> None:
        st.query_params[SERIES] = shown_by(KEY)

    return st.selectbox(
        "Series",
        keys,
        format_func=lambda one: f"{one} ({counted(sizes[one], 'session', 'sessions')})",
        key=KEY,
        on_change=tell,
    )


def _mean(sessions: Sessions, session: SessionSummary, choice: Choice, min_group_size: int) -> Interval:
    group_only = choice.group_only or sessions.access(session.id) < Access.READ
    view = View(0, None, 0, group_only, choice.reading)
    report = read_report(sessions.engine, session, view, min_group_size)
    values = report.timeline["engagement"].to_numpy(dtype=np.float64)
    told = report.large_enough and not report.too_little
    return mean_interval(values if told else np.full(len(values), np.nan))


def _show(choice: Choice, members: Sequence[SessionSummary], means: Sequence[Interval]) -> None:
    reading = choice.reading
    values = np.array([one.value for one in means])
    places = np.arange(len(means), dtype=np.float64)
    if np.count_nonzero(~np.isnan(values)) < 2:
        st.info("Fewer than two of these sessions hold what this definition needs, for long enough.")
        return
    found = slope(places, values)
    finding = _finding(found, choice)
    st.header(finding, anchor=False)
    names = [f"{session_title(one)}, {local_time(one.started_at)}" for one in members]
    fitted = _fitted(found, places, values)
    show_chart(compare_charts.trend_dots(names, means, fitted, reading), "trend", f"Dots in time. {finding}.")
    rows = [
        (name, *(compare_charts.plain(value, reading) for value in (one.value, one.low, one.high)))
        for name, one in zip(names, means, strict=True)
    ]
    show_copied(pd.DataFrame(rows, columns=["Session", "Mean", "95 % from", "95 % to"]), "trend")
    st.caption(METHOD)


def _fitted(found: Interval, places: Doubles, values: Doubles) -> list[float]:
    middle = float(np.nanmedian(values - found.value * places))
    return [middle + found.value * float(place) for place in places]


def _finding(found: Interval, choice: Choice) -> str:
    digits = 1 if choice.reading.definition.unit else 3
    unit = " points" if choice.reading.definition.unit else ""
    told = f"{found.value:+.{digits}f}{unit} a session"
    if np.isnan(found.low):
        return f"{told}, with too few sessions for an interval"
    span = f"{found.low:+.{digits}f} to {found.high:+.{digits}f}"
    if not found.excludes_zero:
        return f"No clear trend: {told} ({span})"
    return f"It {'rises' if found.value > 0 else 'falls'}: {told} ({span})"
