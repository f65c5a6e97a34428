"""Which sessions are past their time, and which of them may go without a word: the clock may be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

A_DAYS_WORTH = timedelta(days=1, hours=1)
"""What ended within so long of one another becomes due between two daily looks."""


@dataclass(frozen=True, slots=True)
class Due:
    """Sessions past their time: those that may be deleted now, and those for which somebody is warned first.
    `doubtful`: by this clock nothing at all would be left, so that it may well be wrong."""

    now: tuple[int, ...] = ()
    later: tuple[int, ...] = ()
    newest: datetime | None = None
    doubtful: bool = False


def due(
    kept_since: Mapping[int, datetime],
    newest: datetime | None,
    keep: timedelta,
    now: datetime,
    watched: timedelta,
) -> Due:
    """What is due at `now` (aware UTC). `newest`: the latest instant that is stored. `watched`: for how long
    this program has seen time pass, by a clock that nobody sets; so much since then is no wonder."""
    past = sorted((since, session) for session, since in kept_since.items() if since < now - keep)
    if not past or newest is None:
        return Due()
    if now - newest - watched > keep:
        return Due(later=tuple(session for _, session in past), newest=newest, doubtful=True)
    first = past[0][0] + A_DAYS_WORTH
    return Due(
        tuple(session for since, session in past if since <= first),
        tuple(session for since, session in past if since > first),
        newest,
    )
