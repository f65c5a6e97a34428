"""What is asked of the list of sessions: words, a kind, a course, days. The address says it, and controls are
set from it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.controls.state import show_as, shown_by
from dashboard.links import begin_of
from dashboard.stored.series import series_of
from dashboard.wording import escaped
from db.access import Sessions
from db.reports import SessionSummary
from db.reports.narrowed import Labelled, Narrowed

NAMES = SEARCH, KIND, SERIES, SINCE, UNTIL = ("search", "kind", "series", "since", "until")
LONGEST, MOST_OF_A_SERIES = 200, 2_000
EVERY = "Every"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """`series` in small letters; `since` and `until` are days, both of them included."""

    search: str = ""
    kind: str | None = None
    series: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def some(self) -> bool:
        return self != Filters()

    def told(self) -> str:
        """In words, for a sentence."""
        parts = [f"“{self.search}”" if self.search else "", f"kind {self.kind}" if self.kind else ""]
        parts.append(f"course {self.series}" if self.series else "")
        parts.append(f"from {self.since:%d %b %Y}" if self.since else "")
        parts.append(f"until {self.until:%d %b %Y}" if self.until else "")
        return ", ".join(part for part in parts if part)


def filters_of(query: Mapping[str, str]) -> Filters:
    """What an address asks for; days that are none are passed over."""
    words = {name: query.get(name, "").strip()[:LONGEST] for name in (SEARCH, KIND, SERIES)}
    since, until = (_day(query.get(name, "")) for name in (SINCE, UNTIL))
    return Filters(words[SEARCH], words[KIND] or None, words[SERIES].lower() or None, since, until)


def ask_filters(asked: Filters, known: Sequence[Labelled]) -> None:
    """Draw the controls as `asked`; what is chosen is written into the address. `known`: what there is."""
    kinds = sorted({one.kind for one in known} | ({asked.kind} if asked.kind else set()))
    courses = sorted({series_of(one) for one in known} - {""} | ({asked.series} if asked.series else set()))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        show_as(f"filter_{SEARCH}", asked.search)
        st.text_input(
            "Search",
            placeholder="Title or kind",
            icon=":material/search:",
            label_visibility="collapsed",
            **_told_by(SEARCH),
        )
        chosen = sum(part is not None for part in (asked.kind, asked.series, asked.since, asked.until))
        label = f"Filter ({chosen})" if chosen else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="filters"):
            _choose("Kind", KIND, kinds, asked.kind)
            _choose("Course or series", SERIES, courses, asked.series)
            since, until = st.columns(2, gap="small")
            _day_input(since, "From", SINCE, asked.since)
            _day_input(until, "Until", UNTIL, asked.until)
        if asked.some:
            _show_all("Show all", "tertiary")


def find(sessions: Sessions, asked: Filters, limit: int) -> tuple[list[SessionSummary], int]:
    """The newest that are asked for, and how many there are. A course is looked for among the newest
    MOST_OF_A_SERIES that fit otherwise: what a title says of it no database can tell."""
    since = begin_of(asked.since) if asked.since else None
    narrowed = Narrowed(asked.kind, since, begin_of(asked.until + DAY) if asked.until else None)
    if asked.series is None:
        found = sessions.listed(asked.search, limit=limit, narrowed=narrowed)
        return found, sessions.count(asked.search, narrowed)
    every = sessions.listed(asked.search, limit=MOST_OF_A_SERIES, narrowed=narrowed)
    fitting = [one for one in every if series_of(one) == asked.series]
    return fitting[:limit], len(fitting)


def show_none(asked: Filters) -> None:
    """Nothing fits, and the way back."""
    st.info(f"No session fits: {escaped(asked.told())}.", icon=":material/search_off:")
    _show_all("Show all sessions", "primary")


def _choose(label: str, name: str, options: Sequence[str], chosen: str | None) -> None:
    show_as(f"filter_{name}", chosen)
    st.selectbox(
        label,
        [None, *options],
        format_func=lambda one: one[:1].upper() + one[1:] if one else EVERY,
        **_told_by(name),
    )


def _day_input(column: DeltaGenerator, label: str, name: str, chosen: date | None) -> None:
    show_as(f"filter_{name}", chosen)
    column.date_input(label, None, format="YYYY-MM-DD", **_told_by(name))


def _show_all(label: str, look: Literal["primary", "tertiary"]) -> None:
    def forget() -> None:
        for name in NAMES:
            st.query_params.pop(name, None)

    st.button(label, icon=":material/filter_list_off:", type=look, on_click=forget, key=f"show_all_{look}")


def _told_by(name: str) -> dict[str, Any]:
    """Key and callback of a control that writes what it shows into the address."""

    def tell() -> None:
        shown = shown_by(f"filter_{name}")
        st.query_params.pop("pages", None)
        if shown:
            st.query_params[name] = str(shown)
        else:
            st.query_params.pop(name, None)

    return {"key": f"filter_{name}", "on_change": tell}


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
