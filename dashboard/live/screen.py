"""How the one screen of a running session looks: fixed heights, so that nothing below moves when something
is told above. HTML and CSS that follow the page's theme."""

from html import escape

from dashboard.palette import BAND_LABELS, BANDS, PAGE_DARK, PAGE_LIGHT
from dashboard.running.figures import LiveFigures
from dashboard.running.status import LiveStatus
from dashboard.running.trend import Trend
from dashboard.stored.enough import TOO_LITTLE
from dashboard.stored.report import SessionReport
from dashboard.wording import NOTHING, clock
from model.engagement.concentration import band_of

ARROWS = {Trend.RISING: "\N{NORTH EAST ARROW}", Trend.STEADY: "\N{RIGHTWARDS ARROW}"}
ARROWS |= {Trend.FALLING: "\N{SOUTH EAST ARROW}", Trend.UNKNOWN: ""}
ENOUGH_HZ = 3.0
"""Looks a second: nods take so many, and gaze and expressions are calm with them."""
SETTLED_S = 5.0
"""Rates are told of so long; before, they would be of the beginning alone."""

LOOKS = """<style>
.stMainBlockContainer {padding-bottom: .5rem !important}
.st-key-stage, .st-key-stage [data-testid=stVerticalBlock] {gap: .35rem}
.st-key-live-bar-now {min-height: 2.6rem}
.lv-bar {display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; align-items: baseline; line-height: 1.4;
  font-variant-numeric: tabular-nums}
.lv-bar h1 {font-size: 1.3rem; line-height: 1.3; margin: 0; padding: 0; max-width: 32rem; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap}
.st-key-live-notice {height: 2.5rem !important; min-height: 2.5rem; flex: none; overflow: visible;
  z-index: 30}
.st-key-live-notice [data-testid=stAlert] {background: light-dark(PAGE_LIGHT, PAGE_DARK);
  border-radius: .5rem}
.st-key-live-notice [data-testid=stAlertContainer] {padding: .4rem .75rem; min-height: 0}
.st-key-live-notice p {line-height: 1.5}
.st-key-live-panels > * {flex: none !important; width: auto !important}
.st-key-live-stop button {background: #b42318; border-color: #b42318; color: #fff; font-weight: 700}
.st-key-live-stop button:hover, .st-key-live-stop button:focus-visible {background: #912018; color: #fff}
.lv-now {height: 6rem; overflow: hidden; line-height: 1.25}
.lv-about {font-size: .9rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis}
.lv-figure {display: flex; align-items: baseline; gap: .9rem; white-space: nowrap}
.lv-value {font-size: 3.2rem; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums}
.lv-word {font-size: 1.35rem; font-weight: 600}
.lv-minute {font-size: .9rem}
.lv-now.little .lv-value {color: light-dark(#626b76, #98a2ae)}
.st-key-live-who {height: 12rem !important; flex: none; overflow-y: auto}
.st-key-live-who-head {min-height: 2rem}
.st-key-live-open a {background: #0b6580; border-radius: .5rem; padding: .35rem 1rem}
.st-key-live-open a:hover, .st-key-live-open a:focus-visible {background: #084d62}
.st-key-live-open a * {color: #fff !important; font-weight: 600}
.lv-sketch {position: relative; height: 7rem; max-width: 100%; margin-bottom: .5rem; border-radius: 4px;
  background: rgba(128,138,150,.18)}
.lv-sketch span {position: absolute; border: 2px solid currentColor; border-radius: 5px; display: grid;
  place-items: center; font-size: .85rem; font-weight: 600; white-space: nowrap}
@media (max-width: 640px) {
  .st-key-stage [data-testid=stHorizontalBlock] > :nth-child(2) {order: -1}
  .st-key-stage .st-key-live-bar-now > *, .st-key-live-who-head > * {order: 0 !important}
  .st-key-live-who {height: 9rem !important}
  .st-key-live-notice {height: auto !important; min-height: 3.6rem}
}
</style>""".replace("PAGE_LIGHT", PAGE_LIGHT).replace("PAGE_DARK", PAGE_DARK)
AMBER = "background: #8a5300; border-color: #8a5300; color: #fff"
CHIP = {slow: f"<style>.st-key-live-machine button {{{AMBER * slow}}}</style>" for slow in (False, True)}
"""By whether it is slow; always drawn, since what is drawn no more goes away late."""


def bar_html(title: str, status: LiveStatus, *, waiting: bool) -> str:
    """Title, red dot, time and people. `waiting`: the source was lost."""
    dot = f'<i class="at-rec{" waiting" * waiting}"></i>'
    people = status.people.in_view_told
    return (
        f'<div class="lv-bar" role="group" aria-label="Live session"><h1>{escape(title)}</h1>'
        f"<b>{dot}Live {clock(status.elapsed_s)}</b><span>{people}</span></div>"
    )


def is_slow(status: LiveStatus) -> bool:
    """The machine looks too rarely for what is told; a rate that was asked for is never too slow."""
    settled = status.elapsed_s > SETTLED_S and status.analysed > 0
    return settled and status.analysed_hz < min(ENOUGH_HZ, 0.8 * status.wanted_hz)


def machine_word(status: LiveStatus) -> str:
    """Whether the machine keeps up, in words."""
    if is_slow(status):
        return f"{status.analysed_hz:.1f} looks a second: too slow"
    return "Keeps up"


def number_html(figures: LiveFigures) -> str:
    """The group's value as the one large number, with a word and an arrow; grey where it is too little."""
    reading, trend = figures.reading, figures.trend
    change = f", {reading.neutral}" if reading.is_change else ""
    about = f"{escape(reading.definition.plain)}{change}, last 10 s"
    term = f'<div class="lv-about" title="{escape(reading.definition.title)}">'
    told = reading.told(figures.now, signed=reading.is_change)
    minute = reading.told(figures.minute, signed=reading.is_change)
    if figures.too_little:
        word, said, small = TOO_LITTLE, "", "A figure needs 30 usable seconds and a tenth of the time."
    else:
        word, said = _word(figures), ARROWS[trend]
        small = f"{minute} over the last minute" + f", {trend.lower()}" * (trend is not Trend.UNKNOWN)
    little = " little" * figures.too_little
    return (
        f'<div class="lv-now{little}" role="group" aria-label="Now">{term}{about}</div>'
        f'<div class="lv-figure"><span class="lv-value">{told}</span><span class="lv-word">{word} '
        f'<span aria-hidden="true">{said}</span></span></div>'
        f'<div class="lv-minute">{escape(small)}</div></div>'
    )


def presence_html(status: LiveStatus) -> str:
    """How many are in view, as the one large number of a session that scores nobody."""
    return (
        '<div class="lv-now" role="group" aria-label="Now"><div class="lv-about">In view now</div>'
        f'<div class="lv-figure"><span class="lv-value">{status.people.in_view}</span></div></div>'
    )


def _word(figures: LiveFigures) -> str:
    if figures.now is None or not figures.reading.banded:
        return "" if figures.now is not None else NOTHING
    band = band_of(figures.now)
    return f'<span style="border-bottom:3px solid {BANDS[band]}">{BAND_LABELS[band]}</span>'


def answer_html(report: SessionReport) -> str:
    """The one number of a session that is over, with its word; people where only presence was counted."""
    if report.presence_only:
        return _answer(str(report.headline.people), "People seen", "", little=False)
    reading, value = report.reading, report.headline.engagement
    word = BAND_LABELS[band_of(value)] if value is not None and reading.banded else ""
    about = f"{reading.definition.plain}, mean of the session"
    return _answer(reading.told(value), about, TOO_LITTLE if report.too_little else word, report.too_little)


def _answer(value: str, about: str, word: str, little: bool) -> str:
    return (
        f'<div class="lv-now{" little" * little}" role="group" aria-label="The session">'
        f'<div class="lv-about">{escape(about)}</div><div class="lv-figure">'
        f'<span class="lv-value">{escape(value)}</span><span class="lv-word">{word}</span></div></div>'
    )
