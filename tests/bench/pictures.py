"""Whether pictures are told from people: `python -m tests.bench.pictures` prints one JSON object.

Every photograph of ../shared/media becomes a video of `--seconds`: as it stands, with camera noise, panned,
zoomed, swayed by a hand, in changing light, each also through VP8 at 300 kbit/s; with `--likeness` it is
first made part of a slide, a cartoon or a statue. Every clip of people is played there and back for as long:
as it is, half as large, swayed and compressed. Both go through the pipeline as a recording does, ten times a
second (pictures: `--hz`).

- `pictures` by what was done: faces that had a number, seconds counted at the end of the worst, and its side.
  Only faces of `--least` px and more; how large the rest of the share is stands in `small`.
- `people`: seconds taken back or told as a picture, of the seconds in which they were usable.
- `cost`: processor time of one face's frames, with the watch over without it.
"""

import argparse
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import av
import cv2
import numpy as np

from model.faces import Faces
from model.images import Image, resized
from model.observations import UNREADABLE
from model.pipeline import FramePipeline, make_pipeline
from model.stillness import StillnessWatch
from tests.bench.likenesses import LIKENESSES
from tests.made.media import MEDIA, read_frames, read_image

HZ, WIDTH, HEIGHT = 10, 640, 360
KINDS = ("stands", "noise", "panned", "zoomed", "swayed", "swayed noise", "lit")
Random = np.random.Generator


class Shot:
    """One photograph, or a clip there and back, as a video."""

    def __init__(self, images: list[Image], kind: str, seconds: float, hz: int = HZ) -> None:
        self._images, self._kind, self._hz, self._count = images, kind, hz, round(seconds * hz)
        self._random = np.random.default_rng(1)

    def __iter__(self) -> Iterator[Image]:
        sway = np.zeros(4)
        for n, image in enumerate(there_and_back(self._images, self._count)):
            sway = 0.9 * sway + self._random.normal(0, 1, 4) * (1.2, 1.2, 0.15, 0.002)
            yield self._taken(image, n / self._hz, sway if "swayed" in self._kind else np.zeros(4))

    def _taken(self, image: Image, time_s: float, sway: np.ndarray[Any, Any]) -> Image:
        height, width = image.shape[:2]
        there_and_back_s = abs(time_s % 20 - 10)
        x = 6 * there_and_back_s if self._kind == "panned" else 0
        zoom = 1 + 0.02 * there_and_back_s if self._kind == "zoomed" else 1
        scale, turn = min(WIDTH / width, HEIGHT / height) * zoom * (1 + sway[3]), np.deg2rad(sway[2])
        cos, sin = scale * np.cos(turn), scale * np.sin(turn)
        shift_x = WIDTH / 2 + x + sway[0] - (width * cos - height * sin) / 2
        shift_y = HEIGHT / 2 + sway[1] - (width * sin + height * cos) / 2
        to_frame = np.array([[cos, -sin, shift_x], [sin, cos, shift_y], [*(4e-6 * sway[:2]), 1]])
        flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        frame = cv2.warpPerspective(image, to_frame, (WIDTH, HEIGHT), flags=flags, borderValue=(90, 90, 90))
        if "noise" in self._kind:
            frame = np.clip(frame + self._random.normal(0, 6, frame.shape), 0, 255)
        if "lit" in self._kind:
            frame = np.clip(frame * (0.8 + 0.2 * np.sin(time_s / 3)), 0, 255)
        return np.asarray(frame, np.uint8)


def compressed(frames: Iterator[Image], hz: int = HZ) -> Iterator[Image]:
    """Through VP8, as a meeting's tile comes: 30 kbit a frame."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as out:
        stream = out.add_stream("libvpx", rate=hz, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 30_000 * hz
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="bgr24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r") as given:
        for decoded in given.decode(video=0):
            yield np.asarray(decoded.to_ndarray(format="bgr24"), np.uint8)


class Counted:
    """Seconds counted of each number, as a session would hold them; and what was taken back."""

    def __init__(self, pipeline: FramePipeline, hz: int = HZ) -> None:
        self._pipeline, self._hz = pipeline, hz
        self.moments_ms: dict[int, list[int]] = defaultdict(list)
        self.sides_px: dict[int, list[float]] = defaultdict(list)
        self.lost_s = 0.0

    def take(self, frames: Iterator[Image]) -> None:
        for n, frame in enumerate(frames):
            at_ms = n * 1000 // self._hz
            faces = self._pipeline.process(frame, at_ms)
            record = self._pipeline.record(n, at_ms, ())
            for track, since_ms in record.taken_back:
                kept = [at for at in self.moments_ms[track] if at < since_ms]
                self.lost_s += (len(self.moments_ms[track]) - len(kept)) / self._hz
                self.moments_ms[track] = kept
            self._note(faces, at_ms)

    def _note(self, faces: Faces, at_ms: int) -> None:
        assert faces.track_id is not None and faces.flags is not None
        sides = (faces.boxes[:, 2:] - faces.boxes[:, :2]).max(axis=1, initial=0).tolist()
        for track, flags, side in zip(faces.track_id.tolist(), faces.flags.tolist(), sides, strict=True):
            if track > 0 and not flags & UNREADABLE:
                self.moments_ms[track].append(at_ms)
                self.sides_px[track].append(side)
            elif flags and track < 0 and track <= -1_000_000:
                self.lost_s += 1 / self._hz


def of_pictures(
    photos: Sequence[Image], seconds: float, least_px: float, kinds: Sequence[str] = KINDS, hz: int = HZ
) -> dict[str, Any]:
    """Of each of the kinds, straight and through VP8."""
    told = {}
    for kind in kinds:
        for way in ("", " vp8"):
            shots: list[Iterator[Image]] = [iter(Shot([photo], kind, seconds, hz)) for photo in photos]
            rows = [_seconds(compressed(shot, hz) if way else shot, hz) for shot in shots]
            large = [row for found in rows for row in found if row[1] >= least_px]
            small = [row for found in rows for row in found if row[1] < least_px]
            over = [row for row in large if row[0] > 5]
            worst = max(large, default=(0.0, 0.0))
            told[kind + way] = {
                "faces": len(large),
                "over_5_s": len(over),
                "worst_s": worst[0],
                "its_side_px": round(worst[1]),
                "small": {"faces": len(small), "over_5_s": sum(row[0] > 5 for row in small)},
            }
    return told


def _seconds(frames: Iterator[Image], hz: int) -> list[tuple[float, float]]:
    """Of every number: seconds counted at the end, and its side in px."""
    counted = Counted(make_pipeline(expressions=False), hz)
    counted.take(frames)
    sides = counted.sides_px
    return [
        (len(at) / hz, float(np.median(sides[one]))) for one, at in counted.moments_ms.items() if sides[one]
    ]


def of_people(seconds: float) -> dict[str, Any]:
    """Of every clip, as it is, half as large, and swayed and compressed."""
    told = {}
    for path in sorted([*MEDIA.glob("pyfeat_*.mp4"), *MEDIA.glob("intel_head*.gif")]):
        frames, rate_hz = read_frames(path)
        clip = frames[:: max(1, round(rate_hz / HZ))]
        half = round(clip[0].shape[1] / 2), round(clip[0].shape[0] / 2)
        smaller = [resized(one, half, cv2.INTER_AREA) for one in clip]
        ways = {
            "x1": there_and_back(clip, round(seconds * HZ)),
            "x0.5": there_and_back(smaller, round(seconds * HZ)),
            "swayed vp8": compressed(iter(Shot(clip, "swayed", seconds))),
        }
        for way, shown in ways.items():
            counted = Counted(make_pipeline(expressions=False))
            counted.take(shown)
            usable_s = sum(map(len, counted.moments_ms.values())) / HZ
            told[f"{path.stem} {way}"] = {"usable_s": usable_s, "lost_s": round(counted.lost_s, 1)}
    return told


def there_and_back(clip: list[Image], count: int) -> Iterator[Image]:
    turns = [*range(len(clip)), *range(len(clip) - 2, 0, -1)]
    for n in range(count):
        yield clip[turns[n % len(turns)]]


def cost(rounds: int = 5) -> dict[str, float]:
    """Processor time of one face with the watch over that without it, in turns of the same frames."""
    clip = read_frames(MEDIA / "pyfeat_WolfgangLanger_Pexels.mp4", 200)[0][::3]
    frames = [resized(one, (WIDTH, HEIGHT), cv2.INTER_AREA) for one in there_and_back(clip, 600)]

    class Nobody(StillnessWatch):
        def update(self, faces: Faces, offset_ms: int, image: Image) -> Faces:
            return faces

    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * rounds):
        watched = turn % 2 == 0
        pipeline = make_pipeline()
        pipeline.stillness = pipeline.stillness if watched else Nobody()
        began_s = time.process_time()
        for n, frame in enumerate(frames):
            pipeline.process(frame, n * 1000 // HZ)
        spent[watched].append((time.process_time() - began_s) * 1000 / len(frames))
    with_ms, without_ms = float(np.median(spent[True])), float(np.median(spent[False]))
    return {
        "with_ms": round(with_ms, 3),
        "without_ms": round(without_ms, 3),
        "ratio": round(with_ms / without_ms, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30, help="of each video")
    parser.add_argument("--least", type=float, default=32, help="px of a face's side")
    parser.add_argument("--only", choices=("pictures", "people", "cost"))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of pictures")
    parser.add_argument(
        "--likeness", choices=LIKENESSES, default="photograph", help="made of the photographs"
    )
    parser.add_argument("--hz", type=int, default=HZ, help="of pictures: looks a second")
    parser.add_argument("--photos", type=int, help="only so many of them")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    told: dict[str, Any] = {}
    if given.only in (None, "pictures"):
        paths = [path for path in sorted(MEDIA.glob("*.jpg")) if "mountain" not in path.name]
        chosen = np.linspace(0, len(paths) - 1, given.photos or len(paths)).astype(int)
        photos = [LIKENESSES[given.likeness](read_image(paths[one])) for one in chosen]
        told["pictures"] = of_pictures(photos, given.seconds, given.least, given.kinds, given.hz)
    if given.only in (None, "people"):
        told["people"] = of_people(given.seconds)
    if given.only in (None, "cost"):
        told["cost"] = cost()
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
