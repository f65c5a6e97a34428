"""Why the camera did not start, in a sentence: a small listener beside the streamer.

streamlit-webrtc shows the browser's own words (NotAllowedError: Permission denied) inside its frame and tells
the server nothing. This component stands in the page itself, wraps `getUserMedia` in the streamer's frame
(which has the same origin) and reports the error's name. It looks again all the time, since reruns remake the
frame.
"""

from typing import Any

import streamlit as st

LISTENER = """
export default function ({ setTriggerValue }) {
  const listen = () => {
    for (const frame of document.querySelectorAll('iframe[src*="webrtc"]')) {
      const devices = frame.contentWindow?.navigator?.mediaDevices;
      if (!devices || devices.attuneListens) continue;
      const ask = devices.getUserMedia.bind(devices);
      devices.attuneListens = true;
      devices.getUserMedia = async (constraints) => {
        try {
          return await ask(constraints);
        } catch (error) {
          setTriggerValue('refused', error.name);
          throw error;
        }
      };
    }
  };
  listen();
  const timer = setInterval(listen, 300);
  return () => clearInterval(timer);
}
"""

SENTENCES = {
    "NotAllowedError": (
        "The browser refused the camera. Click the camera sign in the address bar, allow it for this page, "
        "then press START again."
    ),
    "NotFoundError": "No camera was found. Connect one, or switch it on, then press START again.",
    "NotReadableError": (
        "The camera is held by another program. Close that program or its meeting, then press START again."
    ),
    "OverconstrainedError": "This camera cannot give a picture of the wanted size. Choose another camera.",
}
OTHER = "The camera did not start ({name}). Open the page by HTTPS or as localhost, in a current browser."

_component = st.components.v2.component("attune_camera_watch", js=LISTENER)


def watch_camera(key: str) -> str | None:
    """Listen beside the streamer. In the run after a refusal: the sentence for the person; else None."""
    result: Any = _component(key=key, on_refused_change=lambda: None)
    name = result.refused
    return SENTENCES.get(name, OTHER.format(name=name)) if name else None
