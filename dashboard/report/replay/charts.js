// The playhead over the charts of the page, which are over the session's time, and presses on them.
const DAY_MS = 86400000;
const PRESS_PX = 6;
const HEAD = 'attune-playhead';

// Where a chart's plot lies in it, and from when to when it goes; null for what is not over the session's time.
function frameOf(chart) {
  const layout = chart._fullLayout;
  const axis = layout?.xaxis;
  if (axis?.type !== 'date' || !(axis._length > 0)) return null;
  const [from, to] = axis.range.map((edge) => axis.r2l(edge) - DAY_MS);
  if (!(to > from) || from < 0 || from > 90 * DAY_MS) return null;  // the days of other charts
  const size = layout._size;
  return { from, span: to - from, left: axis._offset, width: axis._length, top: size.t, height: size.h };
}

function placeHeads(atMs) {
  for (const chart of document.querySelectorAll('.js-plotly-plot')) {
    const frame = atMs === null ? null : frameOf(chart);
    const share = frame ? (atMs - frame.from) / frame.span : -1;
    let head = chart.querySelector(`.${HEAD}`);
    if (share < 0 || share > 1) {
      head?.remove();
      continue;
    }
    if (!head) {
      head = document.createElement('div');
      head.className = HEAD;
      head.style.cssText = 'position:absolute;left:0;top:0;width:2px;background:#d6336c;pointer-events:none;'
        + 'z-index:5;box-shadow:0 0 0 .5px #fff8';
      (chart.querySelector('.svg-container') ?? chart).append(head);
    }
    const across = Math.round(frame.left + share * frame.width);
    head.style.height = `${frame.height}px`;
    head.style.transform = `translate(${across - 1}px, ${frame.top}px)`;
  }
}

// Calls `seek` with the session's time where a chart is pressed; returns how to stop. Plotly keeps clicks to itself.
function hearPresses(seek) {
  let begun = null;
  const down = (event) => {
    const chart = event.isPrimary && event.button === 0 && event.target.closest?.('.js-plotly-plot');
    begun = chart ? { chart, x: event.clientX, y: event.clientY } : null;
  };
  const up = (event) => {
    const { chart, x, y } = begun ?? {};
    begun = null;
    const frame = chart?.isConnected ? frameOf(chart) : null;
    if (!frame || Math.hypot(event.clientX - x, event.clientY - y) > PRESS_PX) return;
    const box = (chart.querySelector('.svg-container') ?? chart).getBoundingClientRect();
    const across = (event.clientX - box.left - frame.left) / frame.width;
    const inside = event.clientY - box.top >= frame.top && event.clientY - box.top <= frame.top + frame.height;
    if (inside && across >= 0 && across <= 1) seek(frame.from + across * frame.span);
  };
  const cancel = () => { begun = null; };
  const heard = { pointerdown: down, pointerup: up, pointercancel: cancel };
  for (const [kind, hear] of Object.entries(heard)) document.addEventListener(kind, hear, true);
  return () => {
    for (const [kind, hear] of Object.entries(heard)) document.removeEventListener(kind, hear, true);
  };
}
