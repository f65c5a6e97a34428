"""One row for each person: what they do now and their last minute. HTML that follows the page's theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan

from dashboard.palette import COLOURS, ENGAGEMENT_LINE, LABELS
from dashboard.running.figures import LiveFigures
from dashboard.running.people_now import PeopleNow, Seen
from dashboard.stored.enough import TOO_LITTLE
from dashboard.wording import NOTHING, PERCENT, person_name
from model.drawing.overlay import REASONS
from model.emotions import NOT_SURE
from model.observations import GazeState

SIGNS = {
    GazeState.LOOKING: ("\N{FISHEYE}", "Looking"),
    GazeState.AWAY: ("\N{RIGHTWARDS ARROW}", "Looking away"),
    GazeState.HALF_CLOSED: ("\N{CIRCLE WITH LOWER HALF BLACK}", "Eyes half closed"),
    GazeState.CLOSED: ("\N{EM DASH}", "Eyes closed"),
    GazeState.UNKNOWN: ("?", "Gaze unknown"),
}
AWAY_STEP_MS = 3_000
"""A list that is ordered by seconds would never stand still."""
BY_HEAD = {
    GazeState.LOOKING: ("\N{FISHEYE}", "Facing, eyes not read"),
    GazeState.AWAY: ("\N{RIGHTWARDS ARROW}", "Facing away, eyes not read"),
}
"""Where the head alone tells: the eyes are too small, or covered."""
STYLE = f"""<style>
.at-strips {{display:grid; gap:0 2rem; font-size:.9rem; line-height:1.3;
  grid-template-columns:repeat(auto-fill,minmax(min(100%,34rem),1fr))}}
.at-strip {{display:grid; align-items:center; gap:.15rem .75rem; padding:.1rem 0; min-height:1.9rem;
  border-bottom:1px solid rgba(128,138,150,.25);
  grid-template-columns:minmax(3.5rem,6.5rem) minmax(9rem,10rem) 1fr 3.4rem 5.5rem}}
.at-strip.gone {{color: light-dark(#626b76, #98a2ae)}}
.at-name {{font-weight:600; overflow:hidden; text-overflow:ellipsis; white-space:nowrap}}
.at-sign {{display:inline-block; width:1.2em; text-align:center; font-weight:700}}
.at-more {{font-weight:600; white-space:nowrap}}
.at-minute {{height:1.5rem; border-radius:3px; background:rgba(128,138,150,.14)}}
.at-minute i {{display:block; width:100%; height:100%; background:{ENGAGEMENT_LINE}}}
.at-value {{text-align:right; font-variant-numeric:tabular-nums}}
.at-value.little {{color: light-dark(#626b76, #98a2ae)}}
.at-dot {{display:inline-block; width:.7em; height:.7em; border-radius:50%; margin-right:.4em}}
@media (max-width:640px) {{
  .at-strip {{grid-template-columns:minmax(0,1fr) minmax(0,1.6fr) 3.2rem;
    grid-template-areas:"name state value" "lead minute minute"}}
  .at-name {{grid-area:name}} .at-state {{grid-area:state}} .at-minute {{grid-area:minute}}
  .at-value {{grid-area:value}} .at-lead {{grid-area:lead}}
}}
</style>"""


@dataclass(frozen=True, slots=True)
class Strip:
    """One person. `minute`: heights 0..1 of the last minute, None where not usable, on `base`."""

    name: str
    sign: str
    state: str
    here: bool
    speaking: bool
    attentive: bool
    leading: str | None
    value: str
    little: bool
    minute: tuple[float | None, ...]
    base: float = 0.0


def strips_of(now: PeopleNow, figures: LiveFigures | None) -> list[Strip]:
    """One for each person of the last minute who is not left out, longest away first, then by number; no
    `figures`: presence only."""
    latest: dict[int, Seen] = {}
    for seen in now.seen:
        person = now.person(seen)
        if person is None or person in now.who.excluded:
            continue
        if person not in latest or latest[person].offset_ms <= seen.offset_ms:
            latest[person] = seen
    away_s = {person: now.away_ms(seen) // AWAY_STEP_MS for person, seen in latest.items()}
    order = sorted(latest, key=lambda person: (-away_s[person], person))
    return [_strip(now, figures, person, latest[person]) for person in order]


def strips_html(strips: Sequence[Strip]) -> str:
    """The rows as one block, to be reached by keyboard, since it may scroll."""
    rows = "".join(map(_row, strips))
    return f'{STYLE}<div class="at-strips" role="list" aria-label="People" tabindex="0">{rows}</div>'


def _strip(now: PeopleNow, figures: LiveFigures | None, person: int, seen: Seen) -> Strip:
    gone_ms = now.offset_ms - seen.offset_ms
    here = now.is_here(seen)
    gone = "\N{WHITE CIRCLE}", f"Gone {gone_ms // 1000} s"
    sign, state = _state(now, seen, figures is not None) if here else gone
    minute, base = _heights(figures, person) if figures else ((), 0.0)
    key = (seen.leading or NOT_SURE) if here and seen.usable else None
    return Strip(
        name=person_name(now.who.name_of(person), person),
        sign=sign,
        state=state,
        here=here,
        speaking=here and seen.speaking,
        attentive=here and seen.track_id == now.attentive,
        leading=None if key is None else str(key),
        value=_value(figures, person) if figures else "",
        little=figures is not None and figures.too_little_of(person),
        minute=minute,
        base=base,
    )


def _state(now: PeopleNow, seen: Seen, measured: bool) -> tuple[str, str]:
    if seen.flags and not seen.usable:
        return "\N{CIRCLED DIVISION SLASH}", f"Not usable: {_reason(seen)}"
    signs = SIGNS if seen.eyes_read else SIGNS | BY_HEAD
    if not measured:
        return "\N{FISHEYE}", "In view"
    sign, state = signs[seen.gaze]
    long = seen.gaze is GazeState.AWAY and now.away_ms(seen) >= AWAY_STEP_MS
    return sign, f"{state} {now.away_ms(seen) // 1000} s" if long else state


def _reason(seen: Seen) -> str:
    return next((word for flag, word in REASONS.items() if flag in seen.flags), "unclear")


def _value(figures: LiveFigures, person: int) -> str:
    value = figures.value_of(person)
    if value is None:
        return NOTHING
    signed = "+" if figures.reading.limits[0] < 0 else ""
    if figures.reading.definition.high > 1:
        return f"{value:{signed}.0f}" + ("" if signed else PERCENT)
    return f"{value:{signed}.2f}"


def _heights(figures: LiveFigures, person: int) -> tuple[tuple[float | None, ...], float]:
    low, high = figures.reading.shown
    values = figures.last_minute(person).tolist()
    heights = [None if isnan(v) else min(max((v - low) / (high - low), 0.0), 1.0) for v in values]
    return tuple(heights), max(0.0, -low / (high - low))


def _row(strip: Strip) -> str:
    more = ["speaking"] * strip.speaking + ["most attentive"] * strip.attentive
    said = f' <span class="at-more">\N{MIDDLE DOT} {", ".join(more)}</span>' if more else ""
    gone = "" if strip.here else " gone"
    little = f' little" title="{TOO_LITTLE}' if strip.little and strip.value else ""
    return (
        f'<div class="at-strip{gone}" role="listitem"><span class="at-name">{escape(strip.name)}</span>'
        f'<span class="at-state"><span class="at-sign" aria-hidden="true">{strip.sign}</span> '
        f"{escape(strip.state)}{said}</span>{_minute(strip)}"
        f'<span class="at-value{little}">{strip.value}</span>'
        f'<span class="at-lead">{_lead(strip)}</span></div>'
    )


def _lead(strip: Strip) -> str:
    if strip.leading is None:
        return ""
    colour = COLOURS[strip.leading]
    return f'<span class="at-dot" style="background:{colour}"></span>{LABELS[strip.leading]}'


def _minute(strip: Strip) -> str:
    if not strip.minute:
        return "<span></span>"
    points = " ".join(_outline(strip.minute, strip.base))
    shape = f"clip-path:polygon({points.strip(',')})"
    return f'<span class="at-minute" role="img" aria-label="Last minute"><i style="{shape}"></i></span>'


def _outline(heights: Sequence[float | None], base: float) -> Iterable[str]:
    """The corners of a bar chart without gaps between bars, in percent from the top left."""
    step = 100 / len(heights)
    yield f"0% {100 - base * 100:.0f}%,"
    for i, height in enumerate(heights):
        y = 100 - 100 * (base if height is None else height)
        yield f"{i * step:.1f}% {y:.0f}%,{(i + 1) * step:.1f}% {y:.0f}%,"
    yield f"100% {100 - base * 100:.0f}%"
