// Plays a file of this computer beside the report. Nothing of it is sent anywhere, neither its bytes nor its name.
const BACK_S = 5;
const LOOK_MS = 250;
const CANNOT = 'Wanted a video or sound that this browser plays (WebM, MP4, Ogg, MP3, WAV), and it cannot play '
  + 'this file. Open another, or convert this one, with HandBrake for instance.';
const TYPED = 'input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=range]), textarea,'
  + 'select, [contenteditable=""], [contenteditable=true], [role=textbox], [role=combobox], [role=listbox],'
  + '[role=menu], [role=grid]';

// One for the browser's tab: a file stays open, by session, while other parts and pages are looked at.
const tab = (window.attuneReplay ??= { opened: new Map() });

function clock(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const two = (number) => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ''}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

async function ready(video) {
  await new Promise((loaded, fail) => {
    video.addEventListener('loadedmetadata', loaded, { once: true });
    video.addEventListener('error', fail, { once: true });
  });
  if (video.duration !== Infinity) return;
  // What a browser recorded tells its length only after its end was looked for.
  const known = new Promise((found) => video.addEventListener('durationchange', found, { once: true }));
  video.currentTime = 1e7;
  await known;
  video.currentTime = 0;
}

function close(session) {
  const one = tab.opened.get(session);
  tab.opened.delete(session);
  if (!one) return;
  one.video.pause();
  one.video.remove();
  URL.revokeObjectURL(one.video.src);
}

// Raises an Event or Error where the browser cannot play it.
async function open(file, data) {
  const video = document.createElement('video');
  Object.assign(video, { controls: true, playsInline: true, src: URL.createObjectURL(file) });
  video.setAttribute('aria-label', 'Your recording');
  try {
    const [beganMs] = await Promise.all([began(file).catch(() => null), ready(video)]);
    const [startS, told] = aligned(data, beganMs, video.duration || 0);
    const heard = video.videoWidth || file.type.startsWith('audio/');
    const sound = heard ? '' : ' It has no picture that this browser shows.';
    close(data.session);
    tab.opened.set(data.session, { video, name: file.name, startS, baseS: startS, told: told + sound });
  } catch (error) {
    URL.revokeObjectURL(video.src);
    throw error;
  }
}

function play(one) {
  if (one.video.paused) one.video.play().catch(() => {});
  else one.video.pause();
}

export default function ({ data, parentElement }) {
  const part = (name) => parentElement.querySelector(`[data-part="${name}"]`);
  const opened = () => tab.opened.get(data.session);
  const nowMs = () => (opened() ? (opened().video.currentTime + opened().startS) * 1000 : null);
  const note = (sentence) => { part('note').textContent = sentence; };

  const seek = (atMs) => {
    const one = opened();
    if (!one) return;
    const wantedS = atMs / 1000 - one.startS;
    const reached = Math.min(Math.max(wantedS, 0), one.video.duration || wantedS);
    one.video.currentTime = reached;
    const off = Math.abs(reached - wantedS) > 1;
    note(off ? `The recording does not reach ${clock(atMs / 1000)} of the session.` : '');
    look();
  };
  const next = () => {
    const later = data.moments.find((one) => one > nowMs() + 500);
    if (later === undefined) note('No further moment.');
    else seek(later);
  };
  const back = () => seek(nowMs() - BACK_S * 1000);
  const keys = { p: () => play(opened()), b: back, n: next };

  const look = () => {
    const at = nowMs();
    placeHeads(at);
    markWords(at);
    part('words').textContent = saidAt(data.words, at);
    part('play').firstChild.textContent = opened()?.video.paused === false ? 'Pause' : 'Play';
  };

  const place = (startS, baseS) => {
    Object.assign(opened(), { startS, baseS });
    draw();
  };

  const draw = (refused = '') => {
    const one = opened();
    part('refused').textContent = refused;
    part('player').classList.toggle('folded', tab.folded === true);
    part('player').hidden = !one;
    part('open').textContent = one ? 'Open another recording' : 'Open your recording (it stays in this browser)';
    if (one) {
      part('name').textContent = one.name;
      if (one.video.parentElement !== part('screen')) {
        const played = !one.video.paused;
        part('screen').replaceChildren(one.video);
        if (played) one.video.play().catch(() => {});
      }
      one.video.classList.toggle('sound', !one.video.videoWidth);
      part('start').value = one.startS.toFixed(1);
      part('fine').value = one.startS - one.baseS;
      const side = one.startS < 0 ? 'before' : 'after';
      part('begins').textContent = one.startS ? `Begins ${clock(one.startS)} ${side} the session` : 'Begins with the session';
      part('told').textContent = one.told;
      one.video.onseeked = look;
    }
    look();
  };

  const choose = async (file) => {
    if (!file) return;
    const refused = await open(file, data).then(() => '', () => CANNOT);
    draw(refused);
    if (!refused && data.moment) seek(data.moment.at_ms);
  };

  const press = (event) => {
    const act = keys[event.key?.toLowerCase()];
    const from = event.composedPath()[0];
    if (!act || !opened() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.defaultPrevented || from?.closest?.(TYPED)) return;
    act();
    event.preventDefault();
  };

  part('open').onclick = () => part('file').click();
  part('file').onchange = () => { choose(part('file').files[0]); part('file').value = ''; };
  part('close').onclick = () => { close(data.session); draw(); };
  part('fold').onclick = () => { tab.folded = !tab.folded; draw(); };
  part('play').onclick = keys.p;
  part('back').onclick = back;
  part('next').onclick = next;
  part('start').onchange = () => {
    const startS = Number(part('start').value) || 0;
    place(startS, startS);
  };
  part('fine').oninput = () => place(opened().baseS + Number(part('fine').value), opened().baseS);

  // This function runs again for each message, without the last one's end.
  tab.stop?.();
  draw();
  if (data.moment?.name !== tab.moment && data.moment) seek(data.moment.at_ms);
  tab.moment = data.moment?.name;
  const unheard = [hearPresses(seek), hearWords(seek)];
  document.addEventListener('keydown', press);
  const timer = setInterval(look, LOOK_MS);
  tab.stop = () => {
    clearInterval(timer);
    document.removeEventListener('keydown', press);
    for (const stop of unheard) stop();
  };
  const stop = tab.stop;
  return () => {
    stop();
    opened()?.video.pause();
    placeHeads(null);
    markWords(null);
  };
}
