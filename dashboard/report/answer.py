"""The answer of a report: one number in words, at most three sentences to press, and a reason beside."""

import html

import streamlit as st

from dashboard.controls.chart import show_chart
from dashboard.report.address import MOMENT
from dashboard.report.waterfall import waterfall
from dashboard.stored.answer import Answer
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.moments import Moment
from dashboard.stored.report import SessionReport
from dashboard.stored.told import bridge_sentence, first_told, told, whose, words_of
from dashboard.wording import clock, counted, duration, escaped, percent

NUMBER = (
    '<div style="display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .9rem;line-height:1.15">'
    '<span style="font-size:3.6rem;font-weight:650;letter-spacing:-.03em{colour}">{value}</span>'
    '<span style="font-size:1.25rem{colour}">{words}</span></div>'
)
GREY = ";opacity:.6"


def show_number(report: SessionReport, less_usual: float | None) -> None:
    """The mean of the group's line, a word for it, and how it lies against its course."""
    value = report.reading.told(report.headline.engagement)
    words = TOO_LITTLE.lower() if report.too_little else words_of(report, less_usual)
    colour = GREY if report.too_little else ""
    st.html(NUMBER.format(colour=colour, value=html.escape(value), words=html.escape(words)))
    definition = report.reading.definition
    meaning = f"**{definition.title}**: {escaped(definition.formula)}. {escaped(definition.limits)}"
    st.caption(escaped(_what(report)), help=meaning)


def show_sentences(answer: Answer) -> None:
    """At most three, each a button."""
    for one in first_told(answer):
        show_moment(answer, one, "answer")


def show_moment(answer: Answer, one: Moment, place: str) -> None:
    """A moment as a button: a press shows it in the chart with its reason, another puts both away."""
    opened = st.query_params.get(MOMENT) == one.name
    st.button(
        escaped(told(answer, one)),
        key=f"{place}-{one.name}",
        type="tertiary",
        icon=":material/visibility:" if opened else ":material/chevron_right:",
        on_click=_put_away if opened else _open,
        args=() if opened else (one.name,),
    )


def show_reason(answer: Answer, one: Moment) -> None:
    """Why a moment is what it is: from the usual value to its own."""
    found = answer.why(one)
    with st.container(key="reason"):
        st.markdown(f"**{escaped(told(answer, one))}**")
        if found is None:
            st.markdown("Too few people were usable then to say why.")
        else:
            sentence = bridge_sentence(answer, found)
            st.markdown(escaped(sentence))
            here = f"At {clock(one.stretch[0] / 1000)}"
            show_chart(waterfall(answer, found, here), f"why_{one.name}", f"Bars. {sentence}")
            st.caption(_counted(answer, one))
        st.button(
            "Close", key=f"close-{one.name}", icon=":material/close:", type="tertiary", on_click=_put_away
        )


def _open(name: str) -> None:
    st.query_params[MOMENT] = name


def _put_away() -> None:
    st.query_params.pop(MOMENT, None)


def _what(report: SessionReport) -> str:
    title = report.reading.definition.plain
    if report.too_little:
        usable, whole = duration(report.usable_ms), duration(report.headline.duration_ms)
        return f"{title}. Somebody was usable for {usable} of {whole}."
    return f"{title}, mean over people and time"


def _counted(answer: Answer, one: Moment) -> str:
    steps = answer.levels.between(*one.stretch)
    gaze = ", ".join(f"{s.replace('_', ' ')} {percent(share)}" for s, share in steps.gaze_shares().items())
    people = len(set(steps.column[steps.groups.counts > 0].tolist())) if one.person is None else 1
    start_ms, end_ms = one.stretch
    return (
        f"{whose(answer, one)}, {counted(people, 'person', 'people')}, {clock(start_ms / 1000)} to "
        f"{clock(end_ms / 1000)}, not smoothed. Gaze of everybody: {gaze}."
    )
