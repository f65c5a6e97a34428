"""What was said: its mood beside the faces', who talked how long, and the words themselves."""

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.report.people import habits_shown
from dashboard.report.tab_tools import TabTools
from dashboard.report.words.file_form import ask_transcript
from dashboard.report.words.mood import show_mood
from dashboard.report.words.placing import ask_shift, ask_speakers
from dashboard.spoken.told import found_in, said_within, talk_shares
from dashboard.stored.moments import Moment
from dashboard.stored.report import SessionReport
from dashboard.wording import NOTHING, clock, counted, duration, escaped, percent, person_name
from db import reports
from db.errors import DatabaseError
from db.reports import Utterance
from db.store import Store

MOST_SHOWN, MOST_AT_A_MOMENT, AROUND_MS = 2_000, 4, 5_000
LIST_LOOK = """
<style>
.stHtml ul.said { list-style: none; margin: 0; padding: 0; max-height: 22rem; overflow-y: auto; }
.stHtml ul.said li { margin: 0; padding: .2rem .5rem; border-left: 3px solid transparent; }
.stHtml ul.said li[aria-current] { border-left-color: #d6336c; background: rgba(214, 51, 108, .12); }
.said button { font: inherit; font-variant-numeric: tabular-nums; background: none; border: 0; }
.said button { color: inherit; cursor: pointer; text-decoration: underline; }
.said button:disabled { cursor: default; text-decoration: none; opacity: .75; }
</style>
"""
EVER_MS = 100 * 86_400_000
"""Further from a session than any word of its transcript can be moved in a press."""


def said_in(report: SessionReport) -> list[Utterance]:
    """What was said in the range shown; nothing in a view of the group alone, which tells of nobody."""
    if report.view.group_only:
        return []
    view, session = report.view, report.session
    return reports.utterances(report.span.engine, session.id, start_ms=view.start_ms, end_ms=view.end_ms)


def show_words(report: SessionReport, tools: TabTools) -> None:
    """The tab: mood, talk, words; without a transcript the form that asks for one."""
    said, whole = said_in(report), _whole(report)
    if said:
        if not report.presence_only:
            show_mood(report, said)
        _show_talk(report, said, tools)
        _show_found(report, said)
        st.divider()
    elif whole:
        st.info("Nobody spoke in the range shown.", icon=":material/speech_to_text:")
    elif tools.store is None:
        st.info("No transcript was given to this session.", icon=":material/speech_to_text:")
    if tools.store is not None:
        _show_host(report, whole, tools.store)


def _whole(report: SessionReport) -> list[Utterance]:
    """The transcript, also what it has outside the session, and of people who are left out."""
    return reports.utterances(
        report.span.engine, report.session.id, start_ms=-EVER_MS, end_ms=EVER_MS, include_excluded=True
    )


def _show_host(report: SessionReport, whole: Sequence[Utterance], store: Store) -> None:
    """What the host alone may do."""
    if whole:
        with st.expander("Shift the transcript, match its speakers", icon=":material/tune:"):
            ask_shift(report.session, whole, store)
            ask_speakers(report, whole, store)
    with st.expander("Another transcript" if whole else "Import a transcript", expanded=not whole):
        ask_transcript(report, store)
        if whole:
            _ask_to_forget(report.session.id, store)


def show_said_at(report: SessionReport, one: Moment, every: Sequence[Utterance]) -> None:
    """Those of `every` word at a moment, beside its reason."""
    start_ms, end_ms = one.stretch
    said = said_within(every, start_ms - AROUND_MS, end_ms + AROUND_MS)
    if said:
        st.markdown("**Said then**")
        st.markdown("\n".join(f"- {_told(report, each)}" for each in said[:MOST_AT_A_MOMENT]))
        if len(said) > MOST_AT_A_MOMENT:
            st.caption(f"and {counted(len(said) - MOST_AT_A_MOMENT, 'more', 'more')}, under Words")


def _show_talk(report: SessionReport, said: Sequence[Utterance], tools: TabTools) -> None:
    st.header("Who talked", anchor=False)
    shares = talk_shares(said)
    mouths = habits_shown(report, tools.habits_of) if shares["person"].notna().any() else pd.DataFrame()
    table = pd.DataFrame(
        {
            "Speaker": shares["speaker"],
            "Participant": [_who(report, one) for one in shares["person"]],
            "Talked": [duration(int(one)) for one in shares["talk_ms"]],
            "Share of the talk": [percent(one) for one in shares["share"]],
            "Mouth moved as in speech": [_guessed(mouths, one) for one in shares["person"]],
        }
    )
    st.dataframe(table, hide_index=True, key="talk")


def _who(report: SessionReport, person: float | None) -> str:
    if person is None or pd.isna(person):
        return "not matched"
    return report.names.get(int(person), person_name(None, int(person)))


def _guessed(mouths: pd.DataFrame, person: float | None) -> str:
    """The share of a participant's own time that their mouth moved as if they spoke."""
    if person is None or pd.isna(person) or mouths.empty:
        return NOTHING
    share = mouths["speaking"].get(int(person), np.nan)
    return NOTHING if pd.isna(share) else percent(float(share))


def _show_found(report: SessionReport, said: Sequence[Utterance]) -> None:
    st.header("What was said", anchor=False)
    typed = st.text_input("Search in the words", icon=":material/search:", key=f"said-{report.session.id}")
    found = found_in(said, typed)
    if not found:
        st.info(
            f"Nobody said {escaped(repr(typed.strip()[:60]))} in this range.", icon=":material/search_off:"
        )
        return
    st.caption(f"{counted(len(found), 'utterance', 'utterances')} in the range shown")
    lines = "".join(_line(report, one) for one in found[:MOST_SHOWN])
    st.html(f'{LIST_LOOK}<ul class="said" tabindex="0" aria-label="What was said">{lines}</ul>')
    if len(found) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} are listed: search, or choose a shorter range.")


def _line(report: SessionReport, one: Utterance) -> str:
    """An utterance of the list; its time can be pressed while a recording is open (replay/words.js)."""
    at = clock(one.start_ms / 1000)
    return (
        f'<li data-said-from="{one.start_ms}" data-said-to="{one.end_ms}">'
        f'<button type="button" disabled aria-label="Play from {at}">{at}</button> '
        f"{html.escape(spoken(report, one))}</li>"
    )


def spoken(report: SessionReport, one: Utterance) -> str:
    """Who said what, as typed."""
    name = report.names.get(one.person, one.speaker) if one.person is not None else one.speaker
    return f"{name}: {one.text}" if name else one.text


def _told(report: SessionReport, one: Utterance) -> str:
    return f"{clock(one.start_ms / 1000)} {escaped(spoken(report, one))}"


def _ask_to_forget(session_id: int, store: Store) -> None:
    if st.button("Delete the transcript", icon=":material/delete:", key=f"no-transcript-{session_id}"):
        try:
            store.write_transcript(session_id, [])
        except DatabaseError as error:
            st.error(escaped(str(error)), icon=":material/error:")
        else:
            st.rerun()
