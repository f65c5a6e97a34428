// The picture that the browser has itself, and over it what the server says of it: boxes, names, marks.
// Positions are told for an instant that has passed; what is drawn is where the face is by now.

const OVERLAY = {
  label: 'attune-overlay', saysEvery: 1000, openWithin: 8000, mostLead: 250, stale: 2500, settle: 90,
  window: 100, jump: 1000, still: 0.12, bits: 0.5,
};
const RIM = '#141414', FAINT = '#14141480', INK = '#ffffff';

function overlayOf(view) {
  const inside = view.document;
  const box = inside.createElement('div');
  const video = inside.createElement('video');
  const canvas = inside.createElement('canvas');
  box.className = 'attune-overlay';
  box.setAttribute('role', 'img');
  box.setAttribute('aria-label', 'Your picture, with boxes about the faces that are analysed');
  box.style.cssText = 'position:relative;width:100%;line-height:0';
  video.style.cssText = 'width:100%;max-height:26rem';
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none';
  Object.assign(video, { muted: true, playsInline: true, autoplay: true });
  box.append(video, canvas);
  return { view, inside, box, video, canvas, pen: canvas.getContext('2d'), faces: new Map(), delays: [],
    draws: false, failed: false, drawn: 0 };
}

// The data channel must be in the offer, so it is made with the connection.
function overlayOpen(over, peer, sender) {
  Object.assign(over, { peer, sender, channel: null, told: null, draws: false, failed: false, since: null,
    rate: undefined, said: null, delays: [] });
  over.faces.clear();
  try {
    over.channel = peer.createDataChannel(OVERLAY.label, { ordered: false, maxRetransmits: 0 });
  } catch {
    over.failed = true;
    return;
  }
  over.channel.onmessage = (event) => overlayHear(over, event.data);
  over.channel.onclose = () => { over.failed = true; over.draws = false; };
}

function overlayShow(over, track) {
  over.track = track;
  over.delays = [];
  over.faces.clear();
  over.video.srcObject = new over.view.MediaStream([track]);
  over.video.play().catch(() => {});
  overlayFollow(over);
}

function overlayFollow(over) {
  const each = (now, frame) => {
    // Where the browser tells, the instant of capture; else about a picture ago.
    over.shown = frame?.captureTime ?? now - 25;
    over.frame = frame;
    overlayDraw(over);
    over.next = over.video.requestVideoFrameCallback(each);
  };
  if (!over.video.requestVideoFrameCallback) over.rough = true;
  else if (!over.next) over.next = over.video.requestVideoFrameCallback(each);
}

// Every look, three times a second: whether it works, told to the server; the page shows one picture only.
function overlayTend(over, hz) {
  const { channel, video, track, peer } = over;
  const root = over.inside.getElementById('root');
  if (!peer || !root) return false;
  if (over.box.parentNode !== root) root.prepend(over.box);
  const lives = track?.readyState === 'live' && !['closed', 'failed'].includes(peer.connectionState);
  if (lives && video.paused) video.play().catch(() => {});
  const plays = lives && video.readyState >= 2 && video.videoWidth > 0 && !!over.pen;
  const told = over.told && over.view.performance.now() - over.toldAt < 20000;
  over.draws = hz > 0 && !over.failed && channel?.readyState === 'open' && plays && told && overlayFits(over);
  overlaySay(over, over.draws ? 'draws' : 'cannot');
  overlayRate(over, over.draws ? hz : undefined);
  overlayMeasure(over);
  if (peer.connectionState === 'connected') over.since ??= over.view.performance.now();
  const late = over.since && over.view.performance.now() - over.since > OVERLAY.openWithin;
  return hz > 0 && !over.failed && (over.draws || (lives && !late));
}

function overlaySay(over, word) {
  const now = over.view.performance.now();
  if (over.channel?.readyState !== 'open') return;
  if (over.said === word && now - over.saidAt < OVERLAY.saysEvery) return;
  Object.assign(over, { said: word, saidAt: now });
  over.channel.send(word);
}

// What is looked at ten times a second need not be sent thirty times, nor a picture in more bits for that.
function overlayRate(over, hz) {
  const most = hz && Math.round(OVERLAY.bits * over.video.videoWidth * over.video.videoHeight * hz);
  if (over.rate === most || !over.sender?.getParameters) return;
  over.rate = most;
  const wanted = over.sender.getParameters();
  for (const coding of wanted.encodings ?? []) {
    if (hz) Object.assign(coding, { maxFramerate: hz, maxBitrate: most });
    else for (const limit of ['maxFramerate', 'maxBitrate']) delete coding[limit];
  }
  over.sender.setParameters(wanted).catch(() => {});
}

// How long a picture takes from the camera into the network: it is older than its arrival says.
async function overlayMeasure(over) {
  if (over.measuring || over.view.performance.now() - (over.measuredAt ?? -1e9) < 3000) return;
  over.measuring = true;
  try {
    let way = 0, coding = 0;
    for (const one of (await over.peer.getStats()).values()) {
      if (one.type === 'candidate-pair' && one.nominated) way = (one.currentRoundTripTime ?? 0) * 1000;
      if (one.type === 'outbound-rtp' && one.kind === 'video' && one.framesEncoded) {
        coding = (1000 * (one.totalEncodeTime ?? 0)) / one.framesEncoded;
        coding += (1000 * (one.totalPacketSendDelay ?? 0)) / Math.max(1, one.packetsSent ?? 1);
      }
    }
    over.lag = way + Math.min(200, coding);
  } catch { /* no figures yet */ }
  over.measuredAt = over.view.performance.now();
  over.measuring = false;
}

function overlayFits(over) {
  const { told, video } = over;
  const off = (told.w / told.h) * (video.videoHeight / video.videoWidth);
  const fits = off > 0.93 && off < 1.07;
  over.misfit = fits ? undefined : over.misfit ?? over.view.performance.now();
  return fits || over.view.performance.now() - over.misfit < 1500;
}

function overlayHear(over, text) {
  const told = JSON.parse(text), now = over.view.performance.now();
  if (over.told && told.t <= over.told.t && over.told.t - told.t < OVERLAY.jump) return;
  // Of all ways here the quickest, counted by the sender's own clock, tells when pictures were captured.
  const delay = now - told.d - told.t;
  if (Math.abs(delay - (over.delays.at(-1) ?? delay)) > OVERLAY.jump) over.delays = [];
  over.delays = [...over.delays, delay].slice(-OVERLAY.window);
  const captured = told.t + Math.min(...over.delays) - (over.lag ?? 25);
  over.told = told;
  over.toldAt = now;
  const seen = new Map(told.faces.map((face) => [face.id, overlayMoved(over, face, captured, now)]));
  over.faces = seen;
  // A hidden page draws nothing; one call waits for it, not one for each message.
  over.waiting ??= over.view.requestAnimationFrame(() => { over.waiting = null; overlayDraw(over); });
}

// Velocity in parts of the picture a ms; a face that hardly moves stands still.
function overlayMoved(over, face, captured, now) {
  const before = over.faces.get(face.id);
  const moved = { ...face, captured, at: now, speed: [0, 0, 0, 0], off: [0, 0, 0, 0] };
  const step = before ? captured - before.captured : 0;
  if (step <= 5 || step > 1000) return moved;
  const size = [face.box[2] - face.box[0], face.box[3] - face.box[1]];
  const way = face.box.map((edge, i) => (edge - before.box[i]) / step);
  // The middle moves by what both edges share, else a box breathes.
  const middle = [(way[0] + way[2]) / 2, (way[1] + way[3]) / 2];
  const raw = middle.map((v, i) => 0.6 * v + 0.4 * (before.raw?.[i] ?? v));
  const slow = raw.map((v, i) => v * Math.max(0, 1 - (OVERLAY.still * size[i] / 1000 / Math.max(1e-9, Math.abs(v))) ** 2));
  Object.assign(moved, { raw, speed: [slow[0], slow[1], slow[0], slow[1]] });
  const was = overlayBox(before, over.shown ?? now, now), is = overlayBox(moved, over.shown ?? now, now);
  moved.off = was.map((edge, i) => edge - is[i]);
  return moved;
}

function overlayBox(face, shown, now) {
  const lead = Math.min(OVERLAY.mostLead, Math.max(0, shown - face.captured));
  const kept = Math.exp(-(now - face.at) / OVERLAY.settle);
  return face.box.map((edge, i) => edge + face.speed[i] * lead + face.off[i] * kept);
}

function overlayDraw(over) {
  try {
    overlayPaint(over);
  } catch (error) {
    over.failed = true;  // the server draws from now on
    console.error(error);
  }
}

function overlayPaint(over) {
  const { canvas, video, pen, view } = over, now = over.view.performance.now();
  const wide = canvas.clientWidth, high = canvas.clientHeight, dense = view.devicePixelRatio || 1;
  if (!wide || !high || !video.videoWidth) return;
  if (canvas.width !== Math.round(wide * dense)) canvas.width = Math.round(wide * dense);
  if (canvas.height !== Math.round(high * dense)) canvas.height = Math.round(high * dense);
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.clearRect(0, 0, wide, high);
  over.painted = [];
  if (!over.draws || !over.told) return;
  const scale = Math.min(wide / video.videoWidth, high / video.videoHeight);
  const area = { w: video.videoWidth * scale, h: video.videoHeight * scale };
  area.x = (wide - area.w) / 2;
  area.y = (high - area.h) / 2;
  area.strong = view.matchMedia('(prefers-contrast: more), (forced-colors: active)').matches;
  const shown = over.rough ? now - 25 : over.shown ?? now;
  const faces = [...over.faces.values()].filter((face) => now - face.at < OVERLAY.stale);
  const places = faces.map((face) => overlayBox(face, shown, now).map(
    (edge, i) => (i % 2 ? area.y + edge * area.h : area.x + edge * area.w)));
  const taken = [];
  faces.forEach((face, i) => {
    overlayMarks(pen, area, places[i], face.marks);
    overlayOutline(pen, area, places[i], face);
    taken.push(overlayPlate(pen, area, places[i], face, taken, places.filter((_, k) => k !== i)));
  });
  over.painted = faces.map((face, i) => ({ id: face.id, box: places[i], text: taken[i].text, shown }));
  over.drawn += 1;
}

function overlayOutline(pen, area, [x0, y0, x1, y1], face) {
  const width = (face.bold ? Math.max(1.5, area.h / 240) : 1) + area.strong * 2;
  const round = 0.12 * Math.min(x1 - x0, y1 - y0);
  pen.beginPath();
  pen.roundRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0), Math.max(0, round));
  for (const [colour, thick] of [[face.bold || area.strong ? RIM : FAINT, width + 2], [face.colour, width]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.stroke();
  }
}

function overlayPlate(pen, area, box, face, taken, others) {
  const capital = Math.max(8, Math.min(area.h / 40, (box[3] - box[1]) / 7)), font = capital * 1.4;
  pen.font = `${area.strong ? 700 : 500} ${font}px system-ui, sans-serif`;
  const pad = Math.max(3, capital / 2.5), high = capital * 1.3 + 2 * pad;
  const tops = [box[1] - high - 2, box[3] + 2, box[1] + 2];
  let best = null;
  for (const text of face.texts) for (const top of tops) {
    const wide = Math.min(area.w, pen.measureText(text).width + 2 * pad);
    const x = Math.max(area.x, Math.min(box[0], area.x + area.w - wide));
    const y = Math.max(area.y, Math.min(top, area.y + area.h - high));
    const place = [x, y, x + wide, y + high];
    const full = (wide * high) / 8;
    let cost = Math.floor((4 * covered(place, taken.map((one) => one.place)) + covered(place, others)) / full);
    // A label stays where it is for a difference that hardly shows.
    if (face.texts.indexOf(text) + 10 * tops.indexOf(top) !== overlayPlate.kept.get(face.id)) cost += 0.5;
    if (!best || cost < best.cost) {
      best = { cost, text, place, pad, kept: face.texts.indexOf(text) + 10 * tops.indexOf(top) };
    }
  }
  overlayPlate.kept.set(face.id, best.kept);
  const [x0, y0, x1, y1] = best.place, ground = area.strong ? '#000000' : face.colour;
  pen.fillStyle = ground;
  pen.beginPath();
  pen.roundRect(x0, y0, x1 - x0, y1 - y0, pad);
  pen.fill();
  pen.fillStyle = lightness(ground) > 0.5 ? RIM : INK;
  pen.textBaseline = 'middle';
  pen.fillText(best.text, x0 + pad, (y0 + y1) / 2 + 0.5, x1 - x0 - 2 * pad);
  return best;
}
overlayPlate.kept = new Map();

function covered([x0, y0, x1, y1], rectangles) {
  return rectangles.reduce((sum, [a0, b0, a1, b1]) =>
    sum + Math.max(0, Math.min(x1, a1) - Math.max(x0, a0)) * Math.max(0, Math.min(y1, b1) - Math.max(y0, b0)), 0);
}

function lightness(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

// Waves beside the mouth of who speaks, corner brackets about the most attentive: by shape, not by colour.
function overlayMarks(pen, area, [x0, y0, x1, y1], marks) {
  const side = Math.min(x1 - x0, y1 - y0), width = Math.max(2, side / 40) + area.strong, lines = [];
  if (marks.includes('speaking')) {
    const right = x1 + side * 0.45 < area.x + area.w || x0 - area.x < side * 0.45, way = right ? 1 : -1;
    const cx = (right ? x1 : x0) - way * side * 0.06, cy = y0 + 0.75 * (y1 - y0), open = (42 * Math.PI) / 180;
    for (const reach of [0.16, 0.28, 0.4]) {
      const arc = new Path2D(), from = right ? -open : Math.PI - open;
      arc.arc(cx, cy, side * reach, from, from + 2 * open);
      lines.push(arc);
    }
  }
  if (marks.includes('most attentive')) {
    const gap = 3 + 2 * width, arm = side * 0.22;
    for (const [x, y, h, v] of [[x0 - gap, y0 - gap, 1, 1], [x1 + gap, y0 - gap, -1, 1],
      [x1 + gap, y1 + gap, -1, -1], [x0 - gap, y1 + gap, 1, -1]]) {
      const corner = new Path2D();
      corner.moveTo(x, y + v * arm);
      corner.lineTo(x, y);
      corner.lineTo(x + h * arm, y);
      lines.push(corner);
    }
  }
  for (const [colour, thick] of [[RIM, width + 2], [INK, width]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    lines.forEach((line) => pen.stroke(line));
  }
}
