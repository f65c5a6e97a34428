"""An address as a picture for phones."""

import segno

SCALE_PX, BORDER = 6, 4
"""Of a module; the quiet zone that readers want, in modules."""


def qr_svg(address: str) -> str:
    """SVG of `address`, dark on white in every theme, as readers want it."""
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_inline(scale=SCALE_PX, border=BORDER, light="#ffffff", dark="#000000", omitsize=True))
