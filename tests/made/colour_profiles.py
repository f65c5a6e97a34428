"""ICC profiles of screens with other primaries, made by code."""

import struct

import numpy as np

Chromaticity = tuple[float, float]
BLUE: Chromaticity = (0.15, 0.06)
WHITE_D65, WHITE_D50 = np.array([0.95047, 1, 1.08883]), np.array([0.96422, 1, 0.82521])
CONES = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""Bradford's, in which a profile's colours are brought to D50 (ICC.1, annex E)."""
GAMMA = 2.2


def wide_profile(red: Chromaticity, green: Chromaticity) -> bytes:
    """An RGB screen's profile with these primaries (CIE x, y), white D65."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(GAMMA * 256)) + b"\0\0"
    columns = _columns(red, green)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": _xyz(WHITE_D50),
        **{name: _xyz(columns[:, i]) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(body), len(content))
        body += content
    kind = struct.pack(">I4sI4s4s4s", at + len(body), b"", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    return kind + bytes(12) + b"acsp" + bytes(28) + _xyz(WHITE_D50)[8:] + bytes(48) + table + body


def _columns(red: Chromaticity, green: Chromaticity) -> np.ndarray:
    """(3, 3) X, Y and Z at D50 of full red, green and blue."""
    light = np.array([[x / y, 1, (1 - x - y) / y] for x, y in (red, green, BLUE)]).T
    light = light * np.linalg.solve(light, WHITE_D65)
    adapted = np.diag((CONES @ WHITE_D50) / (CONES @ WHITE_D65))
    return np.asarray(np.linalg.inv(CONES) @ adapted @ CONES @ light)


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(float(one) * 65536)) for one in values)
