"""Who is who in made-up meetings of real faces: `python -m tests.bench.tracking --json`.

Three meetings of 25 people and 60 s at 1280x720, analysed five times a second through YuNet: people sway,
three re-arrangements (other order; speaker's view; another gallery), two joining, three leaving, one coming
back, every face hidden for 0.5 to 2 s twice a minute. `distinct`: every background is another, ten colours of
clothing; `alike`: five backgrounds; `one_background`: one, so that two or three people share all there is to
tell them by. `by_place` is the same tracker on the same faces without pictures. Figures: tracking_figures.py.
`borrowed_share`: faces under a number that was somebody else's before. `clips`: real people; they stay left
and right of each other, so the order of their numbers from left to right must never change. `turns`: hard
cuts, see turns.py. `_ms_per_face` is the thread's own time, so that other programs do not count.
"""

import argparse
import json
import time
from typing import Any

import cv2
import numpy as np

from model.detection import make_detector
from model.tracking import Tracker
from model.tracking.appearance import describe
from tests.bench.moving_grid import Meeting, make_meeting
from tests.bench.tracking_figures import Tally
from tests.bench.turns import stories, take_turns
from tests.made.media import MEDIA, read_frames

RATE_HZ = 5
MEETINGS = {"distinct": (27, 10), "alike": (5, 10), "one_background": (1, 10)}
"""Backgrounds and colours of clothing."""
CLIPS = (
    "intel_head-pose-face-detection-female-and-male.gif",
    "intel_face-demographics-walking.gif",
    "intel_classroom.gif",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true", help="the default; one JSON object")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if not MEDIA.is_dir():
        parser.error(f"wanted the pictures and clips in {MEDIA}, which is not there")
    cv2.setNumThreads(1)
    found: dict[str, Any] = {}
    for name, (rooms, clothes) in MEETINGS.items():
        found[name] = follow(make_meeting(25, 60_000, rooms=rooms, clothes=clothes, seed=given.seed))
    found["turns"] = {name: take_turns(story, RATE_HZ) for name, story in stories(given.seed).items()}
    found["clips"] = {clip: follow_clip(clip) for clip in CLIPS}
    print(json.dumps(found, indent=1))


def follow(meeting: Meeting, rate_hz: float = RATE_HZ) -> dict[str, Any]:
    """Both trackers on the same faces."""
    detector, trackers = make_detector("yunet"), (Tracker(), Tracker())
    tallies = Tally(), Tally()
    describe_ms, faces = 0.0, 0
    spent_ms = [0.0, 0.0]
    for time_ms, image, truth in meeting.frames(rate_hz):
        seen = detector.detect(image)
        began = time.thread_time()
        describe(image, seen.boxes)
        describe_ms += 1000 * (time.thread_time() - began)
        faces += len(seen)
        for i, picture in enumerate((image, None)):
            began = time.thread_time()
            tracked = trackers[i].update(seen, time_ms, picture)
            spent_ms[i] += 1000 * (time.thread_time() - began)
            tallies[i].add(truth, tracked)
    return {
        **tallies[0].figures(),
        "by_place": tallies[1].figures(),
        "times_by_place": round(tallies[0].idf1 / tallies[1].idf1, 2),
        "describe_ms_per_face": round(describe_ms / faces, 4),
        "update_ms_per_face": round(spent_ms[0] / faces, 4),
        "update_by_place_ms_per_face": round(spent_ms[1] / faces, 4),
        "faces": faces,
    }


def follow_clip(clip: str) -> dict[str, int]:
    """`switches`: frames whose numbers, from left to right, are not in the one order."""
    tracker, detector = Tracker(), make_detector("yunet")
    frames, clip_hz = read_frames(MEDIA / clip)
    rows: list[list[int]] = []
    for i, frame in enumerate(frames):
        tracked = tracker.update(detector.detect(frame), round(i * 1000 / clip_hz), frame)
        assert tracked.track_id is not None
        rows.append(tracked.track_id[np.argsort(tracked.boxes[:, 0])].tolist())
    numbers = sorted({number for row in rows for number in row})
    order = max(rows, key=len)
    switches = sum(row != [number for number in order if number in row] for row in rows)
    return {"frames": len(frames), "numbers_given": len(numbers), "switches": switches}


if __name__ == "__main__":
    main()
