"""The presenter's panel: one running session in large type, for a second screen.

It is another tab, and so another browser session, than the one that holds the stream: it finds what runs on
this server or another, and changes nothing of how the host's own page reads it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import streamlit as st

from dashboard import navigation
from dashboard.consent import PRESENCE_ONLY
from dashboard.links import PARAMETER, choose_another, for_whom, link, whole_number
from dashboard.presenter.chart import presenter_line
from dashboard.presenter.figures import PresenterFigures, presenter_figures
from dashboard.presenter.look import Look, big, choose_look, system_wishes, word
from dashboard.presenter.votes import show_votes_now
from dashboard.running.notes import PICTURE_STOPPED_S, event_notes
from dashboard.running.people_now import PeopleNow
from dashboard.running.trend import Trend
from dashboard.stored.enough import TOO_LITTLE
from dashboard.wording import clock, counted, escaped, session_title
from db.access import Access, Sessions
from db.errors import DatabaseError, SessionNotFoundError
from db.reports import SessionSummary
from db.rights.audit import OPENED

NOTES_SHOWN = 4
RULES = (
    "**With you**: people in view whose gaze was on the screen for at least half of the last ten seconds in "
    "which it could be measured; “facing” where their heads alone told, because eyes were too small to read. "
    "**Trend**: the mean of the last minute against the minute before; less than "
    "5 % of the range apart is steady. **Line**: the group's, as on the Live page, smoothed over 20 seconds."
)
CHART = {"displayModeBar": False, "staticPlot": True}


class Status(Protocol):
    """How a session stands: its last figures, for how long it runs, since when no picture came."""

    @property
    def people(self) -> PeopleNow: ...

    @property
    def elapsed_s(self) -> float: ...

    @property
    def since_frame_s(self) -> float: ...


class Shown(Protocol):
    """A session that runs, on this server or another."""

    @property
    def session_id(self) -> int: ...

    def status(self) -> Status: ...


Running = Callable[[], Sequence[Shown]]


@dataclass(frozen=True)
class Panel:
    """What was chosen. `min_group_size`: usable people below which only
    their presence is told of a group alone."""

    sessions: Sessions
    look: Look
    group_only: bool
    min_group_size: int


def show_presenter(running: Running, sessions: Sessions, min_group_size: int) -> None:
    """Draw the panel above its switches and keep it current."""
    above, wishes = st.container(), system_wishes()
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        look = choose_look(wishes)
        group_only = st.toggle(
            "Group only",
            key="group",
            bind="query-params",
            help=f"Hides notes about single people, and every figure but who is in view with fewer than "
            f"{min_group_size} usable people.",
        )
        with st.popover("How these are computed", type="tertiary"):
            st.markdown(RULES)
    st.html(look.style())
    panel = Panel(sessions, look, group_only, min_group_size)
    with above:
        st.fragment(_redraw, run_every=look.every_s)(running, panel)


def _redraw(running: Running, panel: Panel) -> None:
    # A fragment that raises shows its traceback: nothing around it is asked.
    try:
        alive = running()
        seen = panel.sessions.visible(one.session_id for one in alive)
        _show_wanted([one for one in alive if one.session_id in seen], panel)
    except DatabaseError as error:
        st.html(word("Presenter", "The session cannot be read now"))
        st.markdown(f"{escaped(str(error))} The panel is back by itself as soon as it can be.")


def _show_wanted(alive: Sequence[Shown], panel: Panel) -> None:
    wanted = st.query_params.get(PARAMETER)
    if wanted is None and len(alive) == 1:
        wanted = st.query_params[PARAMETER] = str(alive[0].session_id)
    live = next((one for one in alive if str(one.session_id) == wanted), None)
    session = None if wanted is None else _stored(wanted, panel.sessions)
    if live is not None and session is not None:
        _show(live, session, panel)
    elif wanted is not None:
        _show_ended(session, alive, panel.sessions)
    elif alive:
        st.html(word("Presenter", "Which session?"))
        _ask(alive, panel.sessions)
    else:
        st.html(word("Presenter", "No session runs now"))
        st.markdown("It appears here by itself as soon as one starts on the Live page.")


def _show(live: Shown, session: SessionSummary, panel: Panel) -> None:
    status, scored = live.status(), session.model_name != PRESENCE_ONLY
    now = status.people
    forced = panel.sessions.access(session.id) < Access.READ
    hidden = panel.group_only or forced or now.reading.group_only
    now = replace(now, reading=replace(now.reading, group_only=hidden))
    least = panel.min_group_size if panel.group_only or forced else 1
    figures = presenter_figures(now, least, scored=scored)
    with st.container(key="presenter-head"):
        st.markdown(f"{escaped(session_title(session))} · **{clock(status.elapsed_s)}**")
    if status.since_frame_s > PICTURE_STOPPED_S:
        st.warning("No picture comes at the moment; these are the last figures.")
    if not scored:
        st.html(big("In view", str(figures.in_view)))
        st.markdown("Presence only: nothing but who is in view is measured in this session.")
    elif not figures.enough:
        st.html(big("In view", str(figures.in_view)))
        st.markdown(_too_few(figures))
    else:
        _show_group(figures, panel.look)
    show_votes_now(panel.sessions.engine, session.id, round(status.elapsed_s * 1000), figures.least_people)
    if scored:
        _show_notes(now)


def _too_few(figures: PresenterFigures) -> str:
    if figures.least_people <= 1:
        return "Nobody's face is usable at the moment."
    people = counted(figures.usable, "person is", "people are")
    return f"Group only: {people} usable, and figures are shown from {figures.least_people} on."


def _show_group(figures: PresenterFigures, look: Look) -> None:
    assert figures.live is not None
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.html(big(f"With you, {figures.eyes}", str(figures.looking), f"of {figures.in_view}"))
        if unsure := figures.in_view - figures.known:
            people = counted(unsure, "person", "people")
            st.markdown(f"Where {people} look{'s' * (unsure == 1)} cannot be measured.")
    with right:
        reading = figures.live.reading
        value = reading.told(figures.live.minute, signed=reading.is_change)
        said = TOO_LITTLE if figures.live.too_little else _in_words(figures.trend, value)
        st.html(word(f"{reading.definition.plain}, last minute", said))
        st.plotly_chart(
            presenter_line(figures, look.line_colour),
            key="presenter-line",
            config=CHART,
            alt=f"The group's line over the last five minutes. {figures.trend}.",
        )


def _in_words(trend: Trend, value: str) -> str:
    return f"{value} \N{MIDDLE DOT} {trend.lower() if trend is Trend.UNKNOWN else trend}"


def _show_notes(now: PeopleNow) -> None:
    with st.container(key="presenter-notes"):
        for note in event_notes(now, NOTES_SHOWN):
            st.markdown(note)


def _show_ended(session: SessionSummary | None, alive: Sequence[Shown], sessions: Sessions) -> None:
    if session is None:
        st.html(word("Presenter", "There is no such session"))
        st.markdown(f"There is none{for_whom(sessions.who)}")
        choose_another(sessions.who)
    else:
        st.html(word(session_title(session), "The session has ended"))
        link(navigation.REPORT, "Open the report", session.id)
    if alive:
        st.markdown("Running now:")
        _ask(alive, sessions)


def _stored(wanted: str, sessions: Sessions) -> SessionSummary | None:
    number = whole_number(wanted)
    if number is None:
        return None
    try:
        found = sessions.get(number)
    except SessionNotFoundError:
        return None
    sessions.visit(number, OPENED)
    return found


def _ask(alive: Sequence[Shown], sessions: Sessions) -> None:
    for live in sorted(alive, key=lambda one: one.session_id):
        session = _stored(str(live.session_id), sessions)
        if session and st.button(escaped(session_title(session)), key=f"present-{live.session_id}"):
            st.query_params[PARAMETER] = str(live.session_id)
            st.rerun()
