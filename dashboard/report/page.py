"""A report from its answer to its tabs, top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.consent import PRESENCE_ONLY
from dashboard.palette import PAGE_DARK, PAGE_LIGHT
from dashboard.reading import stored_reading
from dashboard.report import empty
from dashboard.report.address import MOMENT, Asked
from dashboard.report.answer import show_number, show_reason, show_sentences
from dashboard.report.controls import choose_reading, choose_view, show_chosen
from dashboard.report.replay.player import show_replay
from dashboard.report.sections import show_engagement, show_facts
from dashboard.report.tab_tools import TabTools
from dashboard.report.tabs import MOMENTS, asked_tab, show_tabs
from dashboard.report.words.tab import said_in, show_said_at
from dashboard.stored.answer import Answer, read_answer
from dashboard.stored.moments import Moment
from dashboard.stored.report import SessionReport, View
from dashboard.voting.afterwards import show_votes
from dashboard.wording import escaped
from db.reports import SessionSettings, SessionSummary, Utterance

LOOK = """
<style>
[class*="st-key-moments-"] button, [class*="st-key-answer-"] button { justify-content: start; }
[class*="st-key-moments-"] button p, [class*="st-key-answer-"] button p { text-align: left; }
</style>
"""
"""Sentences begin at the left, also where they are pressed and wrap."""
STAYS = f"""
<style>
@media (min-height: 600px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-line) {{
    position: sticky; top: 3.2rem; z-index: 20; background: light-dark({PAGE_LIGHT}, {PAGE_DARK});
  }}
}}
</style>
"""
"""The line stays in sight while moments below it are pressed."""


def choose(
    session: SessionSummary, stored: SessionSettings, asked: Asked, names: Mapping[int, str], tools: TabTools
) -> View:
    """What to show, chosen under Adjust; what differs from the whole session is said beside it."""
    for sentence in asked.troubles:
        st.warning(sentence, icon=":material/link_off:")
    with st.popover("Adjust", icon=":material/tune:", width="stretch"):
        view = choose_view(session, asked, names)
        if session.model_name != PRESENCE_ONLY:
            view = replace(view, reading=choose_reading(session, stored, tools.store, asked))
    return view


def is_as_kept(view: View, stored: SessionSettings) -> bool:
    """Whether all of a session is shown as other pages tell it, so that it can be held against others."""
    kept, _ = stored_reading(stored)
    whole = not view.start_ms and view.end_ms is None and not view.group_only
    return whole and not view.reading.is_change and view.reading.key == kept.key


def show_report(report: SessionReport, person: int | None, less_usual: float | None, tools: TabTools) -> None:
    """Number, sentences, line and reason; then the tabs."""
    answer = None
    if report.large_enough and not report.mix.empty:
        answer = read_answer(report, person, tools.min_group_size)
    opened = None if answer is None else _opened(answer)
    st.html(LOOK)
    _show_first(report, answer, less_usual)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        show_facts(report)
        said = said_in(report)
        show_replay(report, answer, opened, said)
    show_chosen(report, person)
    if asked_tab() == MOMENTS:
        st.html(STAYS)
    with st.container(key="line"):
        if answer is None:
            _show_empty(report, tools.min_group_size)
        else:
            _show_line(answer, person, opened, said)
    least_voices = tools.min_group_size if report.view.group_only else 1
    show_votes(report.span.engine, report.session, report.view, least_voices)
    show_tabs(report, answer, person, tools)


def _show_first(report: SessionReport, answer: Answer | None, less_usual: float | None) -> None:
    number, sentences = st.columns([2, 3], gap="large", vertical_alignment="center")
    with number:
        if report.session.model_name != PRESENCE_ONLY:
            show_number(report, less_usual)
    with sentences, st.container(gap=None):
        if answer is not None and not report.too_little:
            show_sentences(answer)


def _show_line(answer: Answer, person: int | None, opened: Moment | None, said: Sequence[Utterance]) -> None:
    report = answer.report
    if opened is None:
        show_engagement(answer, person)
        return
    line, reason = st.columns([3, 2], gap="medium")
    with line:
        show_engagement(answer, person, opened)
    with reason:
        show_reason(answer, opened)
        show_said_at(report, opened, said)


def _show_empty(report: SessionReport, min_group_size: int) -> None:
    if not report.large_enough:
        st.info(empty.too_small(min_group_size), icon=":material/groups:")
    else:
        st.info(empty.without_usable(report), icon=":material/visibility_off:")


def _opened(answer: Answer) -> Moment | None:
    name = st.query_params.get(MOMENT)
    found = answer.named(name)
    if name is not None and found is None:
        st.info(
            f"The address names the moment “{escaped(name[:40])}”, which is not one of this view. The line "
            "is shown without it.",
            icon=":material/link_off:",
        )
    return found
