"""What a browser tells of its way to the camera and to the server. No Streamlit."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FrameTest(_Told):
    """A picture's size in px, after how long, and its brightest value of 0..255; or the browser's error."""

    error: str = ""
    width: int = 0
    height: int = 0
    took_ms: float = 0.0
    brightest: float = 255.0


class CandidateFound(_Told):
    """`type` is host, srflx, prflx or relay; `url` the server it came by, empty for host."""

    type: str
    protocol: str = ""
    address: str = ""
    port: int = 0
    url: str = ""


class GatherError(_Told):
    """701: not reached; 300 to 699: what the STUN or TURN server answered (RFC 8656)."""

    url: str
    code: int


class BrowserReport(_Told):
    """Everything the browser found in one run. What it does not know is left at its default."""

    run: int
    secure: bool
    origin: str = ""
    capture: bool
    sharing: bool = False
    permission: str = "unknown"
    cameras: int = 0
    frame: FrameTest | None = None
    candidates: tuple[CandidateFound, ...] = Field(default=(), max_length=500)
    errors: tuple[GatherError, ...] = Field(default=(), max_length=500)
    complete: bool = True
    refused: str = ""

    def count(self, kind: str) -> int:
        """How many candidates of this type."""
        return sum(one.type == kind for one in self.candidates)


def read_report(value: object) -> BrowserReport | None:
    """What the component sent, or None for anything it would not send."""
    try:
        return BrowserReport.model_validate(value)
    except ValidationError:
        return None
