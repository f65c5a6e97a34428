"""An ELAN document written tier by tier, so that the whole is never held as a tree."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from pympi.Elan import Eaf, to_adocument

Annotation = tuple[int, int, str]
"""Start and end in ms, and text without characters that XML cannot hold."""


def eaf_document(eaf: Eaf, held: Mapping[str, Sequence[Annotation]]) -> Iterator[bytes]:
    """The file in order: `eaf`, whose tiers are empty, with the annotations `held` by tier."""
    frame = to_adocument(eaf, pretty=False)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{_opened(frame)}'.encode()
    numbers = count(1)
    for part in frame:
        if part.tag == "TIME_ORDER":
            yield _opened(part).encode()
            yield from _slots([held.get(tier, []) for tier in _tiers(frame)])
            yield b"</TIME_ORDER>"
        elif part.tag == "TIER":
            told = (_told(next(numbers), text) for _, _, text in held.get(part.attrib["TIER_ID"], []))
            yield f"{_opened(part)}{''.join(told)}</TIER>".encode()
        else:
            yield ElementTree.tostring(part)
    yield b"</ANNOTATION_DOCUMENT>\n"


def _tiers(frame: ElementTree.Element) -> list[str]:
    return [part.attrib["TIER_ID"] for part in frame if part.tag == "TIER"]


def _slots(tiers: Sequence[Sequence[Annotation]]) -> Iterator[bytes]:
    """Two for each annotation, as `_told` refers to them."""
    numbers = count(1)
    for tier in tiers:
        times = [(next(numbers), *one[:2]) for one in tier]
        slots = (
            f'<TIME_SLOT TIME_SLOT_ID="ts{2 * n - 1}" TIME_VALUE="{start_ms}"/>'
            f'<TIME_SLOT TIME_SLOT_ID="ts{2 * n}" TIME_VALUE="{end_ms}"/>'
            for n, start_ms, end_ms in times
        )
        if times:
            yield "".join(slots).encode()


def _told(n: int, text: str) -> str:
    slots = f'TIME_SLOT_REF1="ts{2 * n - 1}" TIME_SLOT_REF2="ts{2 * n}"'
    value = f"<ANNOTATION_VALUE>{escape(text)}</ANNOTATION_VALUE>"
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" {slots}>{value}'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def _opened(element: ElementTree.Element) -> str:
    told = "".join(f" {name}={quoteattr(value)}" for name, value in element.attrib.items())
    return f"<{element.tag}{told}>"
