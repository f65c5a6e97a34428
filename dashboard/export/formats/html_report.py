"""The report as one page that opens without a network: live charts, each to save as PNG or as CSV."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from dashboard.export.formats.columns import (
    CHART_COLUMNS,
    MARKER_COLUMNS,
    SAID_COLUMNS,
    SUMMARY_COLUMNS,
    Column,
)
from dashboard.export.formats.facts import LIMITS, dictionary_rows, session_facts
from dashboard.export.formats.figures import Drawn, drawn
from dashboard.export.formats.short_tables import marker_tables, said_tables, summary_tables
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import rows_of
from dashboard.wording import MADE_BY_CODE, counted, duration, session_title

PAGE = files("dashboard.export.formats").joinpath("report_page.html")
PLOTLY = files("plotly").joinpath("package_data/plotly.min.js")
SEEN = (
    "participant",
    "person",
    "first_seen_s",
    "last_seen_s",
    "present_s",
    "usable_share",
    "happy",
    "neutral",
)
MEANS = ("happy", "neutral", "attention", "looking", "engagement")


def html_pieces(source: ExportSource) -> Iterator[bytes]:
    """The file in order: the page, the library that draws, then the charts one by one."""
    before, after = PAGE.read_text("utf-8").split("<!-- charts -->")
    yield _filled(before, source).encode()
    yield b"<script>" + PLOTLY.read_bytes() + b"</script>\n"
    found = 0
    for chart in drawn(source):
        yield _chart(chart).encode()
        found += 1
    if not found:
        yield b"<p class=note>Nothing is there to draw: no face was usable, or too few people at once.</p>"
    yield _tables(source).encode()
    yield after.encode()


def _filled(page: str, source: ExportSource) -> str:
    session = source.session
    title = html.escape(session_title(session))
    told = [
        f"{session.started_at:%d %b %Y, %H:%M} UTC",
        duration(session.duration_ms),
        counted(session.people, "person", "people"),
        f"purpose: {session.purpose}",
        *([MADE_BY_CODE] if session.is_demo else []),
        *(["still running when this was saved"] if session.ended_at is None else []),
        *([f"group only, of {source.least_people} people at least"] if source.group_only else []),
    ]
    facts = html.escape(" \u00b7 ".join(told))
    values = {"title": title, "facts": facts, "limits": html.escape(LIMITS)}
    # At once: what stands in a title is never a place to be filled.
    return re.sub(r"\{(title|facts|limits)\}", lambda place: values[place[1]], page)


def _chart(chart: Drawn) -> str:
    key, title, finding = chart.key, html.escape(chart.title), html.escape(chart.finding)
    return (
        f'<section><h2>{title}</h2><p class="finding">{finding}</p>'
        f'<div class="chart" id="{key}" role="img" aria-label="{title}: {finding}"></div>'
        f'<p class="save"><button data-png="{key}">PNG</button><button data-csv="{key}">CSV</button></p>'
        f'<script type="application/json" id="{key}-figure">{_safe(chart.figure)}</script>'
        f'<script type="application/json" id="{key}-csv">{_safe(json.dumps(chart.csv))}</script></section>\n'
    )


def _tables(source: ExportSource) -> str:
    parts, contents = [], dict[str, Sequence[Column]]()
    if not source.group_only:
        wanted = [one for one in SUMMARY_COLUMNS if one.name in (*SEEN, *MEANS)]
        parts.append(_table("Participants", wanted, list(_rows(wanted, summary_tables(source)))))
        contents["participants"] = wanted
        if source.read_said():
            words = [one for one in SAID_COLUMNS if one.name != "time_utc"]
            parts.append(_table("Words", words, list(_rows(words, said_tables(source)))))
            contents["words"] = words
    marks = [one for one in MARKER_COLUMNS if one.name != "time_utc"]
    parts.append(_table("Markers", marks, list(_rows(marks, marker_tables(source)))))
    facts = [(name.replace("_", " "), value) for name, value in session_facts(source).items()]
    columns = [Column("fact", ""), Column("value", "")]
    parts.append(_table("About this session", columns, facts))
    contents |= {"markers": marks, "charts": CHART_COLUMNS}
    head, *told = ((table, name, *rest) for table, name, _, *rest in dictionary_rows(contents))
    return "".join([*parts, _table("What the columns mean", [Column(name, "") for name in head], told)])


def _rows(columns: Sequence[Column], tables: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
    for table in tables:
        yield from rows_of({column.name: table[column.name] for column in columns})


def _table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return ""
    heads = "".join(
        f'<th scope="col" title="{html.escape(one.meaning)}">{html.escape(one.name.replace("_", " "))}</th>'
        for one in columns
    )
    lines = "".join("<tr>" + "".join(f"<td>{_told(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return (
        f'<section><h2>{title}</h2><div class="wide" tabindex="0" role="region" aria-label="{title}">'
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{lines}</tbody></table></div></section>\n"
    )


def _told(cell: Any) -> str:
    if cell is None:
        return "\N{EN DASH}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return html.escape(f"{cell:.4g}" if isinstance(cell, float) else str(cell))


def _safe(text: str) -> str:
    """JSON that may stand in a script element: no end tag and no comment begins in it."""
    return text.replace("<", "\\u003c")
