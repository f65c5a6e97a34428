"""A stored transcript put right by hand: when its words were said, and which participant each speaker is."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.report.words.file_form import UNKNOWN
from dashboard.spoken.aligning import DAY_MS, better_shift, check_within, matched, signed_shift, within
from dashboard.spoken.errors import TranscriptError
from dashboard.stored.report import SessionReport
from dashboard.wording import counted, escaped, person_name
from db.errors import DatabaseError
from db.reports import SessionSummary, Utterance
from db.store import Store

SHIFT_HELP = (
    "Later with +, earlier with -: +3600 where the transcript's clock was an hour behind this session's."
)


def ask_shift(session: SessionSummary, said: Sequence[Utterance], store: Store) -> None:
    """Seconds to move all words by, what would come of it, and the press that does it."""
    # The key holds where the words begin, so that moved words bring a field at zero.
    typed_s = st.number_input(
        "Shift all words by (seconds)",
        min_value=-DAY_MS / 1000,
        max_value=DAY_MS / 1000,
        value=0.0,
        step=1.0,
        format="%.1f",
        key=f"shift-{session.id}-{said[0].start_ms}",
        help=SHIFT_HELP,
    )
    by_ms = round(typed_s * 1000)
    inside = within(said, by_ms, session.duration_ms)
    verb = "would lie" if by_ms else "lie"
    st.caption(
        f"Shifted by {signed_shift(by_ms)}, {inside:,} of {counted(len(said), 'utterance', 'utterances')} "
        f"{verb} within this session."
    )
    hint_ms = better_shift(said, 0, session.duration_ms)
    with st.container(horizontal=True):
        if st.button("Shift the words", disabled=not by_ms, icon=":material/schedule:", key="shift-words"):
            _shift(session, said, store, by_ms)
        if hint_ms is not None and st.button(
            f"Shift by {signed_shift(hint_ms)}, where most lie within", key="shift-hint"
        ):
            _shift(session, said, store, hint_ms)


def ask_speakers(report: SessionReport, said: Sequence[Utterance], store: Store) -> None:
    """Who each speaker is, stored by one press."""
    now = matched(said)
    if not now:
        st.caption("The transcript names no speakers, so nobody can be matched.")
        return
    chosen = {one: _ask_speaker(report, one, person) for one, person in now.items()}
    changed = {one: person for one, person in chosen.items() if person != now[one]}
    if st.button(
        "Match the speakers", disabled=not changed, icon=":material/how_to_reg:", key="match-speakers"
    ):
        _do(lambda: store.match_speakers(report.session.id, changed))


def _ask_speaker(report: SessionReport, speaker: str, person: int | None) -> int | None:
    choices = _choices(report.names, person)
    return st.selectbox(
        f"{escaped(speaker)} is",
        list(choices),
        index=list(choices).index(person),
        format_func=lambda one: choices[one],
        key=f"match-{report.session.id}-{speaker}-{person}",
    )


def _choices(names: Mapping[int, str], person: int | None) -> dict[int | None, str]:
    """Nobody, everybody here, and who it is now though left out of this report."""
    people = [None, *names, *([] if person in (None, *names) else [person])]
    return {
        one: UNKNOWN if one is None else names.get(one, f"{person_name(None, one)}, left out")
        for one in people
    }


def _shift(session: SessionSummary, said: Sequence[Utterance], store: Store, by_ms: int) -> None:
    def write() -> None:
        check_within(said, by_ms, session.duration_ms)
        store.shift_transcript(session.id, by_ms)

    _do(write)


def _do(write: Callable[[], None]) -> None:
    try:
        write()
    except (TranscriptError, DatabaseError) as error:
        st.error(escaped(str(error)), icon=":material/error:")
    else:
        st.rerun()
