"""Data sets made up in their true layouts: noise where only the form matters, a real face where it is looked
for (the astronaut of scikit-image, public domain)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.made.media import face_frame
from training.datasets import VOTE_NAMES

Pixels = NDArray[np.uint8]


def noise(seed: int) -> Pixels:
    """(48, 48) grey, another for every seed."""
    return np.random.default_rng(seed).integers(0, 256, (48, 48)).astype(np.uint8)


def head(width: int = 320, height: int = 240, shift: float = 0.0) -> Pixels:
    """(height, width, 3) BGR: a head with room around, moved by `shift` px."""
    return face_frame(width, height, zoom=0.8, shift=(shift, 0))


def put(path: Path, image: Pixels) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)
    return path


def csv_row(label: object, image: Pixels, usage: str = "Training") -> str:
    return f"{label},{' '.join(map(str, image.ravel()))},{usage}"


def csv_file(path: Path, rows: Sequence[str], header: str = "emotion,pixels,Usage") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def votes_file(
    path: Path, votes: Sequence[Sequence[int]], names: Sequence[str], usages: Sequence[str]
) -> Path:
    """fer2013new.csv."""
    lines = [
        f"{usage},{name},{','.join(map(str, counts))}"
        for usage, name, counts in zip(usages, names, votes, strict=True)
    ]
    path.write_text("\n".join(["Usage,Image name," + ",".join(VOTE_NAMES), *lines]) + "\n")
    return path


def video(path: Path, frames: Sequence[Pixels]) -> Path:
    """A Motion-JPEG avi of 25 frames per second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = frames[0].shape[:2]
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), code, 25.0, (width, height))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


@dataclass(frozen=True)
class Layout:
    """make: writes the data set into a new folder and returns the source for `training.prepare`.
    classes: each made image's class, sorted. subjects: who is shown, sorted, "" unknown.
    spoil: adds something unusable to the source and returns the file name its bad row must give."""

    make: Callable[[Path], Path]
    classes: tuple[str, ...]
    subjects: tuple[str, ...]
    spoil: Callable[[Path], str]


def _fer2013_csv(folder: Path) -> Path:
    return csv_file(folder / "fer2013.csv", [csv_row(3, noise(1)), csv_row(6, noise(2), "PublicTest")])


def _fer2013_folders(folder: Path) -> Path:
    put(folder / "train" / "happy" / "Training_1.jpg", noise(1))
    put(folder / "test" / "neutral" / "PublicTest_2.jpg", noise(2))
    return folder


def _ckplus_official(folder: Path) -> Path:
    """One labelled sequence of five pictures, and one without a label."""
    for place, shown in (("S005/001", 5), ("S010/001", 2)):
        stem = place.replace("/", "_")
        for i in range(1, shown + 1):
            path = folder / "cohn-kanade-images" / place / f"{stem}_{i:08}.png"
            put(path, cv2.cvtColor(head(shift=4.0 * i), cv2.COLOR_BGR2GRAY).astype(np.uint8))
    label = folder / "Emotion" / "S005" / "001" / "S005_001_00000005_emotion.txt"
    label.parent.mkdir(parents=True)
    label.write_text("   3.0000000e+00\n")
    (folder / "Emotion" / "S010" / "001").mkdir(parents=True)
    return folder


def _ckplus48(folder: Path) -> Path:
    put(folder / "anger" / "S010_004_00000017.png", noise(1))
    put(folder / "contempt" / "S138_008_00000009.png", noise(2))
    put(folder / "sadness" / "S010_006_00000015.png", noise(3))
    return folder


def _ckextended(folder: Path) -> Path:
    return csv_file(folder / "ckextended.csv", [csv_row(7, noise(1)), csv_row(3, noise(2), "PrivateTest")])


def _ckplus_arrays(folder: Path) -> Path:
    np.savez(
        folder / "ck.npz",
        x=np.stack([noise(1), noise(2)]),
        y=np.array(["contempt", "happy"]),
        subject=np.array(["S138", "S010"]),
        sequence=np.array(["S138_008", "S010_004"]),
    )
    return folder / "ck.npz"


def _enterface(folder: Path) -> Path:
    """Subject 6 as it really is: videos directly in the emotion's folder."""
    moving = [head(160, 120, shift=float(i)) for i in range(8)]
    video(folder / "enterface database" / "subject 1" / "anger" / "sentence 1" / "s1_an_1.avi", moving)
    video(folder / "enterface database" / "Subject 6" / "Happiness" / "s6_ha_1.AVI", moving[::-1])
    (folder / "enterface database" / "Thumbs.db").write_bytes(b"left by some system")
    return folder


def _plain(folder: Path) -> Path:
    put(folder / "happy" / "a.jpg", head())
    put(folder / "surprised" / "b.png", noise(1))
    return folder


def _bad_row(source: Path) -> str:
    with source.open("a") as file:
        file.write("1,2 3,Training\n")
    return source.name


def _broken(relative: str) -> Callable[[Path], str]:
    def spoil(source: Path) -> str:
        path = source / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"neither a picture nor a video")
        return str(Path(relative))

    return spoil


def _broken_frame(source: Path) -> str:
    _broken("cohn-kanade-images/S005/001/S005_001_00000006.png")(source)
    return "S005/001/S005_001_00000006.png"


LAYOUTS = {
    "fer2013 csv": Layout(_fer2013_csv, ("happy", "neutral"), ("", ""), _bad_row),
    "fer2013 folders": Layout(
        _fer2013_folders, ("happy", "neutral"), ("", ""), _broken("train/happy/broken.jpg")
    ),
    "ck+ official": Layout(_ckplus_official, ("disgust",) * 3, ("S005",) * 3, _broken_frame),
    "ck+48": Layout(
        _ckplus48,
        ("angry", "contempt", "sad"),
        ("S010", "S010", "S138"),
        _broken("anger/S999_001_00000001.png"),
    ),
    "ck+ csv": Layout(_ckextended, ("contempt", "happy"), ("", ""), _bad_row),
    "enterface": Layout(
        _enterface,
        ("angry",) * 4 + ("happy",) * 4,
        ("s1",) * 4 + ("s6",) * 4,
        _broken("enterface database/subject 2/fear/sentence 3/s2_fe_3.avi"),
    ),
    "plain folders": Layout(_plain, ("happy", "surprise"), ("", ""), _broken("happy/broken.jpg")),
}
"""Every form that is read file by file or row by row."""

ARRAYS = Layout(_ckplus_arrays, ("contempt", "happy"), ("S010", "S138"), lambda source: source.name)
