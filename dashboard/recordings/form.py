"""The form of the Recordings page: which files, how often to look, who is seen, and that they agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from dashboard.consent import (
    Kind,
    Purpose,
    Region,
    needs_ground,
)
from dashboard.controls.statement import ask_ground, ask_own_neutral, choose, sentence_case
from dashboard.recordings.messages import Look
from dashboard.recordings.order import Order
from dashboard.recordings.sessions import CONSENT, Statement, analysed_before, kept
from dashboard.recordings.tab import Upload
from dashboard.settings import Settings
from db.access import Sessions

TYPES = (
    *(
        "video",
        "image",
        "mkv",
        "mts",
        "m2ts",
        "ts",
        "wmv",
        "asf",
        "flv",
        "f4v",
        "vob",
        "ogv",
        "ogg",
        "mxf",
        "dv",
    ),
    *("rm", "heic", "heif", "avif"),
)
"""Browsers know the first two by their kind; the others not everywhere."""
TRACKS = (None, 1, 2, 3, 4)
RATES_HZ = (1.0, 2.0, 5.0, 10.0)
USUAL_HZ = 5.0
PRIVATE = "Up to {limit} MB a file, deleted once it is analysed. No picture is stored."
PRIVATE_HELP = (
    "Files are read on the machine that runs Attune and lie in a private folder meanwhile; after a crash "
    "they are deleted with the next start. Photos stay in memory while their results are shown. A checksum "
    "tells whether a file was analysed before."
)
LARGER = (
    "For larger files (ATTUNE_UPLOAD_MB), or many: "
    "`python -m dashboard.analyse FILE ... --csv OUT --database app`."
)
ANEW = "Analyse known files anew"
ANEW_HELP = (
    "A file that was analysed before with the same settings is recognised by its contents and left alone, so "
    "that you can go on after a cancel by choosing the same files. With this it becomes another session."
)
TRACK_HELP = (
    "Some files hold several videos, such as a lecture recorder's slides and its camera. The results name "
    "them, and which one was analysed; here another is chosen."
)
RATE_HELP = "How often each video is looked at, in its own time. A photo is looked at once."


@dataclass(frozen=True, slots=True)
class Answers:
    """What is to be analysed, and how."""

    uploads: Sequence[Upload]
    order: Order
    annotate: bool


def ask_files(settings: Settings, sessions: Sessions, batch: int) -> Answers | None:
    """Draw the form; the answers once everything is stated and the button is pressed, else None.

    Raises DatabaseError when it cannot be told which files were analysed before.
    """
    with st.container(border=True):
        uploads = st.file_uploader(
            "Videos and photos",
            list(TYPES),
            accept_multiple_files=True,
            max_upload_size=settings.upload_mb,
            key=f"recordings_{batch}",
        )
        st.caption(PRIVATE.format(limit=settings.upload_mb), help=f"{LARGER} {PRIVATE_HELP}")
        hz, track, own_neutral, annotate, anew = _ask_how(settings.own_neutral)
        left, middle, right = st.columns(3)
        kind = left.selectbox("Kind", list(Kind), format_func=sentence_case, key="recording_kind")
        purpose = choose(middle, "Purpose", Purpose, "recording_purpose")
        region = choose(right, "Where the people are", Region, "recording_region")
        asks = purpose is not None and region is not None and needs_ground(purpose, region)
        ground = ask_ground("recording_ground") if asks else None
        scored = bool(ground) or not asks
        own_neutral = own_neutral and scored
        look = Look(
            hz, settings.detector, settings.artifact, settings.smoothing_ms, scored, track, own_neutral
        )
        if purpose and region:
            st.caption(kept(look))
        agreed = st.checkbox(CONSENT, key="recording_agreed")
        ready = bool(uploads and purpose and region and agreed)
        label = f"Analyse {len(uploads)} files" if len(uploads) > 1 else "Analyse"
        pressed = st.button(label, type="primary", disabled=not ready, icon=":material/play_arrow:")
        if not ready:
            st.caption("First choose files, purpose, place and consent.")
    if not (pressed and ready):
        return None
    statement = Statement(
        kind=str(kind),
        purpose=str(purpose),
        region=str(region),
        ground=None if ground is None else str(ground),
        consent_at=datetime.now(UTC),
        consent_text=f"{CONSENT} {kept(look)}",
    )
    known = {} if anew else analysed_before(sessions)
    return Answers(uploads, Order(look, statement, known=known), annotate)


def _ask_how(own_neutral: bool) -> tuple[float, int | None, bool, bool, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        hz = st.segmented_control(
            "Looks a second",
            RATES_HZ,
            default=USUAL_HZ,
            required=True,
            format_func=lambda rate: f"{rate:g}",
            help=RATE_HELP,
            key="recording_hz",
        )
        track = st.selectbox(
            "Video track",
            TRACKS,
            format_func=lambda number: "as players choose" if number is None else f"track {number}",
            help=TRACK_HELP,
            key="recording_track",
            width=200,
        )
        own_neutral = ask_own_neutral("recording_own_neutral", own_neutral)
        annotate = st.toggle(
            "Make copies with the faces marked",
            help="To download when a file is through; without sound, with as many pictures as looks. They "
            "are deleted when other files are analysed or this tab is closed.",
            key="recording_annotate",
        )
        anew = st.toggle(ANEW, help=ANEW_HELP, key="recording_anew")
    return float(hz or USUAL_HZ), track, own_neutral, annotate, anew
