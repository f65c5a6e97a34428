"""The live pipeline over one file: a video at a chosen rate of its own time, or a photo at once.

No Streamlit. What is found is sent in parts, so that a file of any length takes the same memory.
"""

import time
from dataclasses import dataclass, field

from dashboard.palette import KEYS, bgr
from dashboard.recordings.annotate import AnnotatedVideo, write_photo
from dashboard.recordings.frames import SampledVideo, TimedImage
from dashboard.recordings.messages import Done, Look, Opened, Part, Send, Task
from dashboard.recordings.probe import is_photo, open_photo, start_of
from dashboard.running.people import LivePeople
from db.store import NewEvent
from model.drawing.overlay import draw_faces
from model.images import Image
from model.observations import FrameRecord
from model.pipeline import FramePipeline, make_pipeline
from model.tracking import Tracker, TrackingLimits

PART_S = 0.5
PART_FRAMES = 200
AT_ONCE = TrackingLimits(birth_ms=0, birth_hits=1)
"""A photo is seen once: everybody in it has a number, from left to right."""


def analyse(task: Task, send: Send) -> None:
    """Analyse one file; `send` gets Opened, Parts and Done. Raises RecordingError, ModelError or OSError."""
    began_s = time.perf_counter()
    done = _analyse_photo if is_photo(start_of(task.path)) else _analyse_video
    done(task, send, began_s)


@dataclass
class _Events:
    """Events of one file by what they are about: one may come again, grown."""

    found: dict[tuple[int, str, int | None], NewEvent] = field(default_factory=dict)

    def submit(self, events: list[NewEvent]) -> None:
        self.found |= {(new.start_ms, str(new.kind), new.track_id): new for new in events}


class _Analysis:
    """The frames of one file through the pipeline, sent in parts."""

    def __init__(self, task: Task, send: Send, pipeline: FramePipeline) -> None:
        self._send, self._pipeline = send, pipeline
        self._events = _Events()
        self._people = LivePeople(self._events)
        self._draws = task.annotated is not None
        self._records: list[FrameRecord] = []
        self._frames, self._sent_s = 0, time.monotonic()

    def add(self, timed: TimedImage) -> Image | None:
        """Analyse one picture; it comes back with what was found drawn on it, where that was asked for."""
        observations = self._pipeline.observe(self._pipeline.process(timed.image, timed.offset_ms))
        record = FrameRecord(self._frames, timed.offset_ms, observations)
        self._frames += 1
        drawing = self._people.add(record)
        self._records.append(record)
        if len(self._records) >= PART_FRAMES or time.monotonic() - self._sent_s > PART_S:
            self.flush(timed.done)
        if not self._draws:
            return None
        colours = {key: bgr(key) for key in KEYS}
        return draw_faces(timed.image.copy(), drawing.observations, drawing.names, colours, drawing.marks)

    def flush(self, done: float) -> None:
        """Send what waits."""
        self._send(Part(tuple(self._records), done))
        self._records, self._sent_s = [], time.monotonic()

    def events(self) -> tuple[NewEvent, ...]:
        """All that happened; nothing more comes."""
        self._people.finish()
        return tuple(self._events.found.values())


def _pipeline(look: Look, *, photo: bool = False) -> FramePipeline:
    pipeline = make_pipeline(
        look.detector,
        look.artifact,
        smoothing_ms=0 if photo else look.smoothing_ms,
        expressions=look.scored,
        signals=look.scored,
    )
    if photo:
        pipeline.tracker = Tracker(AT_ONCE)
    return pipeline


def _analyse_photo(task: Task, send: Send, began_s: float) -> None:
    photo = open_photo(task.path)
    send(Opened(photo=True))
    _look_once(task, send, began_s, TimedImage(photo.image, 0, 1.0), photo.notes)


def _look_once(
    task: Task, send: Send, began_s: float, timed: TimedImage, notes: tuple[str, ...] = ()
) -> None:
    analysis = _Analysis(task, send, _pipeline(task.look, photo=True))
    drawn = analysis.add(timed)
    analysis.flush(1.0)
    written = None
    if task.annotated is not None and drawn is not None:
        written = write_photo(task.annotated.with_name(task.annotated.name + ".jpg"), drawn)
    send(Done(0, time.perf_counter() - began_s, notes, analysis.events(), written))


def _analyse_video(task: Task, send: Send, began_s: float) -> None:
    source = SampledVideo(task.path, task.look.hz, task.threads)
    try:
        pictures = iter(source)
        first = next(pictures)
        if source.reading.pictures == 1:
            send(Opened(photo=True, made_at=source.video.made_at))
            return _look_once(task, send, began_s, first)
        send(Opened(False, source.video.duration_s, source.video.made_at))
        analysis = _Analysis(task, send, _pipeline(task.look))
        written = None
        with AnnotatedVideo(task.annotated) as annotated:
            annotated.add(analysis.add(first), first.offset_ms)
            for timed in pictures:
                annotated.add(analysis.add(timed), timed.offset_ms)
            written = annotated.finish()
        analysis.flush(1.0)
        notes = tuple(source.reading.notes)
        spent_s = time.perf_counter() - began_s
        return send(Done(source.reading.end_ms, spent_s, notes, analysis.events(), written))
    finally:
        source.close()
