"""A session that runs: real recorder, real database, made-up frames and perception."""

import threading
import time
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

import numpy as np
from sqlalchemy import Engine

from dashboard.palette import KEYS, bgr
from dashboard.running.analysis_rate import AnalysisRate
from dashboard.running.event_writer import EventWriter
from dashboard.running.incoming import Image, Incoming
from dashboard.running.recorder import Recorder
from dashboard.running.session import LiveSession, LiveStatus
from db.access import LOCAL, Who
from db.store import EndReason, Store
from model.emotions import Emotion
from model.faces import Faces
from model.observations import FrameRecord, Observation
from tests.made.faces import face
from tests.made.storage import new_session
from tests.made.waiting import wait_until


class MadeUpPerception:
    """One happy face in every frame; may be told to fail or to wait."""

    def __init__(self) -> None:
        self.fail_at: set[int] = set()
        self.gate: threading.Event | None = None
        self.sizes: list[tuple[int, ...]] = []
        self.forgotten: set[int] = set()

    def process(self, image: Image, offset_ms: int) -> Faces:
        self.sizes.append(image.shape)
        if self.gate is not None:
            self.gate.wait(60)
        if len(self.sizes) in self.fail_at:
            raise ValueError("broken net")
        return Faces.none()

    def forget(self, track_ids: Collection[int]) -> None:
        self.forgotten |= set(track_ids)

    def record(self, frame: int, offset_ms: int, people: tuple[Observation, ...]) -> FrameRecord:
        return FrameRecord(frame, offset_ms, people)

    def observe(self, faces: Faces) -> tuple[Observation, ...]:
        return (face(1, Emotion.HAPPY, share=0.88, box=(10, 10, 60, 60)),)


class SteadyRate(AnalysisRate):
    """What a made-up analysis costs tells of a busy machine alone: no frame is left out for it."""

    @property
    def _period_s(self) -> float:
        return 1 / self.wanted_hz


class Bench:
    """The session with everything that it needs; remembers how it was ended."""

    def __init__(
        self, engine: Engine, analysis_hz: float = 100.0, server_id: str | None = None, who: Who = LOCAL
    ) -> None:
        self.store = Store(engine, who)
        self.perception = MadeUpPerception()
        self.session_id = self.store.start_session(
            new_session(started_at=datetime.now(UTC), server_id=server_id)
        )
        self.ended: list[tuple[EndReason, LiveStatus]] = []
        self.live = LiveSession(
            self.session_id,
            self.perception,
            Recorder(self.store, self.session_id, batch_s=0.02),
            EventWriter(self.store, self.session_id),
            self.end,
            analysis_hz=analysis_hz,
            colours={key: bgr(key) for key in KEYS},
        )
        self.live._rate = SteadyRate(analysis_hz)

    def end(self, reason: EndReason, status: LiveStatus) -> None:
        self.ended.append((reason, status))
        self.store.end_session(self.session_id, datetime.now(UTC), reason)

    def feed(self, width: int = 320, height: int = 240) -> Image:
        """One frame from the camera, drawn upon."""
        image = np.full((height, width, 3), 60, np.uint8)
        shown = self.live.handle(Incoming.of(image, time.monotonic()))
        assert shown is not None
        return shown


def analyse(bench: Bench, count: int) -> None:
    """So many frames, each given when the one before is through and the next is due."""
    before = _through(bench)
    for number in range(1, count + 1):
        bench.feed()
        wait_until(partial(_are_through, bench, before + number))
        time.sleep(0.011)


def _through(bench: Bench) -> int:
    status = bench.live.status()
    return status.analysed + status.errors


def _are_through(bench: Bench, count: int) -> bool:
    return _through(bench) >= count
