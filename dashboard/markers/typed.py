"""The host's markers as typed and told: their times in words, and which lie in a range."""

import re
from collections.abc import Sequence

from dashboard.errors import DashboardError
from dashboard.wording import clock
from db.reports import Marker

LONGEST_LABEL, LONGEST_NOTE = 64, 500
TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.ASCII)


class MarkerTypedError(DashboardError):
    """What was typed cannot be a marker. Says what was wanted, what came and what to do."""


def parse_time(typed: str, longest_ms: int) -> int:
    """02:05 or 1:02:05 as milliseconds. Raises MarkerTypedError, also past `longest_ms`."""
    found = TIME.fullmatch(typed.strip())
    if not found or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
        raise MarkerTypedError(f"Wanted a time like 02:05 or 1:02:05, got {typed.strip()!r}.")
    at_ms = (int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])) * 1000
    if at_ms > longest_ms:
        raise MarkerTypedError(
            f"{clock(at_ms / 1000)} lies after the session's end at {clock(longest_ms / 1000)}. "
            "Type an earlier time."
        )
    return at_ms


def told_time(marker: Marker) -> str:
    """02:05, or 02:05 to 03:10."""
    begin = clock(marker.offset_ms / 1000)
    return begin if marker.end_ms is None else f"{begin} to {clock(marker.end_ms / 1000)}"


def within(markers: Sequence[Marker], start_ms: int, end_ms: int) -> list[Marker]:
    """The moments in [start_ms, end_ms), and the stretches that reach into it."""
    return [
        one
        for one in markers
        if one.offset_ms < end_ms and (one.offset_ms >= start_ms or (one.end_ms or 0) > start_ms)
    ]
