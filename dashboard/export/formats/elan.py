"""ELAN's format: for everybody a tier of the stretches that one expression led, and the markers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

from pympi.Elan import Eaf

from dashboard.export.formats.columns import TIER_COLUMNS
from dashboard.export.formats.elan_document import Annotation, eaf_document
from dashboard.export.formats.seconds import SECOND_MS
from dashboard.export.formats.short_tables import dominant
from dashboard.export.formats.source import ExportSource
from dashboard.wording import person_name
from db.reports import Marker, Utterance

MARKERS, WORDS, NOBODY = "Markers", "Words", "nobody named"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds start_s up to, but without, end_s that one expression led."""

    person: int
    start_s: int
    end_s: int
    label: str


def eaf_pieces(source: ExportSource) -> Iterator[bytes]:
    """The file in order, once all is read: times stand before what refers to them.

    pympi makes the frame and we what it holds, since its objects took 1.2 kB for every annotation.
    """
    eaf, names = Eaf(author="Attune"), dict[int, str | None]()
    for column in TIER_COLUMNS:
        eaf.add_property(column.name, column.meaning)
    eaf.remove_tier("default", clean=False)
    marker_tiers = [_add_tier(eaf, MARKERS)]
    tiers: dict[int, str] = {}
    held: dict[str, list[Annotation]] = {}
    for one in stretches(source, names):
        if one.person not in tiers:
            name = xml_text(person_name(names.get(one.person), one.person)) or f"P{one.person}"
            tiers[one.person] = _add_tier(eaf, name, f"{name} ({one.person})", participant=name)
        span = one.start_s * SECOND_MS, one.end_s * SECOND_MS, one.label
        held.setdefault(tiers[one.person], []).append(span)
    for place, annotation in marked(source.read_markers()):
        if place == len(marker_tiers):
            marker_tiers.append(_add_tier(eaf, MARKERS))
        held.setdefault(marker_tiers[place], []).append(annotation)
    for speaker, lines in spoken(source.read_said()).items():
        for line in lines:
            held[_add_tier(eaf, f"{WORDS} {speaker}")] = line
    yield from eaf_document(eaf, held)


def stretches(source: ExportSource, names: dict[int, str | None]) -> Iterator[Stretch]:
    """The stretches of everybody as they end; fills `names` with what the host calls people."""
    running: dict[int, Stretch] = {}
    for cells in source.seconds():
        names.update(cells.names)
        led = dominant(cells)
        told = zip(cells.second.tolist(), cells.person.tolist(), led.codes.tolist(), strict=True)
        for second, person, code in told:
            label, before = led.choices[code], running.pop(person, None)
            if before and before.end_s == second and before.label == label:
                running[person] = Stretch(person, before.start_s, second + 1, label)
                continue
            if before:
                yield before
            if label:
                running[person] = Stretch(person, second, second + 1, label)
    yield from running.values()


def marked(markers: Sequence[Marker]) -> Iterator[tuple[int, Annotation]]:
    """The annotation of each marker, and to which of their tiers it goes: those of one tier cannot overlap,
    so one within another goes to the next. A moment is given a second."""
    free_from_ms: list[int] = []
    for one in markers:
        end_ms = max(one.end_ms or one.offset_ms + SECOND_MS, one.offset_ms + 1)
        free = (place for place, ends_ms in enumerate(free_from_ms) if ends_ms <= one.offset_ms)
        place = next(free, len(free_from_ms))
        free_from_ms[place : place + 1] = [end_ms]
        yield place, (one.offset_ms, end_ms, xml_text(f"{one.label}: {one.note}" if one.note else one.label))


def spoken(said: Sequence[Utterance]) -> dict[str, list[list[Annotation]]]:
    """For each speaker the tiers of what they said: what overlaps goes to the next."""
    tiers: dict[str, list[list[Annotation]]] = {}
    for one in said:
        lines = tiers.setdefault(xml_text(one.speaker or "") or NOBODY, [])
        start_ms = max(0, one.start_ms)
        free = next((line for line in lines if line[-1][1] <= start_ms), None)
        if free is None:
            lines.append(free := [])
        free.append((start_ms, max(one.end_ms, start_ms + 1), xml_text(one.text)))
    return tiers


def xml_text(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def _add_tier(eaf: Eaf, *wanted: str, participant: str | None = None) -> str:
    """Adds a tier by the first of the `wanted` names that no other has, else by the last one with a number
    ("Markers 2"): a host may call people anything. Returns its name."""
    free = (name for name in chain(wanted, (f"{wanted[-1]} {n}" for n in count(2))) if name not in eaf.tiers)
    tier = next(free)
    eaf.add_tier(tier, part=participant)
    return tier
