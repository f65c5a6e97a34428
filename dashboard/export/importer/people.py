"""Who is who in an imported file: which track is whose from when on, and what people are called."""

from collections.abc import Sequence

import numpy as np

from dashboard.export.formats.cells import defused
from dashboard.export.importer.cells import Chunk
from dashboard.wording import person_name
from db.store.imports import Cast
from model.engagement.groups import Ints


def as_typed(text: str) -> str:
    """`text` without the apostrophe that `cells.defused` puts in front of what looks like a formula."""
    return text[1:] if text.startswith("'") and defused(text[1:]) == text else text


class People:
    """Follows the tracks through the file."""

    def __init__(self) -> None:
        self._pieces: dict[int, list[tuple[int, int]]] = {}
        self._names: dict[int, str] = {}

    def add(self, chunk: Chunk, track_id: Ints, person: Ints, offset_ms: Ints) -> None:
        """The next rows. Raises ImportRefusedError for a person with two names."""
        self._add_names(chunk, person)
        order = np.argsort(track_id, kind="stable")
        tracks, whose, times = track_id[order], person[order], offset_ms[order]
        changes = np.flatnonzero(np.r_[True, (tracks[1:] != tracks[:-1]) | (whose[1:] != whose[:-1])])
        for row in changes.tolist():
            pieces = self._pieces.setdefault(int(tracks[row]), [])
            if not pieces or pieces[-1][1] != whose[row]:
                pieces.append((int(times[row]), int(whose[row])))

    def _add_names(self, chunk: Chunk, person: Ints) -> None:
        texts = chunk.texts("participant")
        known = self._names
        named: Sequence[bool] = [
            known.setdefault(one, text) == text for one, text in zip(person.tolist(), texts, strict=True)
        ]
        chunk.refuse(
            np.array(named), "Line {line}, column participant: the same person had another name before."
        )

    def cast(self) -> Cast:
        """Everybody in the file; who is called by number has no name."""
        typed = {person: as_typed(text) for person, text in self._names.items()}
        names = {one: name for one, name in typed.items() if name and name != person_name(None, one)}
        return Cast(self._pieces, names)
