"""An address as a picture for phones."""

import segno

SCALE, BORDER = 6, 4
"""Of a module; the quiet zone that readers want, in modules."""


def qr_image(address: str) -> str:
    """SVG of `address` as the address of a picture, dark on white in every theme, as readers want it."""
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(scale=SCALE, border=BORDER, light="#ffffff", dark="#000000"))
