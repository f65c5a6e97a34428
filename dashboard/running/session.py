"""One running session: frames in, drawn frames or numbers out, analysis beside it. No Streamlit.

Drawing keeps the camera's rate; analysis takes the newest frame from a slot of one, at a rate that follows
what an analysis costs, so that a slow machine or a crowd makes it rarer and never late. A third thread stores
the end and waits for it from the beginning: when the program itself ends, Python may start no new ones.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np

from dashboard.markers.desk import MarkerDesk
from dashboard.running.analysis_rate import AnalysisRate
from dashboard.running.event_writer import EventWriter
from dashboard.running.incoming import Image, Incoming
from dashboard.running.people import Drawing, LivePeople
from dashboard.running.recorder import Recorder
from dashboard.running.status import RATE_WINDOW_S, LiveStatus, Rate
from dashboard.running.voice import VoiceNow
from db.store import EndReason
from model.drawing.overlay import draw_faces, face_labels
from model.faces import Faces
from model.observations import FrameRecord, Observation, apart

__all__ = ["Image", "LiveSession", "LiveStatus", "Pipeline"]

LOGGER = logging.getLogger(__name__)

Clock = Callable[[], float]
LATENCIES_KEPT = 300
ANALYSIS_END_S = 10.0
FINISH_S = 20.0
"""So long the program's own end waits for a session to be stored."""
KINDS_LOGGED = 20


class Pipeline(Protocol):
    """What a session needs of perception."""

    def process(self, image: Image, offset_ms: int) -> Faces: ...

    def observe(self, faces: Faces) -> tuple[Observation, ...]: ...

    def record(self, frame: int, offset_ms: int, people: tuple[Observation, ...]) -> FrameRecord: ...

    def forget(self, track_ids: Collection[int]) -> None: ...


class LiveSession:
    """Frames of one stream. `handle` runs on the stream's thread, everything else on any."""

    def __init__(
        self,
        session_id: int,
        pipeline: Pipeline,
        recorder: Recorder,
        events: EventWriter,
        end: Callable[[EndReason, LiveStatus], None],
        *,
        analysis_hz: float,
        colours: Mapping[str, tuple[int, int, int]],
        clock: Clock = time.monotonic,
        first_frame: int = 0,
        began_ms: int = 0,
    ) -> None:
        """`first_frame` and `began_ms`: the number of the first frame and what the session's clock shows,
        where it goes on after it was cut off."""
        self.session_id = session_id
        self.people = LivePeople(events)
        self.markers = MarkerDesk(session_id)
        self._voice = VoiceNow(clock)
        self.hear = self._voice.hear
        self._recorder, self._events, self._end = recorder, events, end
        self._rate, self._colours, self._clock = AnalysisRate(analysis_hz), colours, clock
        self._began_s, self._first_frame = clock(), first_frame
        self._started_s = self._began_s - began_ms / 1000
        # Guards what follows. Nobody waits for it long: never held while drawing, analysing or storing, nor
        # while `people`, `markers` or the recorder are asked, which have locks of their own.
        self._lock = threading.Condition()
        self._slot: tuple[Incoming, Image | None] | None = None
        self._drawing = Drawing()
        self._observed_px: tuple[int, int] | None = None
        self._received_rate, self._analysed_rate = Rate(), Rate()
        self._latencies_ms: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._received = self._analysed = self._skipped = self._errors = 0
        self._size_px: tuple[int, int] | None = None
        self._last_frame_s = self._last_face_s = self._began_s
        self._last_error: str | None = None
        self._logged: set[tuple[str, int]] = set()
        self._reason: EndReason | None = None
        self._ended, self._stored = threading.Event(), False
        # The networks belong to that thread alone: a tab that stays open after the end shall not keep them.
        self._analysis = threading.Thread(
            target=self._analyse, args=(pipeline,), name=f"analysis-{session_id}", daemon=True
        )
        self._ending = threading.Thread(target=self._store_end, name=f"ending-{session_id}", daemon=True)
        self._analysis.start()
        self._ending.start()

    def handle(self, picture: Incoming, *, draw: bool = True) -> Image | None:
        """Take one picture; returned with the last result drawn, or None where the page draws itself."""
        image = picture.image() if draw else None
        with self._lock:
            if self._reason is not None:
                return image
            self._received += 1
            self._received_rate.add(picture.arrived_s)
            self._size_px = picture.size_px
            self._last_frame_s = picture.arrived_s
            if self._rate.due(picture.arrived_s):
                self._offer(picture, image)
            # Boxes belong to the size they were found in; after a change the next analysis brings new ones.
            drawing = self._drawing if self._observed_px == self._size_px else Drawing()
        if image is None:
            return None
        return draw_faces(image, drawing.observations, drawing.names, self._colours, drawing.marks)

    def _offer(self, picture: Incoming, image: Image | None) -> None:
        self._skipped += self._slot is not None
        self._slot = (picture, None if image is None else image.copy())  # the original is drawn on
        self._lock.notify()

    def _analyse(self, pipeline: Pipeline) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._slot is not None or self._reason is not None)
                if self._slot is None:
                    return
                (picture, image), self._slot = self._slot, None
            began_s = self._clock()
            try:
                self._analyse_one(pipeline, picture, picture.image() if image is None else image)
            except Exception as error:
                self.report_error(error)
            with self._lock:
                self._rate.spent(self._clock() - began_s)

    def _analyse_one(self, pipeline: Pipeline, picture: Incoming, image: Image) -> None:
        captured_s = picture.arrived_s
        offset_ms = max(0, round((captured_s - self._started_s) * 1000))
        pipeline.forget(self.people.forgotten)
        observations = pipeline.observe(pipeline.process(image, offset_ms))
        people, things = apart(observations)
        record = pipeline.record(self._first_frame + self._analysed, offset_ms, people)
        record = self.people.kept(replace(record, voice=self._voice.now()))
        self._recorder.submit(record, captured_s)
        with self._lock:
            self._analysed += 1  # whatever follows may fail, this number is taken
        drawing = self.people.add(record, things)
        now_s = self._clock()
        with self._lock:
            self._drawing = drawing
            self._observed_px = picture.size_px
            self._latencies_ms.append((now_s - captured_s) * 1000)
            self._analysed_rate.add(now_s)
            if people:
                self._last_face_s = captured_s
        if picture.tell is not None:
            shown = (drawing.observations, drawing.names, self._colours, drawing.marks)
            picture.tell(face_labels(*shown))

    def report_error(self, error: Exception) -> None:
        """Count an error of a frame. The first of each kind is logged, the stream goes on."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        kind = (type(error).__name__, trace.tb_lineno if trace else 0)
        with self._lock:
            self._errors += 1
            self._last_error = f"{type(error).__name__}: {error}"
            known = kind in self._logged or len(self._logged) >= KINDS_LOGGED
            self._logged.add(kind)
        if not known:
            LOGGER.error("a frame could not be analysed; the stream goes on", exc_info=error)

    def status(self) -> LiveStatus:
        """How the session stands now."""
        stored, people = self._recorder.status(), self.people.now()
        with self._lock:
            now_s = self._clock()
            window_s = min(RATE_WINDOW_S, max(now_s - self._began_s, 1e-3))
            latencies = np.array(self._latencies_ms) if self._latencies_ms else None
            return LiveStatus(
                elapsed_s=now_s - self._started_s,
                received=self._received,
                received_hz=self._received_rate.since(now_s - RATE_WINDOW_S) / window_s,
                size_px=self._size_px,
                since_frame_s=now_s - self._last_frame_s,
                since_face_s=now_s - self._last_face_s,
                analysed=self._analysed,
                analysed_hz=self._analysed_rate.since(now_s - RATE_WINDOW_S) / window_s,
                aimed_hz=self._rate.hz,
                wanted_hz=self._rate.wanted_hz,
                cost_ms=None if self._rate.cost_s is None else self._rate.cost_s * 1000,
                latency_p50_ms=None if latencies is None else float(np.percentile(latencies, 50)),
                latency_p95_ms=None if latencies is None else float(np.percentile(latencies, 95)),
                skipped=self._skipped,
                errors=self._errors,
                last_error=self._last_error,
                recorder=stored,
                end_reason=self._reason,
                stored=self._stored,
                people=people,
            )

    @property
    def end_reason(self) -> EndReason | None:
        """Why the session ended; None while it runs."""
        return self._reason

    def end(self, reason: EndReason) -> None:
        """End the session: no frame is taken any more, and a thread of its own stores the rest. Returns at
        once; the first call counts. `status().stored` tells when that is through."""
        with self._lock:
            if self._reason is None:
                self._reason = reason
                self._lock.notify()
                self._ended.set()

    def finish(self, reason: EndReason, timeout_s: float = FINISH_S) -> None:
        """End the session and wait until everything is stored, `timeout_s` at most."""
        self.end(reason)
        self._ending.join(timeout_s)

    def _store_end(self) -> None:
        self._ended.wait()
        try:
            self._drain()
        except Exception:
            LOGGER.exception("the end of session %d could not be stored", self.session_id)
        with self._lock:
            self._stored = True

    def _drain(self) -> None:
        """In this order: analysis hands its last frame to people and recorder, people their last events."""
        self._analysis.join(ANALYSIS_END_S)
        self.people.finish()
        self._recorder.close()
        self._events.close()
        self._end(self._reason or EndReason.INTERRUPTED, self.status())
        self._events.close()  # what a locked database kept waiting longer than the first call waits
