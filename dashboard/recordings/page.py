"""Files that are being analysed, redrawn once a second, and what became of them."""

from pathlib import Path

import streamlit as st

from dashboard import navigation
from dashboard.links import link
from dashboard.recordings.form import ANEW
from dashboard.recordings.run import RecordingRun
from dashboard.recordings.sessions import PHOTO_SOURCE
from dashboard.recordings.status import FileStatus, RunStatus, State
from dashboard.recordings.tab import RecordingsTab
from dashboard.wording import counted, duration, escaped, percent, session_title, things_told
from db.access import Sessions
from db.errors import SessionNotFoundError

EVERY_S = 1.0
ICONS = {
    State.WAITING: ":material/hourglass_empty:",
    State.STARTING: ":material/hourglass_top:",
    State.RUNNING: ":material/motion_photos_on:",
    State.STORING: ":material/save:",
    State.DONE: ":material/check_circle:",
    State.SKIPPED: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
}
GONE = "Its session was deleted."
FOR_ANOTHER = f" For another session of it, choose it again with “{ANEW}”."
WHILE = (
    "You may open other pages meanwhile; the sessions appear under Sessions when files are through. These "
    "stay after a cancel: choose the same files again to go on, and what is through is not analysed twice. A "
    "file in the middle begins at its start."
)


@st.fragment(run_every=EVERY_S)
def show_progress(run: RecordingRun) -> None:
    """Progress, time left and a way to stop; the whole page is drawn again when all files are through."""
    status = run.status()
    if status.finished:
        st.rerun()
    st.progress(status.done, text=_progress(status))
    for file in status.files:
        _line(file)
    if st.button("Cancel", icon=":material/stop_circle:", disabled=status.cancelled, key="cancel_recordings"):
        run.cancel()
        st.rerun(scope="fragment")
    st.caption(WHILE)


def _progress(status: RunStatus) -> str:
    if status.cancelled:
        return "Stopping"
    ended = sum(file.state.final for file in status.files)
    said = f"{ended} of {counted(len(status.files), 'file', 'files')} through, {percent(status.done)}"
    return said if status.left_s is None else f"{said}, about {duration(round(status.left_s * 1000))} left"


def _line(file: FileStatus) -> None:
    share = f", {percent(file.done)}" if file.state is State.RUNNING and file.done else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(f"{ICONS[file.state]} **{escaped(file.name)}**", width="content")
        said = "analysed before" if file.state is State.SKIPPED else file.state
        st.caption(f"{said}{share}", width="content")
    for note in file.notes if file.state is State.FAILED else ():
        st.error(escaped(note))


def show_results(tab: RecordingsTab, sessions: Sessions) -> None:
    """A card for every file, and the way back to the form."""
    if tab.run is None:
        return
    files = tab.run.status().files
    for index, file in enumerate(files):
        _card(sessions, file, index)
    if st.button("Analyse other files", icon=":material/add:", key="other_recordings"):
        tab.clear()
        st.rerun()


def _card(sessions: Sessions, file: FileStatus, index: int) -> None:
    with st.container(border=True, key=f"recording_{index}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch", gap="xxsmall"):
                st.markdown(f"{ICONS[file.state]} **{escaped(file.name)}**")
                st.caption(_facts(sessions, file))
            if file.session_id is not None:
                with st.container(horizontal=True, vertical_alignment="center", width="content"):
                    link(navigation.REPORT, "Open report", file.session_id)
                    _offer(file, index)
        for note in file.notes:
            more = FOR_ANOTHER if file.state is State.SKIPPED else ""
            (st.error if file.state is State.FAILED else st.info)(escaped(note) + more)


def _facts(sessions: Sessions, file: FileStatus) -> str:
    if file.session_id is None:
        return str(file.state).capitalize()
    try:
        session = sessions.get(file.session_id)
    except SessionNotFoundError:
        return GONE
    is_photo = session.source.startswith(PHOTO_SOURCE)
    facts = [f"Session “{escaped(session_title(session))}”"] if file.state is State.SKIPPED else []
    facts.append("Photo" if is_photo else duration(session.duration_ms))
    if not is_photo:
        facts.append(counted(session.frames, "look", "looks"))
    facts.append(counted(session.people, "person", "people"))
    if session.things:
        facts.append(things_told(session.things))
    nobody = "nobody was found" if session.things else "no face was found"
    facts.append(f"{percent(session.usable / session.faces)} clear view" if session.faces else nobody)
    if file.times_real is not None:
        facts.append(f"{file.times_real:.1f} x real time")
    return " · ".join(facts)


def _offer(file: FileStatus, index: int) -> None:
    """The copy with the faces marked, where one was made."""
    if file.annotated is None or not file.annotated.exists():
        return
    name = f"{Path(file.name).stem}-annotated{file.annotated.suffix}"
    kind = "image/jpeg" if file.annotated.suffix == ".jpg" else "video/mp4"
    st.download_button(
        "Annotated copy",
        file.annotated.read_bytes,
        name,
        kind,
        key=f"annotated_{index}",
        icon=":material/download:",
        on_click="ignore",
    )
