"""eNTERFACE'05 (Martin et al. 2006): videos of 44 people acting six emotions.

enterface database/subject 1/anger/sentence 1/s1_an_1.avi. Subject 6 has its videos directly in the folder of
the emotion, upper and lower case differ, and blanks are sometimes replaced. Folders name subject and emotion,
for the names of the videos are not uniform.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model.images import Image
from training.datasets.class_names import class_name
from training.datasets.pictures import FaceCropper, count
from training.datasets.reading import Gathering, Reading
from training.errors import DataError

SUBJECT = re.compile(r"subject[ _-]*0*(\d+)", re.IGNORECASE)
FRAMES_PER_VIDEO = 5
MIDDLE = (0.25, 0.75)
"""The part of a video that frames are taken from: people begin and end it with a resting face."""


def is_enterface(folder: Path) -> bool:
    return bool(folder.is_dir() and _subjects(folder))


def read_enterface(
    folder: Path, frames: int = FRAMES_PER_VIDEO, cropper: FaceCropper | None = None
) -> Reading:
    """`frames` crops of every video, cut as in the live view; subject s1, s2, ...

    A sampled frame without a face is left out and counted; a video without any face, or one that cannot be
    read, is a bad row. Raises DataError without a folder `subject N` or a usable video.
    """
    if frames < 1:
        raise DataError(f"frames of each video: wanted at least 1, got {frames}")
    videos = list(_videos(folder))
    found, cropper = Gathering(str(folder)), cropper or FaceCropper()
    for row, (path, subject, kind) in enumerate(
        tqdm(videos, desc=folder.name, unit=" videos", leave=False), 1
    ):
        name = str(path.relative_to(folder))
        try:
            images, without = _crops(path, frames, cropper)
        except DataError as error:
            found.refuse(name, row, str(error))
            continue
        if without:
            count(found.left_out, "sampled frame without a face", without)
        count(found.converted, "face found and cropped", len(images))
        for image in images:
            found.add(image, kind, subject=subject, name=path.name)
    return found.reading()


def _subjects(folder: Path) -> list[tuple[Path, str]]:
    """The folders `subject N` in `folder` or one level below it, in the order of N."""
    for depth in ("*", "*/*"):
        found = [(path, SUBJECT.fullmatch(path.name)) for path in folder.glob(depth) if path.is_dir()]
        numbered = [(path, int(match[1])) for path, match in found if match]
        if numbered:
            return [(path, f"s{n}") for path, n in sorted(numbered, key=lambda one: (one[1], one[0]))]
    return []


def _videos(folder: Path) -> Iterator[tuple[Path, str, str]]:
    subjects = _subjects(folder)
    if not subjects:
        raise DataError(f"{folder}: wanted folders 'subject N' of eNTERFACE'05, found none")
    for person, subject in subjects:
        for emotion in sorted(path for path in person.iterdir() if path.is_dir()):
            try:
                kind = class_name(emotion.name)
            except DataError as error:
                raise DataError(f"{emotion}: {error}") from error
            listed = (p for p in emotion.rglob("*") if p.suffix.lower() == ".avi" and p.name[0] != ".")
            yield from ((path, subject, kind) for path in sorted(listed))


def _crops(path: Path, frames: int, cropper: FaceCropper) -> tuple[list[NDArray[np.uint8]], int]:
    """Crops of the sampled frames, and how many of those frames showed no face. Raises DataError."""
    sampled = sample_frames(path, frames)
    crops = []
    for frame in sampled:
        try:
            crops.append(cropper.crop(frame))
        except DataError:
            continue
    if not crops:
        raise DataError(f"wanted a face, found none in {len(sampled)} frames")
    return crops, len(sampled) - len(crops)


def sample_frames(path: Path, n: int) -> list[Image]:
    """Up to `n` frames, BGR, evenly spaced over the middle half of a video. Raises DataError when the file
    is no video or ends before its middle."""
    video = cv2.VideoCapture(str(path))
    try:
        length = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if video.isOpened() else 0
        if length < 1:
            raise DataError("wanted a video, the file cannot be decoded")
        frames = _frames_at(video, _middle_places(length, n))
    finally:
        video.release()
    if not frames:
        raise DataError(f"wanted {length} frames, the video is damaged or ends before its middle")
    return frames


def _middle_places(length: int, n: int) -> set[int]:
    """Rounded half up, with a little more so that 7.4999999 counts as the 7.5 it stands for."""
    start, end = (share * (length - 1) for share in MIDDLE)
    return set(np.floor(np.linspace(start, end, n) + 0.5 + 1e-6).astype(int).tolist())


def _frames_at(video: cv2.VideoCapture, places: set[int]) -> list[Image]:
    """Read one after the other: seeking in old AVI files lands on the wrong frame."""
    frames = []
    for place in range(max(places) + 1):
        if not video.grab():
            break
        if place in places:
            there, frame = video.retrieve()
            if there:
                frames.append(np.asarray(frame, np.uint8))
    return frames
