"""What the address of a report says beside its session: range, definition, person, group only.

    /report?session=12&from=60&to=120&definition=sentiment&person=3&group=1

Anybody can type an address, so nothing in it is believed: what cannot be used becomes a sentence.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dashboard.links import DEFINITION, FROM, GROUP, PERSON, TO, whole_number
from dashboard.wording import clock, escaped
from model.engagement.definitions import DEFINITIONS

SECOND_MS = 1000
MOMENT = "moment"
"""What the address calls the moment whose reason is open."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. `end_ms` None: to the end. `definition` None: the one kept with the session.
    `person` None: everybody. `forced`: no more than the group may be seen, whatever the address says.
    `troubles`: a Markdown sentence for each part that cannot be used."""

    start_ms: int = 0
    end_ms: int | None = None
    definition: str | None = None
    person: int | None = None
    group_only: bool = False
    forced: bool = False
    troubles: tuple[str, ...] = field(default=())


def asked_of(
    query: Mapping[str, str], duration_ms: int, people: Collection[int], *, forced: bool = False
) -> Asked:
    """What `query` asks of a session of `duration_ms` in which `people` may be shown, none if `forced`."""
    people = () if forced else people
    start_ms, end_ms, spans = _range(query, duration_ms)
    definition, unknown = _definition(query.get(DEFINITION))
    person, nobody = _person(query.get(PERSON), people)
    group_only = forced or query.get(GROUP) == "1"
    return Asked(start_ms, end_ms, definition, person, group_only, forced, (*spans, *unknown, *nobody))


def range_query(start_ms: int, end_ms: int | None) -> dict[str, str]:
    """A range as an address writes it, in whole seconds that hold all of it; nothing for all of a session."""
    told = {FROM: str(start_ms // SECOND_MS)} if start_ms >= SECOND_MS else {}
    return told if end_ms is None else told | {TO: str(-(-end_ms // SECOND_MS))}


def _range(query: Mapping[str, str], duration_ms: int) -> tuple[int, int | None, list[str]]:
    first, no_start = _seconds(query, FROM)
    last, no_end = _seconds(query, TO)
    troubles = [*no_start, *no_end]
    start_ms = (first or 0) * SECOND_MS
    end_ms = None if last is None or last * SECOND_MS >= duration_ms else last * SECOND_MS
    if (not start_ms and end_ms != 0) or start_ms < (duration_ms if end_ms is None else end_ms):
        return start_ms, end_ms, troubles
    until = "" if last is None else f" to {clock(last)}"
    lasts = clock(duration_ms / SECOND_MS)
    sentence = (
        f"The address asks for the time from {clock(first or 0)}{until}, and this session lasts {lasts}."
    )
    return 0, None, [*troubles, f"{sentence} All of it is shown."]


def _seconds(query: Mapping[str, str], name: str) -> tuple[int | None, list[str]]:
    text = query.get(name)
    number = None if text is None else whole_number(text)
    if text is None or number is not None:
        return number, []
    return None, [
        f"The address says “{name}={escaped(text[:40])}”, where whole seconds from the start are "
        f"wanted, as in {name}=60. It is left out."
    ]


def _definition(name: str | None) -> tuple[str | None, list[str]]:
    if name is None or name in DEFINITIONS:
        return name, []
    return None, [
        f"The address asks for the definition “{escaped(name[:40])}”, which is not one of "
        f"{escaped(', '.join(DEFINITIONS))}. The one kept with the session is shown."
    ]


def _person(text: str | None, people: Collection[int]) -> tuple[int | None, list[str]]:
    if text is None:
        return None, []
    number = whole_number(text)
    if number in people:
        return number, []
    return None, [
        f"The address asks for person “{escaped(text[:40])}”, who is not in this session: merged, left "
        "out, forgotten, or never there. Everybody is shown."
    ]
