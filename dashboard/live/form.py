"""The set-up form: who is seen, why, where, and that they agreed."""

from datetime import datetime

import streamlit as st

from dashboard.consent import (
    Kind,
    Purpose,
    Region,
    Setup,
    Source,
    asked_text,
    kept_text,
    kept_until,
    needs_ground,
    notice,
)
from dashboard.controls.statement import Choice, ask_ground, ask_own_neutral, sentence_case
from dashboard.stored.series import series_in
from model.behaviour.voice import MISSING, is_installed

MAX_TITLE = 120
SOURCES = {Source.CAMERA: "Camera", Source.WINDOW: "A window, tab or screen"}
SHARING_HELP = (
    "For a meeting in Zoom, Meet, Teams or any other program: the browser asks which tab, window or screen, "
    "and every face in it is analysed while you work elsewhere. Firefox offers windows and screens but no "
    "single tabs; Safari was not tried; phones and tablets cannot share."
)
SOUND_HELP = (
    "Nobody who only chews or smiles is then taken for a speaker, and talk and silence are seen over time. "
    "The browser asks for the microphone, or offers a tab's sound with the tab; most windows come without."
)
SHARING_TRIED = (
    "Chrome, Edge or Firefox on a computer; of a whole screen keep this page off it, else faces shown here "
    "are counted again."
)
SERIES_HELP = "Sessions of one course are compared and followed over time. Left empty, the title tells."


def ask_setup(retention_days: int, now: datetime, *, own_neutral: bool = False) -> Setup | None:
    """Draw the form; the answers once the person has agreed and pressed the button, else None.

    `own_neutral`: whether it proposes to read scores against each one's resting face.
    """
    left, right = st.columns([3, 2])
    title = left.text_input("Title", placeholder="Weekly review", max_chars=MAX_TITLE, key="title")
    series = right.text_input(
        "Course or series", placeholder=series_in(title), max_chars=MAX_TITLE, key="series", help=SERIES_HELP
    )
    purpose = _pick("Purpose", Purpose, "purpose")
    where, picture = st.columns(2)
    with where:
        region = _pick("Where the people are", Region, "region")
    with picture:
        source = _ask_source()
    ground = ask_ground("ground") if purpose and region and needs_ground(purpose, region) else None
    kept, scored = "", True
    if purpose and region:
        scored = ground is not None or not needs_ground(purpose, region)
        kept = kept_text(scored)
    ready = bool(purpose and region)
    sound = ready and scored and _ask_sound(source)
    if ready:  # what is agreed to depends on these
        st.markdown(asked_text(sound=sound))
        st.caption(f"{kept} {kept_until(retention_days, now.date())}")
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    first = row.container(width="content")  # stands before what its press takes along
    with row.popover("More", type="tertiary"):
        kind = st.selectbox("Kind", [str(kind) for kind in Kind], format_func=sentence_case, key="kind")
        compared = ask_own_neutral("own-neutral", own_neutral) if scored else False
    pressed = first.button(
        "Everyone has agreed: go on",
        type="primary",
        disabled=not ready,
        icon=":material/videocam:" if source is Source.CAMERA else ":material/screen_share:",
        key="continue",
    )
    if not (purpose and region):
        st.caption("First choose purpose and place.")
        return None
    name = title.strip() or f"{sentence_case(kind)} session"
    course = series.strip() or None
    setup = Setup(
        name, Kind(kind), purpose, region, ground, source, course, own_neutral=compared, sound=sound
    )
    with row:
        show_notice(setup, retention_days, now, "new")
    return setup if pressed else None


def show_notice(setup: Setup, retention_days: int, now: datetime, key: str) -> None:
    """The text to copy into the meeting's chat."""
    with st.popover("Copy the notice", type="tertiary", icon=":material/content_copy:", key=f"notice-{key}"):
        st.code(notice(setup, retention_days, now.date()), language=None, wrap_lines=True)


def _ask_sound(source: Source) -> bool:
    """Off unless pressed: what everyone agrees to beside the picture."""
    able = is_installed()
    asked = st.checkbox(
        f"Listen to {'the microphone' if source is Source.CAMERA else 'the sound of what is shared'}, too",
        key="sound",
        help=SOUND_HELP,
        disabled=not able,
    )
    if not able:
        st.caption(MISSING)
    return asked and able


def _pick(label: str, choices: type[Choice], key: str) -> Choice | None:
    """One press; nothing is chosen for them, since it is stored as their statement."""
    chosen = st.pills(label, [str(choice) for choice in choices], format_func=sentence_case, key=key)
    return None if chosen is None else choices(chosen)


def _ask_source() -> Source:
    chosen = st.segmented_control(
        "Picture from",
        list(SOURCES),
        default=Source.CAMERA,
        required=True,
        format_func=SOURCES.__getitem__,
        key="source",
        help=SHARING_HELP,
    )
    if chosen is not Source.CAMERA:
        st.caption(SHARING_TRIED)
    return chosen
