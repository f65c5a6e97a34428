"""How engagement, expressions and talking are spread over people and time, and what follows what."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.palette import KEYS, LABELS
from dashboard.report import spread_charts as moment_charts
from dashboard.report.people import habits_shown
from dashboard.report.tab_tools import HabitsOf, TabTools
from dashboard.stored import spread as distribution
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.report import SessionReport
from dashboard.stored.transitions import SECOND_MS, Transitions, transitions
from dashboard.wording import counted, duration, escaped, percent

PARTS = {"5 equal parts": 5, "10 equal parts": 10}
LENGTHS = {"1 min": 60_000, "5 min": 300_000, "10 min": 600_000, "15 min": 900_000, "30 min": 1_800_000}
MOST_ROWS = 40
TALK_HELP = (
    "Seen, not heard: the share of moving lips among all moving lips in the picture. Laughing and chewing "
    "move lips too, and whoever is not in view is not counted."
)
SECONDS_HELP = (
    "A second's state is what led most of a person's usable instants in it, “not sure” on a tie. Changes are "
    "counted between neighbouring seconds of one person; a second without a usable face is a gap, and what "
    "happened in it is unknown, so nothing is counted across it. Percent: of the changes from a state."
)


def show_spread(report: SessionReport, tools: TabTools) -> None:
    """Intervals, people, talking and changes of expression."""
    if report.too_little:
        st.caption(TOO_LITTLE)
        return
    _show_intervals(report)
    if not report.view.group_only:
        _show_people(report)
        _show_talking(report, tools.habits_of)
    _show_transitions(report, tools.min_group_size if report.view.group_only else 0)


def _show_intervals(report: SessionReport) -> None:
    span_ms = report.headline.duration_ms
    lengths = {name: ms for name, ms in LENGTHS.items() if 2 * ms <= span_ms <= MOST_ROWS * ms}
    st.header("Over time", anchor=False)
    chosen = st.segmented_control(
        "Intervals", [*PARTS, *lengths], default="5 equal parts", key=f"intervals_{report.session.id}"
    )
    start_ms, chosen = report.view.start_ms, chosen or "5 equal parts"
    make = partial(distribution.intervals, start_ms, start_ms + span_ms)
    spans = make(length_ms=lengths[chosen]) if chosen in lengths else make(parts=PARTS[chosen])
    times = report.timeline["time_ms"].to_numpy(dtype=np.int64)
    line = report.timeline["engagement"].to_numpy(dtype=np.float64)
    spread = distribution.spread_of_intervals(times, line, spans)
    mixes = distribution.mix_of_intervals(report.steps, spans, report.least_people)
    left, right = st.columns(2, gap="large")
    with left:
        _show_boxes(report, spread, "intervals")
    with right:
        st.markdown("Share of the usable time that each expression led")
        known = mixes.dropna()
        if len(known):
            show_chart(moment_charts.mix_bars(known), "mixes", "Stacked bars by interval; a table follows.")
    with st.expander("As a table", icon=":material/table:"):
        table = pd.concat([_rounded(spread, report), (mixes * 100).round()], axis=1)
        st.dataframe(table.rename(columns=LABELS), key="table_intervals")


def _show_boxes(report: SessionReport, spread: pd.DataFrame, key: str) -> None:
    known = spread.dropna()
    if known.empty:
        st.markdown("Nothing that this definition needs was measured.")
        return
    medians = known["median"]
    low, high = str(medians.idxmin()), str(medians.idxmax())
    lowest, highest = (report.reading.told(float(one)) for one in (medians.min(), medians.max()))
    longest = np.sort(np.argsort(-known["steps"].to_numpy(), kind="stable")[:MOST_ROWS])
    finding = f"Engagement: highest in {escaped(high)} ({highest}), lowest in {escaped(low)} ({lowest})"
    st.markdown(finding if len(known) > 1 else "Engagement")
    rows = [(str(name), five) for name, five in known.iloc[longest].iterrows()]
    show_chart(
        moment_charts.value_boxes(rows, report.reading), f"boxes_{key}", f"Boxes. {finding}. A table follows."
    )
    left_out = f"Of {len(known)}, the {MOST_ROWS} measured longest are drawn; the table has all. "
    box = "Box: middle half of the time; line in it: median; whiskers: 5 % to 95 %."
    st.caption(left_out * (len(known) > MOST_ROWS) + box)


def _rounded(spread: pd.DataFrame, report: SessionReport) -> pd.DataFrame:
    return spread.round(1 if report.reading.definition.unit else 3)


def _show_people(report: SessionReport) -> None:
    told = report.engagement_of.drop(columns=list(report.hardly_usable), errors="ignore")
    spread = distribution.spread_of_people(told)
    if spread.empty:
        return
    st.header("Over people", anchor=False)
    spread = spread.rename(index=report.names)
    _show_boxes(report, spread, "people")
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_rounded(spread, report), key="table_spread")


def _show_talking(report: SessionReport, habits_of: HabitsOf) -> None:
    st.header("Who talked", anchor=False, help=TALK_HELP)
    habits = habits_shown(report, habits_of)
    if habits.empty:
        return
    people = report.people.set_index("person")
    present = people["in_view"].astype("float64") * report.headline.duration_ms
    shares = distribution.talk_shares(habits["speaking"], present)
    if not shares["talked_ms"].sum():
        st.markdown("No moving lips were seen, or mouths were too small to measure.")
        return
    first = shares.index[0]
    names = [report.names.get(int(str(one)), f"P{one}") for one in shares.index]
    finding = f"{escaped(names[0])} talked most, as far as lips show: {percent(shares['share'].iloc[0])}"
    st.markdown(f"{finding} ({duration(round(shares.loc[first, 'talked_ms']))})")
    figure = moment_charts.talk_bars(names[:MOST_ROWS], shares["share"].tolist()[:MOST_ROWS])
    show_chart(figure, "talk", f"Bars. {finding}.")
    left_out = f"Of {len(names)}, the {MOST_ROWS} who talked most are drawn. " * (len(names) > MOST_ROWS)
    st.caption(left_out + TALK_HELP)


def _show_transitions(report: SessionReport, least_people: int) -> None:
    st.header("What followed what", anchor=False)
    found = transitions(report.span.gazes(SECOND_MS, least_people))
    if not found.changes:
        st.markdown("No change of the leading expression was seen.")
        return
    finding = _finding(found)
    st.markdown(finding)
    chart, table = st.columns([3, 2], gap="large")
    with chart:
        figure = moment_charts.transition_map(found.rates(), found.counts)
        show_chart(figure, "transitions", f"Matrix of changes. {finding}. The table has the seconds.")
    with table:
        stays = pd.DataFrame({"Seconds": found.seconds, "Stays for (s)": found.stays_s().round(1)})
        st.dataframe(stays[stays["Seconds"] > 0].rename(index=LABELS), key="table_stays")
        st.caption(f"{counted(found.gaps, 'gap', 'gaps')} left out. {SECONDS_HELP}")


def _finding(found: Transitions) -> str:
    changes = np.where(np.eye(len(KEYS), dtype=bool), 0, found.counts.to_numpy())
    first, second = (KEYS[int(place)] for place in np.unravel_index(changes.argmax(), changes.shape))
    count = int(changes.max())
    return (
        f"{counted(found.changes, 'change', 'changes')}, most from {LABELS[first].lower()} to "
        f"{LABELS[second].lower()} ({count:,})"
    )
