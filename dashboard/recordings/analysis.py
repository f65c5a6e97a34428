"""The live pipeline over one file: a video at a chosen rate of its own time, or a photo at once.

No Streamlit. What is found is sent in parts, so that a file of any length takes the same memory.
"""

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from dashboard.errors import RecordingError
from dashboard.files.frames import SampledVideo, TimedImage
from dashboard.files.kinds import Kind, kind_of
from dashboard.files.probe import SOUND_WITH_COVER, WANTED, open_photo
from dashboard.files.scan import scanned_s
from dashboard.palette import KEYS, bgr
from dashboard.recordings.ahead import read_ahead
from dashboard.recordings.annotate import AnnotatedVideo, write_photo
from dashboard.recordings.bounds import Bounds
from dashboard.recordings.first_looks import FirstLooks, Looked
from dashboard.recordings.messages import Done, Look, Opened, Part, Send, Task
from dashboard.running.people import LivePeople
from db.store import NewEvent
from model.drawing.overlay import draw_faces
from model.images import Image
from model.lanes import SpareCores
from model.observations import FrameRecord
from model.pipeline import Found, FramePipeline, make_pipeline
from model.tracking import Tracker, TrackingLimits

PART_S = 0.5
PART_FRAMES = 200
T = TypeVar("T")
Drawn = tuple[Image | None, int]
"""A picture with what was found, where that was asked for, and its time in ms."""
AT_ONCE = TrackingLimits(birth_ms=0, birth_hits=1)
"""Where there is one look only, everybody in it has a number, from left to right."""
COVER_SOUND_MS = 1000
"""A single picture with that much more sound is the sound's cover, whatever its track says."""


def analyse(task: Task, send: Send) -> None:
    """Analyse one file; `send` gets Opened, Parts and Done. Raises RecordingError, ModelError or OSError."""
    began_s = time.perf_counter()
    done = _analyse_photo if kind_of(task.path) is Kind.PHOTO else _analyse_video
    with Bounds(task.path, task.look.hz) as bounds:
        done(task, send, began_s, bounds)


@dataclass
class _Events:
    """Events of one file by what they are about: one may come again, grown."""

    found: dict[tuple[int, str, int | None], NewEvent] = field(default_factory=dict)

    def submit(self, events: list[NewEvent]) -> None:
        self.found |= {(new.start_ms, str(new.kind), new.track_id): new for new in events}

    def take_back(self, record: FrameRecord) -> None:
        """Those of what turned out to be a picture."""
        for track_id, since_ms in record.taken_back:
            gone = [key for key in self.found if key[2] == track_id and key[0] >= since_ms]
            for key in gone:
                del self.found[key]


class _Analysis:
    """The frames of one file through the pipeline, sent in parts."""

    def __init__(self, task: Task, send: Send, pipeline: FramePipeline, scale: float = 1.0) -> None:
        """`scale`: pixels of the file, as displayed, for one of a picture; boxes are sent in the file's."""
        self._send, self._pipeline, self._scale = send, pipeline, scale
        self._events = _Events()
        self._people = LivePeople(self._events)
        self._draws = task.annotated is not None
        self._first_looks = FirstLooks(pipeline.tracker)
        self._records: list[FrameRecord] = []
        self._frames, self._sent_s = 0, time.monotonic()

    def found(self, pictures: Iterable[TimedImage]) -> Generator[tuple[TimedImage, Found], None, None]:
        """Pictures with their faces; may be taken on another thread than `add` is called on."""
        for timed in pictures:
            yield timed, self._pipeline.find(timed.image, timed.offset_ms)

    def add(self, timed: TimedImage, found: Found) -> Iterator[Drawn]:
        """Analyse one picture; those of which all is known now, each with what was found drawn on it."""
        observations = self._pipeline.observe(self._pipeline.tell(found))
        record = self._pipeline.record(self._frames, timed.offset_ms, observations)
        self._frames += 1
        for looked in self._first_looks.add(Looked(timed, record)):
            yield self._keep(looked), looked.record.offset_ms

    def rest(self) -> Iterator[Drawn]:
        """Those that were held back; no more pictures come."""
        for looked in self._first_looks.finish():
            yield self._keep(looked), looked.record.offset_ms
        self.flush(1.0)

    def _keep(self, looked: Looked) -> Image | None:
        timed = looked.timed
        drawing = self._people.add(looked.record)
        self._events.take_back(looked.record)
        self._records.append(_scaled(looked.record, self._scale))
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


def _scaled(record: FrameRecord, scale: float) -> FrameRecord:
    if scale == 1:
        return record
    seen = []
    for one in record.observations:
        x0, y0, x1, y1 = one.box
        seen.append(replace(one, box=(x0 * scale, y0 * scale, x1 * scale, y1 * scale)))
    return replace(record, observations=tuple(seen))


def _pipeline(look: Look, threads: int, *, once: bool = False) -> FramePipeline:
    pipeline = make_pipeline(
        look.detector,
        look.artifact,
        smoothing_ms=0 if once else look.smoothing_ms,
        expressions=look.scored,
        signals=look.scored,
        cores=SpareCores(threads, always=True),
        own_neutral=look.own_neutral and not once,
    )
    pipeline.tracker = Tracker(AT_ONCE) if once else Tracker(tentative=True)
    return pipeline


def _analyse_photo(task: Task, send: Send, began_s: float, _bounds: Bounds) -> None:
    photo = open_photo(task.path)
    send(Opened(photo=True))
    _look_once(task, send, began_s, TimedImage(photo.image, 0, 1.0), photo.notes, scale=photo.scale)


def _look_once(
    task: Task,
    send: Send,
    began_s: float,
    timed: TimedImage,
    notes: tuple[str, ...] = (),
    *,
    end_ms: int = 0,
    scale: float = 1.0,
) -> None:
    """Analyse what has a single look. `scale`: pixels of the file for one of the picture."""
    analysis = _Analysis(task, send, _pipeline(task.look, task.threads, once=True), scale)
    (found,) = analysis.found([timed])
    ((drawn, _),) = chain(analysis.add(*found), analysis.rest())
    written = None
    if task.annotated is not None and drawn is not None:
        written = write_photo(task.annotated.with_name(task.annotated.name + ".jpg"), drawn)
    send(Done(end_ms, time.perf_counter() - began_s, notes, analysis.events(), written))


def _analyse_video(task: Task, send: Send, began_s: float, bounds: Bounds) -> None:
    source = SampledVideo(task.path, task.look.hz, task.threads, task.look.track)
    # With a core to spare, the next picture is decoded and the one before searched while one is analysed.
    ahead = read_ahead if task.threads > 1 else _one_by_one
    pictures = ahead(source)
    with closing(source), closing(pictures):
        first = next(pictures)
        bounds.goes_on(scanned_s(task.path, task.look.track), *first.image.shape[1::-1])
        second = next(pictures, None)
        reading = source.reading
        if reading.pictures == 1 and reading.sound_ms > COVER_SOUND_MS:
            raise RecordingError(f"{WANTED}; {SOUND_WITH_COVER}. Choose the video itself.")
        is_photo = reading.pictures == 1
        send(Opened(is_photo, source.length_s, source.made_at))
        if second is None:
            end_ms = 0 if is_photo else reading.end_ms
            return _look_once(task, send, began_s, first, tuple(reading.notes), end_ms=end_ms)
        analysis = _Analysis(task, send, _pipeline(task.look, task.threads))
        searched = ahead(analysis.found(chain((first, second), pictures)))
        with AnnotatedVideo(task.annotated) as annotated, closing(searched):
            for timed, found in searched:
                for drawn in analysis.add(timed, found):
                    annotated.add(*drawn)
                bounds.looked(timed.offset_ms / 1000)
            for drawn in analysis.rest():
                annotated.add(*drawn)
            written = annotated.finish()
        notes = tuple(reading.notes)
        return send(Done(reading.end_ms, time.perf_counter() - began_s, notes, analysis.events(), written))


def _one_by_one(things: Iterable[T]) -> Generator[T, None, None]:
    yield from things
