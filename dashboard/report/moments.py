"""The moments of a session: falls, rises and long stretches, each a link that shows the time around it."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import streamlit as st

from dashboard import navigation
from dashboard.links import FROM, TO, link_with
from dashboard.report.address import range_query
from dashboard.stored import moments
from dashboard.stored.moments import Kind, Moment, range_around
from dashboard.stored.report import SessionReport
from dashboard.wording import clock, duration, escaped, label

HEADINGS = {
    Kind.FALL: "Fell most",
    Kind.RISE: "Rose most",
    Kind.AWAY: "Looked away longest",
    Kind.LED: "One expression longest",
    Kind.BELOW: "Below the own mean longest",
}
Table = TypeVar("Table", moments.Held, moments.Codes)
NONE = {
    Kind.FALL: "No clear fall",
    Kind.RISE: "No clear rise",
    Kind.AWAY: "Nobody looked away for long",
    Kind.LED: "Nothing but neutral for long",
    Kind.BELOW: "Nobody stayed below their mean for long",
}
HOW = (
    "A fall or rise compares up to {window} before with as much after, of the line as it is drawn above, and "
    f"is named from {moments.SMALLEST_CHANGE:.0%} of the definition's range on. Looking away: less than half "
    "of the measured gaze on the screen. A gap ends a stretch. A click shows the time around it."
)


def show_moments(report: SessionReport, person: int | None) -> None:
    """Five lists of links; of `person` alone if one is chosen."""
    found = find_moments(report, person)
    columns = st.columns(2, gap="large")
    for number, (kind, heading) in enumerate(HEADINGS.items()):
        with columns[number % 2]:
            st.markdown(f"**{heading}**")
            mine = [one for one in found if one.kind is kind]
            if not mine:
                st.caption(f"{NONE[kind]} in this time range.")
            for one in mine:
                show_link(report, one)
    st.caption(HOW.format(window=duration(max(moments.WINDOW_MS, report.bucket_ms))))
    if report.view.start_ms or report.view.end_ms is not None:
        link_with(navigation.REPORT, "Show the whole session", _query(None))


def find_moments(report: SessionReport, person: int | None = None) -> list[Moment]:
    """All moments of the view, in the order of HEADINGS; the group's alone in a group-only view."""
    times, step_ms = report.timeline["time_ms"].to_numpy(dtype=np.int64), report.bucket_ms
    found = [*_changes(report, person)]
    found += moments.stretches(Kind.AWAY, _away(report, person), times, step_ms)
    found += moments.led(_leads(report, person), times, step_ms)
    found += moments.stretches(Kind.BELOW, _below(report, person), times, step_ms)
    return found


def told(report: SessionReport, one: Moment) -> str:
    """A moment in words: "12:30 Ada: fell by 12 points"."""
    who = "The group" if one.person is None else report.names.get(one.person, f"P{one.person}")
    if one.amount is not None:
        verb = "fell" if one.kind is Kind.FALL else "rose"
        amount = report.reading.told(abs(one.amount), signed=True).lstrip("+")
        return f"{clock(one.at_ms / 1000)} {who} {verb} by {amount}"
    what = {
        Kind.AWAY: "looked away",
        Kind.BELOW: "below the own mean",
        Kind.LED: f"{label(one.key).lower()} led",
    }
    return f"{clock(one.start_ms / 1000)} {who}: {what[one.kind]} for {duration(one.length_ms)}"


def show_link(report: SessionReport, one: Moment) -> None:
    """A link to the same report with the time around a moment."""
    link_with(
        navigation.REPORT, escaped(told(report, one)), _query(range_around(one, report.session.duration_ms))
    )


def _query(span: tuple[int, int] | None) -> dict[str, str]:
    kept = {name: text for name, text in st.query_params.to_dict().items() if name not in (FROM, TO)}
    return kept if span is None else kept | range_query(*span)


def _changes(report: SessionReport, person: int | None) -> Sequence[Moment]:
    low, high = report.reading.definition.low, report.reading.definition.high
    smallest = moments.SMALLEST_CHANGE * (high - low)
    times = report.timeline["time_ms"].to_numpy(dtype=np.int64)
    line = report.timeline["engagement"]
    if person is not None and person in report.engagement_of:
        line = report.engagement_of[person]
    return moments.changes(times, line.to_numpy(dtype=np.float64), report.bucket_ms, smallest, person)


def _away(report: SessionReport, person: int | None) -> dict[int | None, moments.Held]:
    if report.view.group_only:
        return {None: (report.timeline["looking"] < moments.LOOKING_FROM).to_numpy()}
    return _only(moments.looking_away(report.looking_of), person)


def _below(report: SessionReport, person: int | None) -> dict[int | None, moments.Held]:
    if report.view.group_only:
        line = report.timeline["engagement"]
        return {None: (line < line.mean()).to_numpy()}
    return _only(moments.below_mean(report.engagement_of), person)


def _leads(report: SessionReport, person: int | None) -> dict[int | None, moments.Codes]:
    if report.view.group_only:
        enough = (report.timeline["people"] >= report.least_people).to_numpy()
        return {None: moments.group_codes(report.steps, enough)}
    codes = moments.leading_codes(report.steps)
    return _only({int(one): codes[:, place] for place, one in enumerate(report.steps.people)}, person)


def _only(table: dict[int | None, Table], person: int | None) -> dict[int | None, Table]:
    return table if person is None else {one: held for one, held in table.items() if one == person}
