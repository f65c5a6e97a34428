"""Photos of wider colours (Display P3, Adobe RGB, print) in sRGB, by the file's own profile. No Streamlit."""

import io
from functools import cache
from typing import Any

from PIL import Image as Pillow
from PIL import ImageCms

MODES = {"RGB ": "RGB", "CMYK": "CMYK", "GRAY": "L"}
"""What a picture must be in for a profile of this kind."""


def in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """`picture` (RGB, CMYK or L) as browsers show it, in RGB; as it is where no profile fits it."""
    if not profile:
        return picture
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if MODES.get(own.profile.xcolor_space) != picture.mode or _is_srgb(own):
            return picture
        shown = ImageCms.profileToProfile(picture, own, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # a damaged profile: what viewers do, too
    return picture if shown is None else shown


def _is_srgb(own: Any) -> bool:
    return "srgb" in (own.profile.profile_description or "").lower()


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")
