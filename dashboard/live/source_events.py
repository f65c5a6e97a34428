"""What the browser tells of the picture's source and its sound: given, refused, ended. No Streamlit."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dashboard.consent import Source
from dashboard.live.sound.sentences import silence

SURFACES = {"browser": Source.TAB, "window": Source.WINDOW, "monitor": Source.SCREEN, "camera": Source.CAMERA}
"""By the names of the Screen Capture specification (displaySurface)."""

CAMERA_REFUSED = {
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
CAMERA_OTHER = (
    "The camera did not start ({name}). Open the page by HTTPS or as localhost, in a current browser."
)

SHARING_REFUSED = {
    "NotAllowedError": (
        "Nothing was shared: the browser's picker was closed without a choice, or this page may not share. "
        "Press START again and choose the meeting's window or tab."
    ),
    "SystemDenied": (
        "The operating system does not let this browser record the screen. Allow it (on a Mac: System "
        "Settings, Privacy and Security, Screen Recording), start the browser again, then press START again."
    ),
    "NoDisplayMedia": (
        "This browser cannot share a window, as is so on phones and tablets and without HTTPS. Open the page "
        "in a desktop browser by HTTPS or as localhost, or use the camera."
    ),
    "NoVideo": (
        "Only sound was shared, and faces need a picture. Press START again and choose a window, tab "
        "or screen."
    ),
    "NotFoundError": "The browser found nothing to share. Open the meeting's window, then press START again.",
    "NotReadableError": (
        "The chosen window could not be read: the system or another program protects it. Press START again "
        "and choose the tab or the whole screen instead."
    ),
    "InvalidStateError": (
        "The browser asks for a fresh click before it shares. Click into this page, then press START again."
    ),
}
SHARING_OTHER = (
    "Sharing did not start ({name}). Use a current Chrome or Edge by HTTPS or as localhost, or the camera."
)


class SourceEvent(BaseModel):
    """`number` grows by one with each of a browser tab. `name` is the error's, `surface` what is captured."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    kind: Literal["capturing", "refused", "ended", "hearing", "silent"]
    wanted: Literal["camera", "screen"] = "camera"
    name: str = Field(default="", max_length=80)
    surface: str = Field(default="", max_length=40)

    @property
    def source(self) -> Source:
        """What is captured; a browser that does not tell is taken to share a window."""
        unknown = Source.CAMERA if self.wanted == "camera" else Source.WINDOW
        return SURFACES.get(self.surface, unknown)

    @property
    def sentence(self) -> str:
        """What a person is told of a refusal, of the picture or of the sound."""
        if self.kind == "silent":
            return silence(self.wanted, self.name)
        if self.wanted == "camera":
            return CAMERA_REFUSED.get(self.name, CAMERA_OTHER.format(name=self.name))
        return SHARING_REFUSED.get(self.name, SHARING_OTHER.format(name=self.name))


_EVENTS = TypeAdapter(tuple[SourceEvent, ...])


def read_events(value: object) -> tuple[SourceEvent, ...]:
    """What the component sent; nothing for anything it would not send."""
    try:
        return _EVENTS.validate_python(value or ())
    except ValidationError:
        return ()
