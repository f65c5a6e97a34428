"""Where the picture comes from, as the browser sees it: camera, tab, window or screen; a small component.

streamlit-webrtc asks for cameras only and tells the server nothing when the browser says no. This component
stands in the page itself and reaches into the streamer's frame, which has the same origin. There it lets
START open the browser's own picker, keeps the sender so that another source can take over while live, has
the streamer wait for a connection that hesitates, and reports what was given, refused or ended. It looks
again all the time, since reruns may remake the frame. There, too, overlay/overlay.js shows what is captured
and draws upon it, and sound/sound.js takes its sound.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.controls.state import shown_by
from dashboard.live.source_events import SourceEvent, read_events
from dashboard.live.stream import CHOOSE_CAMERA

CAPTURE_HZ = 7
"""Frames of 1280 x 720 cost browser and server as much as their analysis does; nods take up to 3 Hz."""

SCRIPTS = [Path(__file__).with_name(name) / f"{name}.js" for name in ("overlay", "sound")]
HOOK = """
const PICKER = {
  video: { frameRate: { max: CAPTURE_HZ }, width: { max: 1920 }, height: { max: 1080 } },
  audio: false, selfBrowserSurface: 'exclude', surfaceSwitching: 'include', monitorTypeSurfaces: 'include',
};
const CAMERA = { video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false };
const KEPT = 20;
const AGAIN_MS = 2000;

// One for the whole page: the frame's hook outlives a redraw of this component.
const page = (window.attuneSource ??= { number: 0, events: [] });

// A tab that is closed or loaded again by mistake would end the session.
window.onbeforeunload = (event) => page.live && event.preventDefault();

function tell(event) {
  page.number += 1;
  page.events = [...page.events, { number: page.number, ...event }].slice(-KEPT);
  send(AGAIN_MS);
}

function send(wait) {
  Object.assign(page, { wait, due: performance.now() + wait });
  page.send?.([...page.events]);
}

// What is told while the script runs or the page is redrawn can be lost on the way. Ever rarer: what the
// server does not understand shall not keep it busy.
function sendAgain(heard) {
  if (page.number > heard && performance.now() > page.due) send(2 * page.wait);
}

function named(error) {
  const system = error.name === 'NotAllowedError' && /system/i.test(error.message);
  return system ? 'SystemDenied' : error.name;
}

function fault(name) {
  return Object.assign(new Error(name), { name });
}

async function share(devices) {
  if (!devices.getDisplayMedia) throw fault('NoDisplayMedia');
  const stream = await devices.getDisplayMedia({ ...PICKER, ...(page.sound ? SHARED_SOUND : {}) });
  const [track] = stream.getVideoTracks();
  if (!track) {
    stream.getTracks().forEach((one) => one.stop());
    throw fault('NoVideo');
  }
  track.contentHint = 'detail';
  // Else the streamer remembers the screen as the camera to ask for.
  const settings = track.getSettings.bind(track);
  track.getSettings = () => ({ ...settings(), deviceId: undefined });
  return stream;
}

async function capture(held, wanted, constraints) {
  try {
    const stream = await (wanted === 'camera' ? held.camera(constraints) : share(held.devices));
    const [track] = stream.getVideoTracks();
    const surface = wanted === 'camera' ? 'camera' : track.getSettings().displaySurface ?? '';
    track.addEventListener('ended', () => held.track === track && tell({ kind: 'ended', wanted }));
    held.track = track;
    await soundTake(held, wanted, stream, page, tell);
    // Not before START: the frame may have had another document until then.
    if (page.overlay) overlayShow(held.over ??= overlayOf(held.view), track);
    page.surface = surface;
    tell({ kind: 'capturing', wanted, surface });
    return stream;
  } catch (error) {
    tell({ kind: 'refused', wanted, name: named(error) });
    throw error;
  }
}

async function change(wanted) {
  const held = hooked()[0];
  if (!held?.stream || !held.sender) return;
  const before = held.track;
  const stream = await capture(held, wanted, CAMERA);
  const [track] = stream.getVideoTracks();
  try {
    await held.sender.replaceTrack(track);
  } catch (error) {
    // The session ended while the picker was open: nothing may go on being captured.
    track.stop();
    held.track = before;
    if (held.over) overlayShow(held.over, before);
    throw error;
  }
  // The streamer stops what is in its stream, so the new track has to be there.
  if (before) held.stream.removeTrack(before);
  held.stream.addTrack(track);
  before?.stop();
}

function hook(view) {
  const devices = view?.navigator?.mediaDevices;
  if (!devices || devices.attune) return devices?.attune;
  const camera = devices.getUserMedia.bind(devices);
  const held = { view, devices, camera, stream: null, sender: null, track: null, over: null, sound: null };
  devices.attune = held;
  devices.getUserMedia = async (constraints) => {
    held.stream = await capture(held, page.wanted, constraints);
    return held.stream;
  };
  const peer = view.RTCPeerConnection.prototype;
  const add = peer.addTrack;
  peer.addTrack = function (track, ...streams) {
    const sender = add.call(this, track, ...streams);
    if (track.kind === 'video') {
      held.sender = sender;
      soundOpen(held, this, page);
      if (held.over) overlayOpen(held.over, this, sender);
    }
    return sender;
  };
  const listen = peer.addEventListener;
  // A connection that hesitates is "disconnected" until it is back or "failed"; the streamer ends at once.
  peer.addEventListener = function (kind, heard, ...more) {
    const patient = (event) => this.connectionState !== 'disconnected' && heard.call(this, event);
    listen.call(this, kind, kind === 'connectionstatechange' ? patient : heard, ...more);
  };
  return held;
}

function tidy(frame) {
  const inside = frame.contentDocument;
  const hidden = page.surface === 'monitor' && !page.shown;
  const over = frame.contentWindow?.navigator?.mediaDevices?.attune?.over;
  const own = !!over && overlayTend(over, page.overlay);
  if (over) over.box.style.display = own && !hidden ? '' : 'none';
  for (const video of inside?.querySelectorAll('video') ?? []) {
    if (video !== over?.video) video.style.display = hidden || own ? 'none' : '';
  }
  for (const button of inside?.querySelectorAll('button') ?? []) {
    const spare = page.wanted === 'screen' && button.textContent.trim() === page.chooser;
    // While live the one STOP is that of the page's bar, and the picture has the room.
    button.style.display = spare || page.live ? 'none' : '';
  }
  // The streamer measures itself once; a window that is made taller would push STOP out of sight.
  const height = Math.ceil(inside?.getElementById('root')?.getBoundingClientRect().height ?? 0);
  if (height && height !== frame.clientHeight) frame.style.height = `${height}px`;
}

function hooked() {
  const frames = [...document.querySelectorAll('iframe[src*="webrtc"]')];
  frames.forEach(tidy);
  const every = frames.map((frame) => hook(frame.contentWindow)).filter(Boolean);
  every.forEach(soundTend);
  return every;
}

export default function ({ data, parentElement, setStateValue }) {
  page.wanted = data.wanted;
  page.live = data.live;
  page.chooser = data.chooser;
  page.overlay = data.overlay;
  page.sound = data.sound;
  page.send = (events) => setStateValue('events', events);
  const buttons = parentElement.querySelectorAll('button[value]');
  const able = { screen: !!navigator.mediaDevices?.getDisplayMedia, camera: true };
  for (const button of buttons) {
    button.hidden = !data.live || !able[button.value];
    button.onclick = () => change(button.value).catch(() => {});
  }
  const mirror = parentElement.querySelector('p');
  const show = mirror.querySelector('button');
  const look = () => {
    hooked();
    sendAgain(data.heard);
    mirror.hidden = !data.live || page.surface !== 'monitor';
    show.textContent = page.shown ? 'Hide the picture' : 'Show the picture';
  };
  show.onclick = () => { page.shown = !page.shown; look(); };
  look();
  // Streamlit cleans up when the component goes, not when it is called again with other data.
  clearInterval(page.timer);
  const timer = page.timer = setInterval(look, 300);
  return () => { clearInterval(timer); page.live = false; page.heard?.stop(); };
}
""".replace("CAPTURE_HZ", str(CAPTURE_HZ))

BUTTONS = """
<div>
<button value="screen" hidden>Share another window or tab</button>
<button value="camera" hidden>Use the camera</button>
</div>
<p hidden>Of a whole screen the picture is not shown here, since the faces in it would be counted again. If
this page is on another screen: <button>Show the picture</button></p>
"""
LOOKS = """
div { display: flex; flex-wrap: wrap; gap: 0.5rem; }
button { font: inherit; font-size: 0.875rem; padding: 0.25rem 0.75rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem); }
p { margin: 0.75rem 0 0; font-size: 0.875rem; color: var(--st-text-color); }
button:hover { border-color: var(--st-primary-color); color: var(--st-link-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button[hidden], p[hidden] { display: none; }
"""

_component = st.components.v2.component(
    "attune_source",
    html=BUTTONS,
    css=LOOKS,
    js="".join(script.read_text(encoding="utf-8") for script in SCRIPTS) + HOOK,
)


def watch_source(
    key: str, *, shared: bool, live: bool, overlay_hz: float, sound: bool, heard: int
) -> tuple[SourceEvent, ...]:
    """Stand beside the streamer; START asks for a window instead of a camera when `shared`.

    While `live` there are buttons to change the source. `overlay_hz`: pictures that the browser sends a
    second while it draws upon its own, 0 where the server draws. `sound`: that is sent as well. Returns the
    latest events, the oldest first, again and again: whoever hears them remembers the last number and says
    it (`heard`), for the page tells again what was not heard.
    """
    wanted = "screen" if shared else "camera"
    data = {"wanted": wanted, "live": live, "chooser": CHOOSE_CAMERA, "overlay": overlay_hz, "sound": sound}
    # What came with this run is heard below; without it the page would tell everything twice.
    arrived = read_events(getattr(shown_by(key), "events", None))
    data |= {"heard": max([heard, *(event.number for event in arrived)])}
    result: Any = _component(key=key, data=data, on_events_change=lambda: None)
    return read_events(result.events)
