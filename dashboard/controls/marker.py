"""Typing a marker: its label, its time as mm:ss, and a note."""

from dataclasses import replace

import streamlit as st

from dashboard.markers.keys import LABELS
from dashboard.markers.typed import LONGEST_LABEL, LONGEST_NOTE, MarkerTypedError, parse_time
from dashboard.wording import clock, escaped
from db.reports import Marker

NEW = Marker(0, 0, None, "", None)
"""What the form shows when a marker is added."""


def ask_marker(marker: Marker, longest_ms: int, key: str, send: str) -> Marker | None:
    """Draw the form; in the run after `send` was pressed the marker as typed, or a sentence and None.

    A time that was left as it stands keeps its milliseconds. `longest_ms`: the session's length.
    """
    with st.form(key, border=False):
        label = st.selectbox(
            "Label",
            _choices(marker),
            index=_choices(marker).index(marker.label) if marker.label else None,
            placeholder="Choose one or type your own",
            accept_new_options=True,
            key=f"{key}-label",
        )
        begins, ends = st.columns(2)
        begin = begins.text_input("Begins at (mm:ss)", _told(marker, marker.offset_ms), key=f"{key}-begin")
        end = ends.text_input(
            "Ends at (mm:ss)",
            "" if marker.end_ms is None else clock(marker.end_ms / 1000),
            placeholder="Empty: a moment",
            key=f"{key}-end",
        )
        note = st.text_input("Note", marker.note or "", max_chars=LONGEST_NOTE, key=f"{key}-note")
        sent = st.form_submit_button(send, type="primary")
    if not sent:
        return None
    typed = replace(marker, label=str(label or "").strip()[:LONGEST_LABEL], note=note.strip() or None)
    try:
        return _timed(marker, typed, begin, end, longest_ms)
    except MarkerTypedError as error:
        st.warning(escaped(str(error)))
        return None


def _timed(marker: Marker, typed: Marker, begin: str, end: str, longest_ms: int) -> Marker:
    if not typed.label:
        raise MarkerTypedError("A marker needs a label: choose one, or type your own.")
    offset_ms = _time(begin, marker.offset_ms if marker.label else None, longest_ms)
    end_ms = _time(end, marker.end_ms, longest_ms) if end.strip() else None
    if end_ms is not None and end_ms < offset_ms:
        raise MarkerTypedError(f"It ends at {end.strip()}, before it begins at {begin.strip()}.")
    return replace(typed, offset_ms=offset_ms, end_ms=end_ms)


def _time(typed: str, stands_ms: int | None, longest_ms: int) -> int:
    if stands_ms is not None and typed.strip() == clock(stands_ms / 1000):
        return stands_ms
    return parse_time(typed, longest_ms)


def _choices(marker: Marker) -> list[str]:
    own = [marker.label] if marker.label and marker.label not in LABELS.values() else []
    return [*LABELS.values(), *own]


def _told(marker: Marker, at_ms: int) -> str:
    return clock(at_ms / 1000) if marker.label else ""
