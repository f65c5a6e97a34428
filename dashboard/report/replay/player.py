"""The viewer's own recording beside the report: played in the browser, sent nowhere, kept for its tab only.

A component of our own, since a file that is given to Streamlit is uploaded. Nothing comes back from it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.report.words.tab import spoken
from dashboard.stored.answer import Answer
from dashboard.stored.moments import Moment
from dashboard.stored.report import SessionReport
from db.reports import SessionSummary, Utterance

HERE = Path(__file__).parent
SCRIPTS = ("start.js", "charts.js", "words.js", "replay.js")
MOST_WORDS = 5_000
RECORDING, PHOTO = "recording", "photo"
"""What a session's source is called that was made of a file; its time begins at the file's zero."""


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


_component = st.components.v2.component(
    "attune_replay",
    html=_text("replay.html"),
    css=_text("replay.css"),
    js="\n".join(_text(name) for name in SCRIPTS),
)


def show_replay(
    report: SessionReport, answer: Answer | None, opened: Moment | None, said: Sequence[Utterance]
) -> None:
    """The button that opens a file, and its player once there is one; nothing for a photo."""
    if not report.session.source.startswith(PHOTO):
        found = () if answer is None else answer.moments
        _component(key="replay", data=replay_data(report, found, opened, said), width="content")


def replay_data(
    report: SessionReport, found: Sequence[Moment], opened: Moment | None, said: Sequence[Utterance]
) -> dict[str, Any]:
    """What the player knows of a session: when it began, its moments and its words. Times in ms."""
    session = report.session
    moments = sorted({one.start_ms for one in found})
    words = [(one.start_ms, one.end_ms, spoken(report, one)) for one in said[:MOST_WORDS]]
    return {
        "session": session.id,
        "started_ms": round(session.started_at.timestamp() * 1000),
        "length_s": session.duration_ms / 1000,
        "whole": is_of_file(session),
        "moments": moments,
        "moment": None if opened is None else {"name": opened.name, "at_ms": opened.start_ms},
        "words": words,
    }


def is_of_file(session: SessionSummary) -> bool:
    """Whether a session was made of a recording, so that both begin together."""
    return session.source.split(" ")[0] == RECORDING
