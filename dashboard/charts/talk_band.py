"""Talk and silence as a band at the foot of a chart over time."""

from collections.abc import Sequence
from typing import Any

from dashboard.charts.look import say, stretch
from dashboard.palette import QUIET, VOICE, faded
from dashboard.wording import percent
from model.behaviour.talk import Talk, share_of_voice

THICK = 0.045
"""Of the plot's height."""
BRIEF_SHARE = 1 / 1_000
"""Of the time shown: what is briefer is not drawn, and neighbours then become one."""


def with_talk(figure: Any, talk: Sequence[Talk], start_ms: int, end_ms: int) -> Any:
    """`figure`, whose time axis shows start_ms..end_ms, with a band: full while a voice was heard, faint
    while none was, and nothing where nobody listened. Says what it is where any of it is seen."""
    seen = [one for one in talk if one.start_ms < end_ms and one.end_ms > start_ms]
    for start, end in joined([(one.start_ms, one.end_ms) for one in seen], start_ms, end_ms):
        figure.add_shape(stretch(start, end, faded(QUIET, 0.25), THICK))
    for start, end in joined([(one.start_ms, one.end_ms) for one in seen if one.voice], start_ms, end_ms):
        figure.add_shape(stretch(start, end, VOICE, THICK))
    if seen:
        say(figure, "Voice", 1, THICK, xanchor="right", yanchor="bottom", font={"size": 11})
    return figure


def talk_told(talk: Sequence[Talk]) -> str:
    """In a sentence; "" where nobody listened."""
    share = share_of_voice(talk)
    return "" if share is None else f"A voice was heard {percent(share)} of the time."


def joined(stretches: Sequence[tuple[int, int]], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """`stretches`, in order of time, within start_ms..end_ms; those closer than can be seen are one."""
    brief_ms = (end_ms - start_ms) * BRIEF_SHARE
    found: list[tuple[int, int]] = []
    for start, end in stretches:
        begin, last = max(start, start_ms), min(end, end_ms)
        if found and begin - found[-1][1] <= brief_ms:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((begin, last))
    return found
