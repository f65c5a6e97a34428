const SINCE_1904_MS = 2082844800000;
const TO_2001_MS = 978307200000;
const MOST_BOXES = 100;
const MATROSKA_HEAD = 65536;

// When a recording says that it began: milliseconds since 1970, or null. Reads a few hundred bytes of the file.
async function began(file) {
  const read = async (at, size) => new DataView(await file.slice(at, at + size).arrayBuffer());
  const head = await read(0, 12);
  if (head.byteLength < 12) return null;
  if (head.getUint32(0) === 0x1a45dfa3) return matroskaBegan(await read(0, MATROSKA_HEAD));
  return name(head, 4) === 'ftyp' ? mp4Began(read, file.size) : null;
}

function name(view, at) {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}

async function mp4Began(read, size) {
  let at = 0;
  for (let boxes = 0; boxes < MOST_BOXES && at + 16 <= size; boxes += 1) {
    const box = await read(at, 32);
    const long = box.getUint32(0) === 1;
    const length = long ? Number(box.getBigUint64(8)) : box.getUint32(0);
    const inside = long ? 16 : 8;
    if (name(box, 4) === 'mvhd') return mvhdBegan(box, inside);
    if (name(box, 4) === 'moov') at += inside;
    else if (length >= inside) at += length;
    else return null;
  }
  return null;
}

function mvhdBegan(box, at) {
  if (box.byteLength < at + 12) return null;
  const wide = box.getUint8(at) === 1;
  const seconds = wide ? Number(box.getBigUint64(at + 4)) : box.getUint32(at + 4);
  return seconds ? seconds * 1000 - SINCE_1904_MS : null;
}

function matroskaBegan(head) {
  // DateUTC: 4461, eight bytes long, nanoseconds since 2001
  for (let at = 0; at + 11 <= head.byteLength; at += 1) {
    if (head.getUint16(at) === 0x4461 && head.getUint8(at + 2) === 0x88) {
      return Number(head.getBigInt64(at + 3) / 1000000n) + TO_2001_MS;
    }
  }
  return null;
}

// Where the file begins on the session's clock, in seconds, and a sentence that says how that is known.
function aligned(data, beganMs, lengthS) {
  if (data.whole) return [0, 'This session was made of a recording: the two begin together.'];
  if (beganMs === null) return [0, 'The file does not say when it began: taken to begin with the session.'];
  const startS = Math.round((beganMs - data.started_ms) / 100) / 10;
  if (startS < data.length_s && startS + lengthS > 0) return [startS, 'Put where the file says that it began.'];
  const day = new Date(beganMs).toLocaleString();
  return [0, `The file says that it began ${day}, and this session was not then. Is it another meeting's?`];
}
