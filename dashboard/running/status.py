"""What a running session tells about itself, and how often something happens."""

from collections import deque
from dataclasses import dataclass, field

from dashboard.running.people_now import PeopleNow
from dashboard.running.recorder_status import RecorderStatus
from db.store import EndReason

RATE_WINDOW_S = 5.0


@dataclass(frozen=True)
class LiveStatus:
    """A snapshot for the page. Times in seconds since the session started, None before the first event.

    `received` counts camera frames, `analysed` those that were scored, `skipped` those taken for analysis but
    replaced by a newer one before their turn. Latency is from the arrival of a frame's last packet to its
    scores. `aimed_hz` is what of `wanted_hz` the machine can do, `cost_ms` what an analysis takes it.
    `stored`: the session has ended and nothing of it waits any more.
    """

    elapsed_s: float
    received: int
    received_hz: float
    size_px: tuple[int, int] | None
    since_frame_s: float
    since_face_s: float
    analysed: int
    analysed_hz: float
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    skipped: int
    errors: int
    last_error: str | None
    recorder: RecorderStatus
    end_reason: EndReason | None
    stored: bool = False
    aimed_hz: float = 0.0
    wanted_hz: float = 0.0
    cost_ms: float | None = None
    people: PeopleNow = field(default_factory=PeopleNow)


class Rate:
    """Instants of the last seconds. Not safe for threads: the owner locks."""

    def __init__(self) -> None:
        self._at_s: deque[float] = deque()

    def add(self, at_s: float) -> None:
        self._at_s.append(at_s)
        self.since(at_s - RATE_WINDOW_S)

    def since(self, begin_s: float) -> int:
        """How many since then; older ones are forgotten."""
        while self._at_s and self._at_s[0] < begin_s:
            self._at_s.popleft()
        return len(self._at_s)
