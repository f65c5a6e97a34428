"""A tab that stands for a meeting: faces that move on a page of their own, with a title to be chosen by."""

import base64
from pathlib import Path

import cv2
from playwright.sync_api import BrowserContext, Page

from tests.made.media import astronaut

ENTIRE_SCREEN = "Entire screen"
PAGE = """<title>TITLE</title>
<body style="margin:0;background:#234;overflow:hidden"><script>
const face = new Image(), canvas = document.createElement('canvas');
face.src = 'data:image/png;base64,FACE';
canvas.width = 1200; canvas.height = 700;
document.body.append(canvas);
const context = canvas.getContext('2d');
setInterval(() => {
  context.fillStyle = '#345';
  context.fillRect(0, 0, 1200, 700);
  for (let i = 0; i < PEOPLE; i++) {
    const x = (i % 3) * 280 + 20, y = Math.floor(i / 3) * 290 + 20;
    context.drawImage(face, x, y);
    // The head alone sways: what moves as a whole is a photograph, and nobody.
    context.save();
    context.beginPath();
    context.ellipse(x + 134, y + 120, 75, 95, 0, 0, 7);
    context.clip();
    context.drawImage(face, x + 9 * Math.sin(Date.now() / 700 + i), y);
    context.restore();
  }
}, 100);
</script>"""

PLAYED = """async wav => {
  const sound = new Audio(`data:audio/wav;base64,${wav}`);
  sound.loop = true;
  await sound.play();
}"""
ALOUD = "--autoplay-policy=no-user-gesture-required"


def share_by(title: str) -> str:
    """The argument by which Chromium's picker takes the tab of this title."""
    return f"--auto-select-tab-capture-source-by-title={title}"


def share_window_by(title: str) -> str:
    """The argument by which it takes another program's window of this title; ENTIRE_SCREEN for all of it."""
    return f"--auto-select-desktop-capture-source={title}"


def open_meeting(context: BrowserContext, title: str, people: int, heard: Path | None = None) -> Page:
    """A meeting of up to six alike, who live; the sound of the file `heard` is played again and again."""
    png = cv2.imencode(".png", astronaut()[0:280, 90:350])[1].tobytes()
    page = context.new_page()
    text = PAGE.replace("TITLE", title).replace("FACE", base64.b64encode(png).decode())
    page.set_content(text.replace("PEOPLE", str(people)))
    if heard is not None:
        page.evaluate(PLAYED, base64.b64encode(heard.read_bytes()).decode())
    return page
