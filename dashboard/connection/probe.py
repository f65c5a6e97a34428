"""What the browser says of its way to the camera and to the server: a small component that looks and reports.

It looks once for every new number of a run: whether the page may use the camera, which cameras there are,
whether a picture comes (only when asked for), and which ICE candidates an RTCPeerConnection finds.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.connection.browser_report import BrowserReport, read_report

PROBE = """
const FRAME_MS = 10000;
const GATHER_MS = 10000;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function permission() {
  try {
    return (await navigator.permissions.query({ name: 'camera' })).state;
  } catch {
    return 'unknown';
  }
}

async function cameras() {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((one) => one.kind === 'videoinput').length;
  } catch {
    return 0;
  }
}

function brightness(video) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 16;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 16, 16);
  const pixels = context.getImageData(0, 0, 16, 16).data;
  let brightest = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    brightest = Math.max(brightest, pixels[i], pixels[i + 1], pixels[i + 2]);
  }
  return brightest;
}

async function frame() {
  const started = performance.now();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false,
    });
  } catch (error) {
    return { error: error.name };
  }
  const video = document.createElement('video');
  video.muted = video.playsInline = true;
  try {
    const came = new Promise((done) => video.addEventListener('loadeddata', () => done(true)));
    video.srcObject = stream;
    video.play().catch(() => {});
    if (!(await Promise.race([came, wait(FRAME_MS).then(() => false)]))) return { error: 'NoFrame' };
    return {
      width: video.videoWidth, height: video.videoHeight,
      took_ms: performance.now() - started, brightest: brightness(video),
    };
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}

async function gather(rtc) {
  const candidates = [], errors = [];
  let peer;
  try {
    peer = new RTCPeerConnection(rtc);
  } catch (error) {
    return { candidates, errors, complete: false, refused: error.name };
  }
  const complete = new Promise((done) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && done(true);
  });
  peer.onicecandidate = ({ candidate, url }) => {
    if (!candidate?.candidate) return;
    candidates.push({
      type: candidate.type ?? '', protocol: candidate.protocol ?? '',
      address: candidate.address ?? '', port: candidate.port ?? 0, url: candidate.url ?? url ?? '',
    });
  };
  peer.onicecandidateerror = ({ url, errorCode }) => errors.push({ url: url ?? '', code: errorCode });
  try {
    peer.createDataChannel('check');
    await peer.setLocalDescription();
    const whole = await Promise.race([complete, wait(GATHER_MS).then(() => false)]);
    return { candidates, errors, complete: whole };
  } finally {
    peer.close();
  }
}

async function look(data) {
  const capture = !!navigator.mediaDevices?.getUserMedia;
  const picture = data.camera && capture ? await frame() : null;
  const [allowed, count, ways] = await Promise.all([permission(), cameras(), gather(data.rtc)]);
  return {
    run: data.run, secure: window.isSecureContext, origin: window.location.origin, capture,
    sharing: !!navigator.mediaDevices?.getDisplayMedia, permission: allowed, cameras: count,
    frame: picture, ...ways,
  };
}

export default function ({ data, parentElement, setStateValue }) {
  if (parentElement.attuneRun === data.run) return;
  parentElement.attuneRun = data.run;
  look(data).then((found) => {
    if (parentElement.attuneRun === data.run) setStateValue('found', found);
  });
}
"""

_component = st.components.v2.component("attune_connection_probe", js=PROBE)


def probe(run: int, camera: bool, rtc: Mapping[str, Any]) -> BrowserReport | None:
    """Have the browser look; its report once that of this `run` is there, else None."""
    data = {"run": run, "camera": camera, "rtc": dict(rtc)}
    result: Any = _component(key="connection-probe", data=data, on_found_change=lambda: None)
    report = read_report(result.found)
    return report if report is not None and report.run == run else None
