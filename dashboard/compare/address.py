"""What a comparison is of, as the address says it: sessions, or the people or ranges of one session.

    /compare?sessions=3,5,8    /compare?sessions=3&people=1,2    /compare?sessions=3&ranges=0-600,600-1200

Nothing in an address is believed; what cannot be used becomes a Markdown sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from dashboard.consent import PRESENCE_ONLY
from dashboard.links import whole_number
from dashboard.wording import clock, escaped, session_title
from db.reports import SessionSummary

SESSIONS, PEOPLE, RANGES = "sessions", "people", "ranges"
LEAST, MOST = 2, 10
LONGEST_SHOWN = 40
Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Numbers as an address names them, each once, MOST at most; `ranges` in ms."""

    sessions: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    troubles: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Item:
    """One side of a comparison. `end_ms` None: to the session's end. `person` None: the group."""

    session: SessionSummary
    name: str
    start_ms: int = 0
    end_ms: int | None = None
    person: int | None = None


def wanted_of(query: Mapping[str, str]) -> Wanted:
    """What `query` asks for, and a sentence for each part that cannot be used."""
    troubles: list[str] = []
    sessions = _distinct(_numbers(query, SESSIONS, troubles), "session", troubles)
    people = _distinct(_numbers(query, PEOPLE, troubles), "person", troubles)
    ranges = _distinct(_spans(query, troubles), "range", troubles)
    if len(sessions) > 1 and (people or ranges):
        troubles.append("People and ranges are compared within one session; with several they are left out.")
        people, ranges = [], []
    if people and ranges:
        troubles.append("The address names people and ranges; the people are compared.")
        ranges = []
    return Wanted(tuple(sessions), tuple(people), tuple(ranges), tuple(troubles))


def query_of(wanted: Wanted) -> dict[str, str]:
    """`wanted` as an address writes it."""
    told = {
        SESSIONS: ",".join(map(str, wanted.sessions)),
        PEOPLE: ",".join(map(str, wanted.people)),
        RANGES: ",".join(f"{start // 1000}-{-(-end // 1000)}" for start, end in wanted.ranges),
    }
    return {name: text for name, text in told.items() if text}


def items_of(
    wanted: Wanted, found: Sequence[SessionSummary], names: Mapping[int, str]
) -> tuple[list[Item], list[str]]:
    """The sides to compare among the sessions that were `found`, and sentences about those left out.

    `names`: who may be shown of the one session whose people are compared.
    """
    if len(found) == 1 and wanted.people:
        known = [one for one in wanted.people if one in names]
        gone = [
            f"There is no person {one} in this session: merged, left out or forgotten."
            for one in wanted.people
            if one not in names
        ]
        return [Item(found[0], names[one], person=one) for one in known], gone
    if len(found) == 1 and wanted.ranges:
        return _ranges(found[0], wanted.ranges)
    kept, troubles = comparable(found)
    return _distinguished([Item(one, session_title(one)) for one in kept]), troubles


def comparable(sessions: Sequence[SessionSummary]) -> tuple[list[SessionSummary], list[str]]:
    """The sessions whose figures mean the same, and sentences: who is left out, and what differs."""
    troubles = []
    kept = [one for one in sessions if one.model_name != PRESENCE_ONLY]
    if len(kept) < len(sessions):
        troubles.append(f"{_named(sessions, kept)} counted presence only: nothing was scored to compare.")
    real = [one for one in kept if not one.is_demo]
    if real and len(real) < len(kept):
        troubles.append(
            f"{_named(kept, real)} is a demo, made by code, and left out: demos are compared with demos only."
        )
        kept = real
    if len({one.model_sha256 for one in kept}) > 1:
        networks = ", ".join(sorted({escaped(one.model_name) for one in kept}))
        troubles.append(
            f"These sessions were scored by different networks ({networks}, or versions of one). A "
            "difference between them may be the network's."
        )
    if len(ways := {one.own_neutral for one in kept}) > 1 and True in ways:
        troubles.append(
            "Some of these sessions read scores against each one's resting face and others do not. A "
            "difference between them may come from that."
        )
    if len({one.analysis_hz for one in kept}) > 1:
        rates = ", ".join(f"{hz:g}" for hz in sorted({one.analysis_hz for one in kept}))
        troubles.append(
            f"These sessions were analysed at different rates ({rates} Hz). Means compare; blinks, nods and "
            "short changes do not."
        )
    return kept, troubles


def _named(everybody: Sequence[SessionSummary], kept: Sequence[SessionSummary]) -> str:
    titles = [f"“{escaped(session_title(one))}”" for one in everybody if one not in kept]
    return " and ".join(titles)


def _distinguished(items: Sequence[Item]) -> list[Item]:
    """Two of one title carry their numbers."""
    titles = [item.name for item in items]
    return [
        replace(item, name=f"{item.name} (#{item.session.id})") if titles.count(item.name) > 1 else item
        for item in items
    ]


def _ranges(session: SessionSummary, ranges: Sequence[tuple[int, int]]) -> tuple[list[Item], list[str]]:
    items, troubles = [], []
    for start_ms, end_ms in ranges:
        name = f"{clock(start_ms / 1000)} to {clock(end_ms / 1000)}"
        if start_ms >= session.duration_ms:
            lasts = clock(session.duration_ms / 1000)
            troubles.append(f"The range {name} begins after the session's end at {lasts}. It is left out.")
        else:
            end = None if end_ms >= session.duration_ms else end_ms
            items.append(Item(session, name, start_ms, end))
    return items, troubles


def _numbers(query: Mapping[str, str], name: str, troubles: list[str]) -> list[int]:
    return [number for text in _parts(query, name) if (number := _number(text, name, troubles)) is not None]


def _number(text: str, name: str, troubles: list[str]) -> int | None:
    number = whole_number(text)
    if number is None:
        shown = escaped(text[:LONGEST_SHOWN])
        troubles.append(f"“{shown}” is no number; wanted is {name}=3,5,8. It is left out.")
    return number


def _spans(query: Mapping[str, str], troubles: list[str]) -> list[tuple[int, int]]:
    spans = []
    for text in _parts(query, RANGES):
        first, _, last = text.partition("-")
        start_s, end_s = whole_number(first), whole_number(last)
        if start_s is None or end_s is None or start_s >= end_s:
            shown = escaped(text[:LONGEST_SHOWN])
            troubles.append(f"“{shown}” is no range; wanted are seconds as in 0-600. It is left out.")
        else:
            spans.append((start_s * 1000, end_s * 1000))
    return spans


def _parts(query: Mapping[str, str], name: str) -> list[str]:
    return [text.strip() for text in query.get(name, "").split(",") if text.strip()][: 10 * MOST]


def _distinct(found: Sequence[Named], what: str, troubles: list[str]) -> list[Named]:
    once = list(dict.fromkeys(found))
    if len(once) < len(found):
        troubles.append(f"Compared with itself a {what} shows no difference: each is taken once.")
    if len(once) > MOST:
        troubles.append(
            f"{len(once)} are named; at most {MOST} can be told apart. The first {MOST} are shown."
        )
    return once[:MOST]
