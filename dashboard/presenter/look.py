"""How the presenter's panel looks: large type, a form of high contrast and one that keeps still."""

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

ASK = """
export default function ({ setStateValue }) {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const strong = matchMedia('(prefers-contrast: more)');
  const tell = () => setStateValue('wishes', { still: still.matches, strong: strong.matches });
  tell();
  still.addEventListener('change', tell);
  strong.addEventListener('change', tell);
  return () => { still.removeEventListener('change', tell); strong.removeEventListener('change', tell); };
}
"""
PLAIN = """<style>
.pr-figure {display:flex; flex-direction:column; gap:.2rem}
.pr-label {font-size:clamp(1.2rem,2vw,1.9rem); line-height:1.25}
.pr-big {font-size:clamp(5rem,17vw,15rem); line-height:1; font-weight:700; font-variant-numeric:tabular-nums;
  white-space:nowrap}
.pr-of {font-size:.42em; font-weight:500}
.pr-word {font-size:clamp(2rem,4.2vw,4rem); line-height:1.15; font-weight:650}
.st-key-presenter-notes p, .st-key-presenter-head p {font-size:clamp(1.15rem,1.9vw,1.8rem); line-height:1.4}
.stMainBlockContainer {max-width:none}
</style>"""
STRONG = """<style>
.stApp, .stApp header, .stMain {background:#000 !important}
.stApp header a, .stApp header span, .stApp header button, .stMain p, .stMain label, .stMain span, .stMain div
  {color:#fff !important}
.stApp header a[aria-current=page] {background:#000 !important; outline:2px solid #fff}
.stMain a, .stMain a p, .stMain a span, .stMain .pr-word {color:#ffd500 !important}
.stMain .stButton button, .stMain .stPopover button, .stMain [data-testid=stAlertContainer]
  {background:#000 !important; border:2px solid #fff !important}
.stMain [data-testid=stTooltipIcon] svg, .stMain .stPopover svg
  {color:#fff !important; stroke:#fff !important}
.stMain .stCheckbox label > div:first-of-type {outline:2px solid #fff}
</style>"""
STILL = """<style>
*, *::before, *::after {animation:none !important; transition:none !important}
[data-stale=true] {opacity:1 !important}
</style>"""
CALM = "<style>.stMain [data-stale=true] {opacity:1 !important; transition:none !important}</style>"

_component = st.components.v2.component("attune_presenter_wishes", js=ASK)


@dataclass(frozen=True, slots=True)
class Look:
    """`strong`: high contrast. `still`: figures change every ten seconds, and nothing is animated."""

    strong: bool = False
    still: bool = False

    @property
    def line_colour(self) -> str | None:
        return "#ffd500" if self.strong else None

    @property
    def every_s(self) -> float:
        return 10.0 if self.still else 1.0

    def style(self) -> str:
        return PLAIN + CALM + STRONG * self.strong + STILL * self.still


def choose_look(wishes: Look) -> Look:
    """Two switches, kept in the address; the system's `wishes` hold without them."""
    strong = st.toggle(
        "High contrast", key="contrast", bind="query-params", help="Yellow and white on black."
    )
    still = st.toggle(
        "Reduced motion",
        key="still",
        bind="query-params",
        help="Figures change every ten seconds instead of every second, and nothing is animated.",
    )
    return Look(strong or wishes.strong, still or wishes.still)


def system_wishes() -> Look:
    """What the person asked their system for."""
    result: Any = _component(key="wishes", on_wishes_change=lambda: None)
    told = result.wishes if isinstance(result.wishes, dict) else {}
    return Look(strong=told.get("strong") is True, still=told.get("still") is True)


def big(label: str, value: str, of: str = "") -> str:
    """A figure to read from the back of the room."""
    more = f'<span class="pr-of"> {escape(of)}</span>' if of else ""
    return (
        f'<div class="pr-figure"><div class="pr-label">{escape(label)}</div>'
        f'<div class="pr-big">{escape(value)}{more}</div></div>'
    )


def word(label: str, said: str) -> str:
    """A word with what it is about."""
    return (
        f'<div class="pr-figure"><div class="pr-label">{escape(label)}</div>'
        f'<div class="pr-word">{escape(said)}</div></div>'
    )
