"""One press for the page on paper or as a PDF: the browser's own print, opened by a component of our own."""

import streamlit as st

SCRIPT = """
export default function ({ parentElement }) {
  parentElement.querySelector('button').onclick = () => window.print();
}
"""
STYLE = """
button {font: inherit; font-family: var(--st-font); color: var(--st-text-color); cursor: pointer;
  background: var(--st-background-color); border: 1px solid var(--st-border-color); min-height: 2.5rem;
  border-radius: var(--st-button-radius); padding: 0 .9rem; white-space: nowrap}
button:hover {background: var(--st-secondary-background-color)}
button:focus-visible {outline: 2px solid var(--st-primary-color); outline-offset: 2px}
"""

_component = st.components.v2.component(
    "attune_print", html="<button>Print or save as PDF</button>", css=STYLE, js=SCRIPT
)


def show_print_button() -> None:
    """A button that opens the browser's print, whose target may be a PDF."""
    _component(key="print")
