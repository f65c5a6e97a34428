"""The report's charts for files: each with what it says, its figure as JSON and its numbers as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.charts import lines as report_charts
from dashboard.charts import look as charts
from dashboard.charts.expressions import emotion_area, mix_pie
from dashboard.charts.lines import coverage_lines, person_lines
from dashboard.consent import PRESENCE_ONLY
from dashboard.export.formats.cells import defused
from dashboard.export.formats.source import ExportSource
from dashboard.palette import SCORES
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.findings import coverage_finding, engagement_finding, mix_finding, timeline_finding
from dashboard.stored.report import SessionReport, View, read_report

MIX = "expressions"
MOST_STRIPS = 49
"""People drawn: as many faces as a meeting's window shows at once."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """`key` names files; `figure` is plotly's JSON; `csv` holds the numbers that are drawn."""

    key: str
    title: str
    finding: str
    figure: str
    csv: str


def report_of(source: ExportSource) -> SessionReport:
    """The report of the whole session, of the group only if `source` says so."""
    view = View(group_only=source.group_only, reading=source.reading)
    return read_report(source.engine, source.session, view, source.least_people)


def drawn(source: ExportSource) -> Iterator[Drawn]:
    """The charts that there are numbers for, those over time with the host's markers."""
    report, markers = report_of(source), source.read_markers()
    end_ms = max(source.session.duration_ms, 1)
    for chart, figure in _charts(report):
        marked = figure if chart.key == MIX else charts.with_markers(figure, markers, 0, end_ms)
        yield replace(chart, figure=str(marked.to_json()))


def _charts(report: SessionReport) -> Iterator[tuple[Drawn, Any]]:
    times = report.timeline["time_ms"] / 1000
    scored = report.session.model_name != PRESENCE_ONLY and report.large_enough
    reading = report.reading
    if scored and _is_line(report.timeline["engagement"]):
        mean = reading.told(report.headline.engagement)
        finding = engagement_finding(report.timeline, mean, reading.told(report.timeline["engagement"].min()))
        finding = _said(report, finding)
        table = report.timeline[["engagement", "lower", "upper", "counted"]]
        figure = report_charts.group_line(report.timeline, reading, bridged=report.bridged)
        yield _drawn(
            "engagement", f"Engagement: {reading.definition.title}", finding, figure, _timed(times, table)
        )
    if scored and not report.mix.empty:
        finding = _said(report, mix_finding(report.mix))
        shares = report.mix.rename_axis("expression").rename("share").reset_index()
        yield _drawn(MIX, "Mix of expressions", finding, mix_pie(report.mix), shares)
        if _is_line(report.timeline[SCORES[0]]):
            finding = _said(report, timeline_finding(report.timeline, SCORES))
            table = _timed(times, report.timeline[SCORES])
            figure = emotion_area(report.timeline, report.bridged)
            yield _drawn("expressions-over-time", "Expressions over time", finding, figure, table)
    if report.large_enough and _is_line(report.timeline["looking"]):
        share = f"{wording.percent(report.headline.looking)} of the measured gaze was on the screen"
        finding = _said(report, share)
        table = _timed(times, report.timeline[["looking", "looked"]])
        figure = report_charts.looking_line(report.timeline, report.bridged)
        yield _drawn("looking", "Looking", finding, figure, table)
    yield from _of_people(report, times)
    if _is_line(report.coverage["with_face"]):
        finding = coverage_finding(report.headline)
        table = _timed(times, report.coverage[["with_face", "usable_faces"]])
        yield _drawn("coverage", "Coverage", finding, coverage_lines(report.coverage), table)


def _of_people(report: SessionReport, times: pd.Series) -> Iterator[tuple[Drawn, Any]]:
    lines, names = report.engagement_of, report.names
    people = [person for person in names if person in lines and _is_line(lines[person])]
    if not people:
        return
    known = report.people.set_index("person").loc[people]
    shown = sorted(known["in_view"].sort_values(ascending=False, kind="stable").index[:MOST_STRIPS])
    finding = "Each strip is a person"
    if len(shown) < len(people):
        finding += f"; of {len(people)}, the {MOST_STRIPS} longest in view are drawn, the CSV has all"
    grid = pd.DataFrame({"time_ms": report.timeline["time_ms"]})
    strips = [(names[one], grid.assign(engagement=lines[one].to_numpy())) for one in shown]
    figure = person_lines(strips, report.timeline, report.reading.limits, report.reading.unit, report.bridged)
    named = {one: defused(f"{name} ({one})") for one, name in known["name"].items()}
    table = _timed(times, lines[people].reset_index(drop=True).rename(columns=named))
    yield _drawn("engagement-of-people", "Engagement of everybody", finding, figure, table)


def _said(report: SessionReport, finding: str) -> str:
    return TOO_LITTLE if report.too_little else finding


def _timed(times: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([times.rename("time_s"), table.reset_index(drop=True)], axis=1)


def _drawn(key: str, title: str, finding: str, figure: Any, table: pd.DataFrame) -> tuple[Drawn, Any]:
    text = table.to_csv(index=False, float_format="%.4f", lineterminator="\r\n")
    return Drawn(key, title, finding, "", text), figure


def _is_line(values: pd.Series) -> bool:
    return int(values.notna().sum()) > 1
