// The words of the transcript: those at the playhead are marked in the page's list, and a press on one seeks.
const LEAST_MS = 500;

function saidAt(words, nowMs) {
  if (nowMs === null) return '';
  return words.filter(([from, to]) => from <= nowMs && nowMs < Math.max(to, from + LEAST_MS))
    .map(([, , text]) => text).join('\n');
}

function markWords(nowMs) {
  for (const line of document.querySelectorAll('[data-said-from]')) {
    const from = Number(line.dataset.saidFrom);
    const now = nowMs !== null && from <= nowMs && nowMs < Math.max(Number(line.dataset.saidTo), from + LEAST_MS);
    const press = line.querySelector('button');
    if (press) press.disabled = nowMs === null;
    if (now === (line.getAttribute('aria-current') === 'true')) continue;
    if (now) line.setAttribute('aria-current', 'true');
    else line.removeAttribute('aria-current');
    if (now) keepInSight(line);
  }
}

// Moves the list alone, not the page.
function keepInSight(line) {
  let box = line.parentElement;
  while (box && !(box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY))) {
    box = box.parentElement;
  }
  if (!box || box.matches('[data-testid="stMain"]')) return;
  const [seen, own] = [box.getBoundingClientRect(), line.getBoundingClientRect()];
  if (own.top < seen.top || own.bottom > seen.bottom) box.scrollTop += own.top - seen.top - seen.height / 3;
}

function hearWords(seek) {
  const press = (event) => {
    const line = event.target.closest?.('[data-said-from]');
    if (line && event.target.closest('button')) seek(Number(line.dataset.saidFrom));
  };
  document.addEventListener('click', press);
  return () => document.removeEventListener('click', press);
}
