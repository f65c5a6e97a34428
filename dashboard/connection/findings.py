"""What a check of the connection found, in sentences, each with what to change. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from dashboard.connection.browser_report import BrowserReport, FrameTest
from dashboard.wording import counted

PICTURE = "Picture"
DARK_BELOW = 12
LOCAL = ("localhost", "127.0.0.1", "[::1]", "::1")
HTTPS = (
    "Open it as http://localhost on the machine it runs on, or serve it by HTTPS: `server.sslCertFile` and "
    "`server.sslKeyFile` in `.streamlit/config.toml`, or a proxy with a certificate in front."
)
ALLOW = "Click the camera sign or the lock in the address bar, allow the camera, and test again."
NOT_STARTED = {
    "NotAllowedError": ("The browser refused the camera.", ALLOW),
    "NotFoundError": ("No camera was found.", "Connect one, or switch it on, and test again."),
    "NotReadableError": ("Another program holds the camera.", "Close it or its meeting, and test again."),
    "NoFrame": (
        "The camera opened, but no picture came in 10 s.",
        "Close other programs that use the camera, or choose another one.",
    ),
}
NAME_A_SERVER = 'Name one: `ATTUNE_ICE_SERVERS=[{"urls": "stun:HOST:3478"}, {"urls": "turn:HOST:3478"}]`.'


class Level(StrEnum):
    """How a finding stands."""

    GOOD = "Good"
    NOTE = "Note"
    LOOK = "Look"
    BAD = "Problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`told` is what was found, `change` what to do about it, both Markdown."""

    level: Level
    title: str
    told: str
    change: str = ""


def page_findings(report: BrowserReport) -> list[Finding]:
    """Whether the page was opened in a way that allows a camera, and the browser has what is needed."""
    return [_secure(report), _capture(report), _sharing(report)]


def camera_findings(report: BrowserReport) -> list[Finding]:
    """Permission, devices, and whether a picture came."""
    if not report.capture:
        return [Finding(Level.BAD, "Camera", "Not looked for: the browser does not offer it to this page.")]
    return [_permission(report), _devices(report), _frame(report.frame)]


def way_findings(report: BrowserReport, *, relay_only: bool) -> list[Finding]:
    """The ICE candidates the browser found, which are the ways its picture can take."""
    if report.refused:
        told = f"The browser refused to open a WebRTC connection ({_code(report.refused)})."
        change = "Check `ATTUNE_ICE_SERVERS`, and whether the browser or an extension blocks WebRTC."
        return [Finding(Level.BAD, "Candidates", told, change)]
    return [_candidates(report, relay_only)]


def _secure(report: BrowserReport) -> Finding:
    origin, title = _code(report.origin), "Page address"
    if not report.secure:
        told = f"{origin} is neither HTTPS nor localhost, so browsers keep the camera from it."
        return Finding(Level.BAD, title, told, HTTPS)
    local = (urlsplit(report.origin).hostname or "") in LOCAL
    why = "this machine itself" if local else "HTTPS"
    return Finding(Level.GOOD, title, f"{origin} is {why}: browsers allow the camera here.")


def _capture(report: BrowserReport) -> Finding:
    if report.capture:
        return Finding(Level.GOOD, "Browser", "It can capture a camera.")
    change = HTTPS if not report.secure else "Use a current Chrome, Edge, Firefox or Safari."
    return Finding(Level.BAD, "Browser", "It offers no camera capture to this page.", change)


def _sharing(report: BrowserReport) -> Finding:
    if report.sharing:
        return Finding(Level.GOOD, "Window sharing", "It can share a window, a tab or the screen.")
    told = "It cannot share a window here; the camera works without it."
    return Finding(Level.NOTE, "Window sharing", told, "To share a meeting, use a browser on a computer.")


def _permission(report: BrowserReport) -> Finding:
    told = {
        "granted": Finding(Level.GOOD, "Permission", "This page may use the camera."),
        "prompt": Finding(Level.NOTE, "Permission", "The browser will ask when the camera starts."),
        "denied": Finding(
            Level.BAD,
            "Permission",
            "The browser keeps the camera from this page.",
            ALLOW,
        ),
    }
    unknown = Finding(Level.NOTE, "Permission", "The browser does not tell; it will ask when needed.")
    return told.get(report.permission, unknown)


def _devices(report: BrowserReport) -> Finding:
    if report.cameras:
        return Finding(Level.GOOD, "Cameras", f"{counted(report.cameras, 'camera', 'cameras')} found.")
    return Finding(Level.BAD, "Cameras", "None was found.", "Connect one, or switch it on, and check again.")


def _frame(frame: FrameTest | None) -> Finding:
    title = PICTURE
    if frame is None:
        return Finding(
            Level.NOTE, title, "Not tried yet.", "Press *Test the camera*. Nothing is sent or kept."
        )
    if frame.error:
        unknown = (f"The camera did not start ({_code(frame.error)}).", HTTPS)
        return Finding(Level.BAD, title, *NOT_STARTED.get(frame.error, unknown))
    told = f"{frame.width} x {frame.height} came after {frame.took_ms / 1000:.1f} s."
    if frame.brightest < DARK_BELOW:
        return Finding(
            Level.LOOK, title, f"{told} It is black.", "Open the camera's cover, or switch on a light."
        )
    return Finding(Level.GOOD, title, told)


def _candidates(report: BrowserReport, relay_only: bool) -> Finding:
    title, change = "Candidates", "Check the TURN server below, then `ATTUNE_ICE_SERVERS`."
    host, public, relay = (report.count(kind) for kind in ("host", "srflx", "relay"))
    told = f"direct {host}, as seen from outside (STUN) {public}, relayed (TURN) {relay}."
    if relay_only and not relay:
        return Finding(Level.BAD, title, f"{told} Only relayed ways are allowed, and there is none.", change)
    if not host + public + relay:
        change = "Look for an extension or a policy that blocks WebRTC, or try another browser."
        return Finding(Level.BAD, title, f"{told} The browser found no way at all.", change)
    late = "" if report.complete else " The browser was still looking after 10 s."
    return Finding(Level.GOOD if not late else Level.LOOK, title, told + late)


def summary(findings: Sequence[Finding]) -> Finding:
    """All of it in one sentence."""
    bad = [one.title for one in findings if one.level is Level.BAD]
    if bad:
        names = ", ".join(dict.fromkeys(bad))
        return Finding(Level.BAD, "Summary", f"{counted(len(bad), 'problem', 'problems')}: {names}.")
    if any(one.level is Level.LOOK for one in findings):
        return Finding(Level.LOOK, "Summary", "It may work; look at what is marked.")
    if any(one.title == PICTURE and one.level is Level.NOTE for one in findings):
        return Finding(Level.GOOD, "Summary", "Nothing stands in the way so far; the camera was not tested.")
    return Finding(Level.GOOD, "Summary", "Nothing stands in the way.")


def _code(text: str) -> str:
    """Text of the browser, safe inside Markdown."""
    return f"`{text[:80].replace('`', ' ')}`"
