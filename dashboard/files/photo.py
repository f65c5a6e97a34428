"""An uploaded photo as an image: refused in a sentence where it cannot be one. No Streamlit.

The header is read first: a file that declares more pixels than allowed is never decoded.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps
from pillow_heif import register_heif_opener

from dashboard.errors import DashboardError
from dashboard.files.profile import MODES, in_srgb
from dashboard.files.tone import PQ, on_an_ordinary_screen
from dashboard.wording import counted, size

UPLOAD_TYPES = ("jpg", "jpeg", "png", "webp", "heic", "heif", "avif")
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
STILL_WITH_MORE = ("MPO", "HEIF")
"""In these a second picture is a depth map, the same scene in other light, or a burst: all is still."""
MAX_MB = 20
MAX_PIXELS = 50_000_000
"""A 50 megapixel phone's photo; decoded, it takes 200 MB for an instant."""
MAX_SIDE_PX = 2560
MAX_SCANS = 100
"""Progressive JPEGs come in ten. Each costs every pixel anew: 76 bytes and 3 ms at 50 million of them."""
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
START_OF_SCAN, END_OF_IMAGE, WITHOUT_LENGTH = b"\xda", b"\xd9", (b"\x01", b"\xd8")

WANTED = "Wanted a photo as JPEG, PNG, WebP, HEIC or AVIF"
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "a GIF"),
    (0, b"%PDF", "a PDF"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"BM", "a Windows bitmap"),
    (0, b"II*\x00", "a TIFF or a camera's raw photo"),
    (0, b"MM\x00*", "a TIFF or a camera's raw photo"),
    (0, b"8BPS", "a Photoshop document"),
    (4, b"jP  ", "a JPEG 2000 picture"),
    (4, b"JXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (4, b"ftyphei", "an HEIC photo that is cut short or damaged"),
    (4, b"ftypmif1", "an HEIC photo that is cut short or damaged"),
    (4, b"ftypavif", "an AVIF photo that is cut short, damaged or of a kind unknown here"),
    (4, b"ftyp", "a video"),
)
"""Offset, bytes and name of what people upload by mistake."""


class PhotoError(DashboardError):
    """An uploaded file is no photo that can be used."""


@dataclass(frozen=True, slots=True)
class Photo:
    """`image`: (H, W, 3) uint8 BGR, upright, no side above MAX_SIDE_PX. `notes`: what was changed, if
    anything, in sentences. `scale`: pixels of the file, as displayed, for one of `image`."""

    image: NDArray[np.uint8]
    notes: tuple[str, ...] = ()
    scale: float = 1.0


def read_photo(content: bytes) -> Photo:
    """The photo in a file's `content`: turned upright as its EXIF says, on white where it was transparent.

    Raises PhotoError.
    """
    if not content:
        raise PhotoError(f"{WANTED}; the file is empty (0 bytes). Choose another, or copy it again.")
    if len(content) > MAX_MB * 1_000_000:
        raise PhotoError(f"Wanted at most {MAX_MB} MB; the file has {size(len(content))}. Save it smaller.")
    opened = open_pictures(content)
    longest = max(opened.size)
    notes = list(_others(opened))
    picture = _decoded(opened)
    if longest > MAX_SIDE_PX:
        notes.append(f"Scaled down to {picture.width:,} x {picture.height:,} px.")
    scale = longest / max(picture.size)
    return Photo(_toned(np.asarray(picture), opened), tuple(notes), scale)


def _toned(rgb: NDArray[np.uint8], opened: Pillow.Image) -> NDArray[np.uint8]:
    """(H, W, 3) BGR; of a camera's HEIC for bright screens as an ordinary one shows it."""
    profile = opened.info.get("nclx_profile") or {}
    if profile.get("transfer_characteristics") == PQ:
        return on_an_ordinary_screen(rgb.astype(np.uint16) * 257)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def whole_picture(opened: Pillow.Image) -> NDArray[np.uint8]:
    """The picture it stands at, (H, W, 3) uint8 BGR, on white where it was transparent."""
    return np.ascontiguousarray(np.asarray(_on_white(opened))[:, :, ::-1])


def _others(opened: Pillow.Image) -> Iterator[str]:
    """What is said of a file with more than one picture: which is the photo."""
    more = getattr(opened, "n_frames", 1) - 1
    if more > 0 and opened.format in STILL_WITH_MORE:
        behind = "another picture" if more == 1 else f"{more} other pictures"
        yield f"The file holds {behind} behind its main one, as phones add; the main one is used."
    elif more > 0:
        yield "The file moves; its first picture is shown."


def open_pictures(content: bytes) -> Pillow.Image:
    """The file's header, not yet its pixels. Raises PhotoError."""
    try:
        opened = Pillow.open(io.BytesIO(content), formats=FORMATS)
    except Pillow.DecompressionBombError as error:
        pixels = re.search(r"\d+", str(error))
        raise PhotoError(_too_large(int(pixels[0]) if pixels else None)) from None
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        raise PhotoError(f"{WANTED}; this is {_named(content)}. {_advice(content)}") from error
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise PhotoError(_too_large(width * height))
    if opened.format in ("JPEG", "MPO") and (scans := _scans(content)) > MAX_SCANS:
        raise PhotoError(
            f"Wanted a JPEG in at most {MAX_SCANS} scans; this one draws its picture {scans:,} times over. "
            "Save it anew."
        )
    return opened


def _scans(content: bytes) -> int:
    """How many scans a JPEG's first picture has; a marker is found behind the segment before it."""
    at = scans = 0
    while (found := MARKER.search(content, at)) and found[1] != END_OF_IMAGE:
        at = found.end()
        if found[1] not in WITHOUT_LENGTH:
            scans += found[1] == START_OF_SCAN
            at += max(2, int.from_bytes(content[at : at + 2], "big"))
    return scans


def _decoded(opened: Pillow.Image) -> Pillow.Image:
    opened.draft(None, (MAX_SIDE_PX, MAX_SIDE_PX))  # a large JPEG is decoded at a half, a quarter, an eighth
    try:
        opened.load()
        picture = _eight_bits(opened)
        if picture.has_transparency_data or picture.mode not in MODES.values():
            picture = _on_white(picture)
        picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), reducing_gap=2.0)
        picture = in_srgb(picture, opened.info.get("icc_profile")).convert("RGB")
        return _upright(picture, opened)
    except (OSError, SyntaxError, ValueError, EOFError, ZeroDivisionError, RuntimeError) as error:
        raise PhotoError(
            "Wanted a whole photo; this one is cut short or damaged. Copy it again, or save it anew."
        ) from error
    except MemoryError as error:
        raise PhotoError("The photo needs more memory than is free. Save it smaller.") from error


def _upright(picture: Pillow.Image, opened: Pillow.Image) -> Pillow.Image:
    try:
        turn = opened.getexif().tobytes()
    except Exception:  # damaged EXIF raises what it likes; the picture itself is whole
        return picture
    picture.info["exif"] = turn
    return ImageOps.exif_transpose(picture)


def _eight_bits(picture: Pillow.Image) -> Pillow.Image:
    """Pillow clips 16 bits a pixel to 255 where it should scale them."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture, np.float64)
    return Pillow.fromarray((values / (257 if values.max() > 255 else 1)).clip(0, 255).astype(np.uint8))


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    ground = Pillow.new("RGBA", seen.size, "white")
    return Pillow.alpha_composite(ground, seen).convert("RGB")


def _too_large(pixels: int | None) -> str:
    got = f"{pixels / 1e6:,.0f} million" if pixels else "far more"
    return f"Wanted at most {MAX_PIXELS / 1e6:.0f} million pixels; the file declares {got}. Save it smaller."


def name_of(content: bytes) -> str | None:
    """What a file is, by its beginning, of what people take for a photo; None for anything else."""
    names = (name for at, signature, name in SIGNATURES if content.startswith(signature, at))
    return next(names, None)


def _named(content: bytes) -> str:
    unknown = f"no picture Attune can read ({counted(len(content), 'byte', 'bytes')})"
    return name_of(content) or unknown


def _advice(content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return "Copy it again, or export it as JPEG."
    return "Save a still of it as JPEG or PNG, or choose another file."


register_heif_opener()
