"""Which sums are stored of a session, and which stretches of a report they can answer.

Sums are kept in steps of STEPS_MS. A report takes the longest steps that fit its own and reads the
observations themselves only where no step fits: at the edges of its range, where somebody was split, and
after until_ms. Sums that lack are no error: everything is read then.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, select

from db.archive.rows import refuse_archived
from db.measures import Rows
from db.persons import Roster
from db.schema import tracklet
from db.sums_schema import frame_sum, gaze_sum, summed
from model.observations import GazeState

STEPS_MS = (1_000, 5_000, 60_000)
"""Each divides the next. A report of 600 points reads at most 6 steps for each of its own."""
CHUNK_MS = STEPS_MS[-1]

UNUSABLE = len(GazeState)
"""The `state` of observations that are not usable."""

EVERYTHING = 0
"""Kind of sums: over all observations by track, and all frames as they are stored. The kinds above it are
over the frames in which so many people were usable at once."""
WITHOUT_EXCLUDED = -1
"""Kind of frame sums: with the faces of those alone whom the host did not exclude."""


@dataclass(frozen=True, slots=True)
class Part:
    """[start_ms, end_ms), to be read from sums in steps of `step_ms`; 0: from the rows themselves."""

    step_ms: int
    start_ms: int
    end_ms: int | None


def depends_on(who: Roster, kind: int) -> str:
    """What sums of `kind` depend on beside the rows, as text: who is one person, who is left out."""
    if kind == EVERYTHING:
        return ""
    merged = sorted(
        (one.track_id, one.from_ms, one.until_ms, one.person)
        for one in who.tracklets
        if one.person != one.track_id and not one.forgotten
    )
    if not merged and not who.excluded:
        return ""
    return sha256(repr((merged, sorted(who.excluded))).encode()).hexdigest()


def summed_until(connection: Connection, session_id: int, kind: int, who: Roster) -> int:
    """Before which time the sums of `kind` hold everything; 0 where there are none."""
    query = select(summed.c.until_ms).where(
        summed.c.session_id == session_id, summed.c.kind == kind, summed.c.who == depends_on(who, kind)
    )
    return connection.execute(query).scalar() or 0


def parts_of(
    connection: Connection,
    session_id: int,
    who: Roster,
    span: tuple[int, int | None],
    *,
    kind: int = EVERYTHING,
    bucket_ms: int = 0,
    cuts: Collection[int] = (),
) -> list[Part]:
    """How to read the range `span` in steps of `bucket_ms` (0: as one), in time order; never without a part.

    No step of a sum crosses one of `cuts` (times in ms). Raises ArchivedError where rows are needed that lie
    in the archive.
    """
    start_ms, end_ms = max(span[0], 0), span[1]
    steps = [step for step in STEPS_MS if bucket_ms % step == 0]
    until_ms = summed_until(connection, session_id, kind, who) if steps else 0
    last_ms = until_ms if end_ms is None else min(end_ms, until_ms)
    edges = sorted({start_ms, last_ms, *(cut for cut in cuts if start_ms < cut < last_ms)})
    parts = [part for piece in pairwise(edges) for part in _steps_in(*piece, steps[::-1])]
    if last_ms <= start_ms:
        parts = [Part(0, start_ms, end_ms)]
    elif last_ms != end_ms:
        parts.append(Part(0, last_ms, end_ms))
    if of_rows := next((part for part in parts if not part.step_ms), None):
        refuse_archived(connection, session_id, of_rows.start_ms)
    return parts


def _steps_in(start_ms: int, end_ms: int, steps: Sequence[int]) -> Iterator[Part]:
    """[start_ms, end_ms) in the longest of `steps` (descending) that fit, rows themselves at the edges."""
    if start_ms >= end_ms:
        return
    if not steps:
        yield Part(0, start_ms, end_ms)
        return
    step = steps[0]
    first, last = -(-start_ms // step) * step, end_ms // step * step
    if first >= last:
        yield from _steps_in(start_ms, end_ms, steps[1:])
        return
    yield from _steps_in(start_ms, first, steps[1:])
    yield Part(step, first, last)
    yield from _steps_in(last, end_ms, steps[1:])


def cuts_of(who: Roster) -> set[int]:
    """The times at which a track becomes another person's."""
    return {one.from_ms for one in who.tracklets if one.from_ms > 0}


def stored_in(table: Table, session_id: int, kind: int, part: Part) -> ColumnElement[bool]:
    """The rows of `table`, one of the two of sums, in `part`."""
    assert part.end_ms is not None
    steps = table.c.step.between(part.start_ms // part.step_ms, part.end_ms // part.step_ms - 1)
    return and_(
        table.c.session_id == session_id, table.c.kind == kind, table.c.step_ms == part.step_ms, steps
    )


def owned(who: Roster, session_id: int, kind: int, part: Part, *, include_excluded: bool = False) -> Rows:
    """The gaze sums of `part` with whose they are; no step of it may cross a cut of `who`."""
    stored = stored_in(gaze_sum, session_id, kind, part)
    rows = Rows(gaze_sum, gaze_sum.c.track_id, stored)
    if who.merged:
        at_ms = gaze_sum.c.step * gaze_sum.c.step_ms
        theirs = and_(
            tracklet.c.session_id == gaze_sum.c.session_id,
            tracklet.c.track_id == gaze_sum.c.track_id,
            tracklet.c.from_ms <= at_ms,
            tracklet.c.until_ms > at_ms,
            tracklet.c.person != tracklet.c.track_id,
        )
        person = func.coalesce(tracklet.c.person, gaze_sum.c.track_id)
        rows = Rows(gaze_sum.outerjoin(tracklet, theirs), person, stored)
    return rows if include_excluded else rows.without(who.excluded)


def added(a: Any, b: Any) -> Any:
    """Their sum as SQL has it: NULL counts as nothing."""
    return b if a is None else a if b is None else a + b


def folded(
    found: Sequence[Sequence[Sequence[Any]]], keys: int, how: Callable[[int, Any, Any], Any] | None = None
) -> list[Sequence[Any]]:
    """The rows of several parts as if they had been read as one: those with the same first `keys` columns
    become one, in order of these, in which each part is. Columns are added, or put together by
    how(column, one, other)."""

    def key(row: Sequence[Any]) -> tuple[int, ...]:
        return _none_first(row[:keys])

    rows: list[Sequence[Any]] = []
    for part in filter(None, found):
        # Parts follow in time, so that mostly no more than their edges meet.
        begins = bisect_left(rows, key(part[0]), key=key)
        meets = bisect_right(part, key(rows[-1]), key=key) if begins < len(rows) else 0
        same = {key(row): row for row in rows[begins:]}
        for row in part[:meets]:
            known = same.get(key(row))
            same[key(row)] = row if known is None else _joined(known, row, keys, how)
        rows[begins:] = [same[one] for one in sorted(same)]
        rows += part[meets:]
    return rows


def _none_first(key: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(-1 if part is None else part for part in key)


def _joined(
    one: Sequence[Any], other: Sequence[Any], keys: int, how: Callable[[int, Any, Any], Any] | None
) -> tuple[Any, ...]:
    rest = [
        added(a, b) if how is None else how(column, a, b)
        for column, (a, b) in enumerate(zip(one[keys:], other[keys:], strict=True))
    ]
    return (*one[:keys], *rest)


def outdate(connection: Connection, session_id: int, from_ms: int = 0) -> None:
    """Throw the session's sums away if they hold anything of `from_ms` or later. To be called in the
    transaction that changes observations, after it has changed the session's own row."""
    if connection.execute(_STALE, {"number": session_id, "from_ms": from_ms}).rowcount:
        for table in (summed, gaze_sum, frame_sum):
            connection.execute(delete(table).where(table.c.session_id == session_id))


_STALE = delete(summed).where(
    summed.c.session_id == bindparam("number"), summed.c.until_ms > bindparam("from_ms")
)
