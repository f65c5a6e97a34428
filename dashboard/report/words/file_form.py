"""A transcript given to a session: a file, when it begins, and which participant each speaker is."""

import re
from collections.abc import Mapping

import streamlit as st

from dashboard.links import started_of_day_ms
from dashboard.spoken.aligning import (
    aligned,
    better_shift,
    likely_people,
    own_shift,
    parse_shift,
    signed_shift,
    within,
)
from dashboard.spoken.cues import Transcript
from dashboard.spoken.errors import TranscriptError
from dashboard.spoken.files import ENDINGS, MOST_BYTES, read_transcript
from dashboard.stored.report import SessionReport
from dashboard.wording import counted, escaped
from db.errors import DatabaseError
from db.reports import SessionSummary
from db.store import Store

WHAT = (
    "A transcript puts what was said beside what was seen: WebVTT or SRT as Zoom, Teams, Meet and Whisper "
    "write it, or the chat that Zoom saves. Its words are stored with the session, forgotten with a person "
    "and deleted with it. Whoever speaks in it must know that."
)
UNKNOWN = "Nobody here"
STRANGERS = (
    "None of its speakers is called as anybody here is: it may be the transcript of another meeting. Say "
    "below who is who, or choose another file."
)
PSEUDONYM = re.compile(r"P\d+")


def ask_transcript(report: SessionReport, store: Store) -> None:
    """The form; a file that cannot be used is a sentence, and nothing of it is stored."""
    session = report.session
    st.markdown(WHAT)
    file = st.file_uploader(
        "Transcript", list(ENDINGS), max_upload_size=MOST_BYTES // 1_000_000, key=f"transcript-{session.id}"
    )
    if file is None:
        return
    try:
        transcript = read_transcript(file.name, file.getvalue())
        by_ms = _ask_shift(transcript, session)
        people = _ask_people(transcript, report.names, session.id)
        for note in transcript.notes:
            st.caption(note)
        if st.button("Import", type="primary", icon=":material/upload_file:", key="import-transcript"):
            said = aligned(transcript, by_ms, session.duration_ms, people)
            store.write_transcript(session.id, said)
            st.rerun()
    except (TranscriptError, DatabaseError) as error:
        st.error(escaped(str(error)), icon=":material/error:")


def _ask_shift(transcript: Transcript, session: SessionSummary) -> int:
    own_ms = own_shift(transcript, started_of_day_ms(session.started_at))
    typed = st.text_input(
        "Moved by",
        placeholder="0:00",
        key=f"moved-{session.id}",
        help="Later by 1:05, or earlier by -1:05, where the transcript did not begin with the session.",
    )
    by_ms = own_ms + parse_shift(typed)
    inside, every = within(transcript.cues, by_ms, session.duration_ms), len(transcript.cues)
    st.caption(f"{inside:,} of {counted(every, 'cue lies', 'cues lie')} within the session.")
    hint = better_shift(transcript.cues, by_ms, session.duration_ms)
    if hint is not None and inside:
        st.warning(
            f"Moved by {signed_shift(hint - own_ms)} most would: a clock or a time zone may differ.",
            icon=":material/schedule:",
        )
    return by_ms


def _ask_people(transcript: Transcript, names: Mapping[int, str], session_id: int) -> dict[str, int | None]:
    likely = likely_people(transcript.speakers, names)
    if likely and not any(likely.values()) and any(not PSEUDONYM.fullmatch(one) for one in names.values()):
        st.warning(STRANGERS, icon=":material/group_off:")
    choices = [None, *names]
    return {
        speaker: st.selectbox(
            f"{escaped(speaker)} is",
            choices,
            index=choices.index(likely[speaker]),
            format_func=lambda one: UNKNOWN if one is None else names[one],
            key=f"speaker-{session_id}-{speaker}",
        )
        for speaker in transcript.speakers
    }
