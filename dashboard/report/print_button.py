"""One press for the page on paper or as a PDF: the browser's own print, opened by a component of our own."""

import streamlit as st

SCRIPT = """
const HIGH_PX = 900, MOST = 0.86, PATIENCE_MS = 1500;
const paper = () => document.querySelector('.st-key-one-page');
const place = (plot) => plot.closest('[data-testid="stElementContainer"]');
const plots = () => paper()?.querySelectorAll('.js-plotly-plot:has(.main-svg)') ?? [];

// Laid out as on paper, also on a phone; what is longer than a page, A4 or Letter, is made smaller. On paper
// it is up to a twentieth higher than here.
function fit() {
  paper()?.classList.add('as-printed');
  paper()?.style.setProperty('--fit', Math.min(MOST, HIGH_PX / paper().scrollHeight));
}

// The browser's own print waits for nothing: what was drawn for a phone is enlarged to its place.
function enlarge() {
  for (const plot of plots()) {
    const grow = place(plot).clientWidth / plot.querySelector('.main-svg').clientWidth;
    if (grow > 1.1) place(plot).style.zoom = grow;
  }
}

// Charts are drawn again a moment after their place got another width.
async function redrawn() {
  const until = performance.now() + PATIENCE_MS;
  const fits = (svg) => Math.abs(svg.clientWidth - svg.closest('.js-plotly-plot').clientWidth) < 2;
  do await new Promise((look) => setTimeout(look, 50));
  while (performance.now() < until && ![...paper().querySelectorAll('.main-svg')].every(fits));
}

if (!window.attunePrint) {
  window.attunePrint = true;
  window.addEventListener('beforeprint', () => { fit(); enlarge(); fit(); });
  window.addEventListener('afterprint', () => {
    paper()?.classList.remove('as-printed');
    plots().forEach((plot) => { place(plot).style.zoom = ''; });
  });
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector('button');
  button.disabled = false;
  button.onclick = async () => {
    fit();
    if (paper()) await redrawn();
    window.print();
  };
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
    "attune_print", html="<button disabled>Print or save as PDF</button>", css=STYLE, js=SCRIPT
)


def show_print_button() -> None:
    """A button that opens the browser's print, whose target may be a PDF."""
    _component(key="print", width="content")
