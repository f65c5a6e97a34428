"""After STOP, the answer: the number and its line, three moments, who was there, and the way on."""

import streamlit as st
from sqlalchemy import Engine

from dashboard import navigation
from dashboard.charts.lines import group_line
from dashboard.consent import Source
from dashboard.controls.chart import show_chart
from dashboard.links import link
from dashboard.live.panel import PRESENCE_NOTE
from dashboard.live.screen import LOOKS, answer_html
from dashboard.live.sketch import sketch_html
from dashboard.live.tab import LiveTab, TabNow
from dashboard.live.who import name_people
from dashboard.reading import Reading, stored_reading
from dashboard.running.session import LiveSession
from dashboard.running.status import LiveStatus
from dashboard.stored.answer import read_answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.report import SessionReport, View, read_report
from dashboard.stored.told import first_told, told
from dashboard.wording import counted, duration, escaped, percent, things_told
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import get_session, session_settings
from db.store import EndReason, Store

STORING_EVERY_S = 0.5
LINE_PX, NAMED = 210, 12
ENDED = {
    EndReason.STOPPED: "You stopped the session.",
    EndReason.DISCONNECTED: "The session ended because the tab was closed or the connection was lost.",
    EndReason.SOURCE_ENDED: "The session ended because the camera was switched off or unplugged.",
    EndReason.INTERRUPTED: "The session was interrupted.",
}
SHARING_ENDED = "The session ended because sharing was stopped, or what was shared was closed."
STORING = "Storing the last moments. You may go to other pages or start another session meanwhile."
NOTHING_TOLD = {False: "None stands out.", True: f"{TOO_LITTLE}."}
DELETING = "Delete everything of this session: figures, people, markers. This cannot be undone."


def ended_sentence(status: LiveStatus, source: Source | None) -> str:
    """Why the session ended, for the person who held it."""
    if status.end_reason is EndReason.SOURCE_ENDED and source is not Source.CAMERA:
        return SHARING_ENDED
    return ENDED.get(status.end_reason or EndReason.STOPPED, ENDED[EndReason.INTERRUPTED])


def show_end(tab: LiveTab, now: TabNow, engine: Engine, store: Store, min_group_size: int) -> None:
    """Draw what is to be said once the session is over, as soon as all of it is stored."""
    assert now.live is not None and now.setup is not None
    tab.see_end()
    st.html(LOOKS)
    st.title(escaped(now.setup.title), anchor=False)
    status = now.live.status()
    if status.stored:
        _show_answer(
            tab, now.live, engine, store, status=status, source=now.source, min_group_size=min_group_size
        )
    else:
        _redraw_storing(now.live)
    if st.button("Start another session", icon=":material/restart_alt:"):
        tab.reset()
        st.rerun()


@st.fragment(run_every=STORING_EVERY_S)
def _redraw_storing(live: LiveSession) -> None:
    """What still waits for a locked database is stored, or given up, within a minute or so."""
    status = live.status()
    if status.stored:
        st.rerun()
    waiting = status.recorder.queued_frames
    many = f" {counted(waiting, 'analysed frame waits', 'analysed frames wait')}." if waiting else ""
    st.info(f"{STORING}{many}", icon=":material/hourglass_top:")
    if status.recorder.error:
        st.warning(status.recorder.error)


def _show_answer(
    tab: LiveTab,
    live: LiveSession,
    engine: Engine,
    store: Store,
    *,
    status: LiveStatus,
    source: Source | None,
    min_group_size: int,
) -> None:
    st.markdown(ended_sentence(status, source))
    if not status.received:
        st.markdown("No picture came, so nothing was kept.")
        return
    _show_losses(status)
    try:
        report = _read(live, engine, min_group_size)
    except SessionNotFoundError:
        st.info("This session was deleted; nothing of it is kept.")
        return
    except DatabaseError as error:
        st.error(escaped(str(error)))
        report = None
    if report is not None:
        _show_report(report, min_group_size)
    _show_ways_on(tab, live, store)
    if report is None or not report.view.group_only:
        _show_naming(live, status, engine, store)


def _read(live: LiveSession, engine: Engine, min_group_size: int) -> SessionReport:
    session = get_session(engine, live.session_id)
    reading, _ = stored_reading(session_settings(engine, live.session_id))
    group_only = live.people.reading.group_only
    view = View(reading=reading if session.model_name else Reading(), group_only=group_only)
    return read_report(engine, session, view, min_group_size)


def _show_losses(status: LiveStatus) -> None:
    """Counters only where something was lost."""
    lost = []
    if status.recorder.dropped_frames:
        frames = counted(status.recorder.dropped_frames, "analysed frame", "analysed frames")
        lost.append(f"{frames} could not be stored and are missing")
    if status.errors:
        lost.append(f"{counted(status.errors, 'frame', 'frames')} could not be analysed")
    if lost:
        st.warning(f"{'; '.join(lost)}.", icon=":material/data_loss_prevention:")
    if status.recorder.error:
        st.error(status.recorder.error)


def _show_report(report: SessionReport, min_group_size: int) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html(answer_html(report))
        if report.timeline["engagement"].notna().sum() > 1:
            figure = group_line(report.timeline, report.reading, bridged=report.bridged)
            figure.update_layout(height=LINE_PX)
            show_chart(figure, "ended_line", "The group's line over the session.")
        elif report.mix.empty:
            st.markdown(PRESENCE_NOTE if report.presence_only else "Nobody's face was usable.")
    with right:
        if not report.presence_only:
            _show_moments(report, min_group_size)
        _show_who_was_there(report)


def _show_moments(report: SessionReport, min_group_size: int) -> None:
    st.markdown("**Three moments**")
    lines = []
    if not report.too_little and report.large_enough:
        answer = read_answer(report, None, min_group_size)
        lines = [escaped(told(answer, one)) for one in first_told(answer)]
    st.markdown("\n".join(f"- {line}" for line in lines) or NOTHING_TOLD[report.too_little])


def _show_who_was_there(report: SessionReport) -> None:
    people = counted(report.headline.people, "person", "people")
    things = f"; {told}, and nobody" if (told := things_told(report.session.things)) else ""
    st.markdown(f"**Who was there**: {people} in {duration(report.session.duration_ms)}{things}")
    if report.view.group_only:
        return
    shown = report.people.sort_values("in_view", ascending=False)
    seen = zip(shown["person"].tolist(), shown["in_view"].tolist(), strict=True)
    told_of = [f"{escaped(report.names[person])} {percent(share)}" for person, share in seen][:NAMED]
    more = f" · and {len(shown) - NAMED} more" if len(shown) > NAMED else ""
    st.markdown(f"In view: {' · '.join(told_of)}{more}")


def _show_ways_on(tab: LiveTab, live: LiveSession, store: Store) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="live-ways"):
        with st.container(key="live-open", width="content"):
            link(navigation.REPORT, "Open the report", live.session_id)
        link(navigation.SUMMARY, "Print", live.session_id)
        link(navigation.EXPORT, "Export the data", live.session_id)
        with st.popover("Delete", icon=":material/delete:", type="tertiary", key="live-delete"):
            st.markdown(DELETING)
            if st.button("Delete for good", icon=":material/delete_forever:", key="live-delete-sure"):
                _delete(tab, live, store)


def _delete(tab: LiveTab, live: LiveSession, store: Store) -> None:
    try:
        store.delete_session(live.session_id)
    except DatabaseError as error:
        st.error(escaped(str(error)))
        return
    tab.reset()
    st.rerun()


def _show_naming(live: LiveSession, status: LiveStatus, engine: Engine, store: Store) -> None:
    if st.toggle("Name people", key=f"naming-after-{live.session_id}"):
        if sketch := sketch_html(status.people, status.size_px):
            st.html(sketch)
        name_people(live, engine, store)
