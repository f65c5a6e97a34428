"""The buttons and keys that mark a moment: a component of our own in the page of a running session.

`st.button(shortcut=...)` listens too, but in the page alone, while after START the keyboard belongs to the
streamer's frame; and a button is told when the script gets to it, not when it was pressed. This one listens
in both, tells the session's time at the press, and sends what it has until it was heard.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

SENT_AGAIN = 20
"""So many of the last presses are told each time: one that was overtaken by the next is not lost."""

SCRIPT = """
const typed = 'input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=range]), textarea,'
  + 'select, [contenteditable=""], [contenteditable=true], [role=textbox], [role=combobox], [role=listbox],'
  + '[role=menu], [role=grid]';

export default function ({ parentElement, data, setStateValue }) {
  const kept = (window.attuneMarkers ??= { tab: Math.random().toString(36).slice(2), count: 0 });
  kept.stop?.();  // this function runs again for each message, without the last one's end
  // The message that came with the least delay tells best how the session's clock stands to this page's.
  const ahead = data.now_ms - performance.now();
  if (kept.session !== data.session) Object.assign(kept, { session: data.session, presses: [], ahead });
  kept.ahead = Math.max(kept.ahead, ahead);

  const press = (key, stretch) => {
    const at_ms = Math.max(0, Math.round(performance.now() + kept.ahead));
    kept.presses = [...kept.presses, { id: `${kept.tab}-${++kept.count}`, key, stretch, at_ms }].slice(-SENT);
    setStateValue('presses', kept.presses);
    const pair = parentElement.querySelector(`[data-key="${key}"]`);
    pair?.classList.add('pressed');
    setTimeout(() => pair?.classList.remove('pressed'), 400);
  };

  const listen = (event) => {
    const from = event.composedPath()[0];
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    if (event.defaultPrevented || from?.closest?.(typed)) return;
    const mark = data.marks.find((one) => one.key === event.key?.toLowerCase());
    if (mark) press(mark.key, event.shiftKey);
  };

  const box = parentElement.querySelector('.keys');
  for (const { key, label, since } of data.marks) {
    let pair = box.querySelector(`[data-key="${key}"]`);
    if (!pair) {
      pair = document.createElement('span');
      pair.dataset.key = key;
      pair.append(document.createElement('button'), document.createElement('button'));
      box.append(pair);
    }
    const [moment, stretch] = pair.children;
    const letter = document.createElement('kbd');
    letter.textContent = key.toUpperCase();
    moment.replaceChildren(label, letter);
    moment.setAttribute('aria-keyshortcuts', key.toUpperCase());
    moment.title = `Mark this moment (${key.toUpperCase()})`;
    stretch.textContent = since ? `\\u25a0 ${since}` : '\\u25b7';
    stretch.setAttribute('aria-label',
      since ? `End the stretch ${label}, begun at ${since}` : `Begin a stretch: ${label}`);
    stretch.setAttribute('aria-keyshortcuts', `Shift+${key.toUpperCase()}`);
    stretch.title = `${since ? 'End' : 'Begin'} a stretch (Shift+${key.toUpperCase()})`;
    pair.classList.toggle('runs', Boolean(since));
    moment.onclick = () => press(key, false);
    stretch.onclick = () => press(key, true);
  }

  const heard = new Set();
  const attach = () => {
    const frames = [...document.querySelectorAll('iframe[src*="webrtc"]')];
    for (const page of [document, ...frames.map((frame) => frame.contentDocument)]) {
      if (!page || heard.has(page)) continue;
      page.addEventListener('keydown', listen);
      heard.add(page);
    }
  };
  attach();
  const timer = setInterval(attach, 300);
  kept.stop = () => {
    clearInterval(timer);
    for (const page of heard) page.removeEventListener('keydown', listen);
  };
  return kept.stop;
}
""".replace("SENT", str(SENT_AGAIN), 1)

STYLE = """
.keys {display: flex; flex-wrap: wrap; gap: .5rem; font-family: var(--st-font); font-size: .95rem}
.keys > span {display: inline-flex; border: 1px solid var(--st-border-color); overflow: hidden;
  border-radius: var(--st-button-radius)}
button {font: inherit; color: var(--st-text-color); background: var(--st-background-color); border: 0;
  min-height: 2.4rem; padding: 0 .7rem; cursor: pointer; white-space: nowrap}
button + button {border-left: 1px solid var(--st-border-color); padding: 0 .6rem; min-width: 2.4rem;
  font-variant-numeric: tabular-nums}
button:hover {background: var(--st-secondary-background-color)}
button:focus-visible {outline: 2px solid var(--st-primary-color); outline-offset: -2px}
kbd {font: inherit; font-size: .8em; margin-left: .5rem; padding: 0 .35rem; border-radius: 3px;
  border: 1px solid var(--st-border-color); background: var(--st-secondary-background-color)}
.runs, .pressed {border-color: var(--st-primary-color) !important;
  box-shadow: inset 0 0 0 1px var(--st-primary-color)}
.runs button + button, .pressed button {background: var(--st-secondary-background-color); font-weight: 600}
"""

_component = st.components.v2.component(
    "attune_marker_keys",
    html='<div class="keys" role="group" aria-label="Markers"></div>',
    css=STYLE,
    js=SCRIPT,
)


def ask_presses(
    key: str, session_id: int, now_ms: int, labels: Mapping[str, str], since: Mapping[str, str]
) -> Any:
    """Draw the buttons and listen to the keys of `labels`; what the browser told, for `markers.presses_of`.

    `now_ms`: the session's time; `since`: from when the running stretches run, by label.
    """
    marks = [{"key": one, "label": label, "since": since.get(label, "")} for one, label in labels.items()]
    data = {"session": session_id, "now_ms": now_ms, "marks": marks}
    result: Any = _component(key=key, data=data, on_presses_change=lambda: None)
    return result.presses
