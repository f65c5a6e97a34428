"""The front page: what Attune is, the set-ups of before, a new one, a demo."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from dashboard.consent import CONSENT_TEXT, Setup, Source, kept_until
from dashboard.links import link
from dashboard.live.form import ask_setup, show_notice
from dashboard.live.remembered import MOST, remembered
from dashboard.navigation import REPORT
from dashboard.wording import escaped
from db.reports import SessionSummary

WHAT = "See how a meeting or class is received, live and afterwards; no picture is ever stored."


def show_front(
    sessions: Sequence[SessionSummary],
    retention_days: int,
    now: datetime,
    make_demo: Callable[[], None],
    form_stands_open: Callable[[bool], bool],
    *,
    own_neutral: bool = False,
) -> Setup | None:
    """Draw it; a set-up to which everyone agreed, once the person pressed its button, else None.

    `sessions`: the newest first. `now`: aware, on the person's clock. `form_stands_open` is given whether
    there is nothing else to offer, and says whether the form stands open. `own_neutral`: as in ask_setup.
    """
    st.title("Attune", anchor=False)
    st.markdown(WHAT)
    before = remembered(sessions)
    with st.container():  # also empty: what comes to stand here moves nothing below it
        agreed = _ask_remembered(before, retention_days, now) if before else None
    with st.expander("New set-up", expanded=form_stands_open(not before), icon=":material/add:"):
        typed = ask_setup(retention_days, now, own_neutral=own_neutral)
    demo = next((one for one in sessions if one.is_demo), None)
    if demo is not None:
        link(REPORT, "See the demo", demo.id)
    elif st.button("See a demo", icon=":material/auto_awesome:", type="tertiary"):
        make_demo()
    return agreed or typed


def _ask_remembered(before: Sequence[Setup], retention_days: int, now: datetime) -> Setup | None:
    """The last set-ups, one press each; consent is asked anew, and given by the press that starts."""
    agreed = None
    for number, (column, setup) in enumerate(zip(st.columns(MOST, gap="small"), before, strict=False)):
        with column, st.container(border=True, key=f"remembered-{number}"):
            st.markdown(f"**{escaped(setup.title)}**")
            source = "Camera" if setup.source is Source.CAMERA else "Window, tab or screen"
            st.caption(f"{setup.purpose.capitalize()} · {setup.region} · {source}")
            label = "Everyone has agreed: start"
            if st.button(label, key=f"start-{number}", type="primary", width="stretch"):
                agreed = setup
            show_notice(setup, retention_days, now, str(number))
    st.caption(f"{CONSENT_TEXT} {kept_until(retention_days, now.date())}")
    return agreed
