"""Moments in words, the same wherever they are told: on the report, its summary, in a mail."""

from collections import Counter

import numpy as np

from dashboard.palette import BAND_LABELS, KEYS
from dashboard.stored.answer import Answer
from dashboard.stored.bridge import Bridge, Part
from dashboard.stored.moments import Kind, Moment, leading_codes
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.report import SessionReport
from dashboard.wording import clock, duration, label
from model.engagement.concentration import band_of
from model.engagement.explanation import GAZE_WORDS
from model.engagement.groups import GAZE_STATES
from model.observations import GazeState

MOST_SENTENCES, MOST_REASONS = 3, 2
SAME = 0.5
"""A smaller difference to the usual, in points, is told as none."""
WORTH_TELLING = 0.25
"""Of the whole change: a smaller part is no reason to name."""
NUMBERS = [
    "nobody",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
DID = {
    GazeState.LOOKING: "looked at the screen",
    GazeState.AWAY: "looked away",
    GazeState.HALF_CLOSED: "had their eyes half closed",
    GazeState.CLOSED: "had their eyes closed",
}
LASTED = {Kind.AWAY: "looked away", Kind.BELOW: "below the own mean"}


def first_told(answer: Answer) -> list[Moment]:
    """The moments to tell first: the lowest, a fall that did not lead there, the highest, who was away."""
    falls, low = answer.of(Kind.FALL)[:1], answer.of(Kind.LOWEST)
    others = [one for one in falls if not _leads_to(one, low)]
    chosen = [*low, *others, *answer.of(Kind.HIGHEST), *answer.of(Kind.AWAY)]
    return chosen[:MOST_SENTENCES]


def told(answer: Answer, one: Moment) -> str:
    """A moment in words: "08:54 lowest (22 %): five of six looked away"."""
    at = clock(one.start_ms / 1000)
    if one.kind in (Kind.LOWEST, Kind.HIGHEST):
        value = answer.report.reading.told(answer.value_of(one))
        reason = reason_of(answer, one)
        return f"{at} {one.kind} ({value}){_after_fall(answer, one)}{f': {reason}' if reason else ''}"
    who = whose(answer, one)
    if one.points is not None:
        verb = "fell" if one.kind is Kind.FALL else "rose"
        value = answer.report.reading.told(answer.value_of(one))
        return f"{at} {who} {verb} by {one.points:.0f} points in {duration(one.length_ms)}, to {value}"
    if one.kind is Kind.ANY:
        return f"{at} {who}: {answer.report.reading.told(answer.value_of(one))}"
    what = LASTED.get(one.kind) or f"{label(one.key).lower()} led"
    return f"{at} {who}: {what} for {duration(one.length_ms)}"


def words_of(report: SessionReport, less_usual: float | None) -> str:
    """The word and the comparison behind the number: "high, 4 above this course's usual"."""
    words = [word] if (word := band_word(report)) else []
    if less_usual is not None:
        if abs(less_usual) < SAME:
            words.append("as usual in this course")
        else:
            side = "above" if less_usual > 0 else "below"
            words.append(f"{abs(less_usual):.0f} {side} this course's usual")
    return ", ".join(words)


def band_word(report: SessionReport) -> str:
    """How high the value is, in a word; empty where the definition's source names no ranges."""
    mean = report.headline.engagement
    if mean is None or not report.reading.banded:
        return ""
    return BAND_LABELS[band_of(mean)].lower()


def whose(answer: Answer, one: Moment) -> str:
    """Who a moment is about."""
    return "The group" if one.person is None else answer.report.names.get(one.person, f"P{one.person}")


def bridge_sentence(answer: Answer, found: Bridge) -> str:
    """What led from the usual value to this one, the largest first."""
    reading = answer.report.reading
    way = f"From the usual {reading.told(found.usual)} to {reading.told(found.value)}"
    named = [part for part in found.parts if _tells(part, found)][:MOST_REASONS]
    if not named:
        return f"{way}: nothing stands out."
    parts = ", then ".join(f"{part_name(part).lower()} ({change_told(answer, part)})" for part in named)
    return f"{way}: mostly {parts}."


def part_name(part: Part) -> str:
    """A part in words: Sad, Looking away, Less looking away."""
    if part.is_gaze:
        words = GAZE_WORDS[GazeState(part.key)]
        return f"{words[:1].upper()}{words[1:]}{' less' if part.change > 0 else ''}"
    return label(part.key) if part.key in KEYS else part.key.replace("_", " ").capitalize()


def change_told(answer: Answer, part: Part) -> str:
    """By how much a part changed the value: -27."""
    return f"{part.change:+.{answer.report.reading.digits}f}".replace("-", "\N{MINUS SIGN}")


def reason_of(answer: Answer, one: Moment) -> str:
    """Who did what, of the largest parts that led to a moment of the group; empty if nothing stands out."""
    found = answer.why(one)
    if found is None:
        return ""
    steps = answer.levels.between(*one.stretch)
    reasons = (_did(part, steps) for part in found.parts if _tells(part, found))
    return ", ".join([reason for reason in reasons if reason][:MOST_REASONS])


def _tells(part: Part, found: Bridge) -> bool:
    """It goes the way of the whole change, and far enough."""
    return part.change * found.change > 0 and abs(part.change) >= WORTH_TELLING * abs(found.change)


def _did(part: Part, steps: PersonSteps) -> str:
    if part.is_gaze:
        counts, people = _gazes(steps)
        state = GazeState(part.key) if part.change < 0 else GazeState.LOOKING
        return f"{_of(counts[state], people)} {DID[state]}" if state in DID and counts[state] else ""
    codes = leading_codes(steps)
    leaders = [KEYS[code] for code in codes[codes >= 0].tolist()]
    count = leaders.count(part.key)
    return f"{_of(count, len(leaders))} mostly {label(part.key).lower()}" if count else ""


def _gazes(steps: PersonSteps) -> tuple[Counter[GazeState], int]:
    """How many people were mostly in each state of gaze, and how many there were."""
    p = len(steps.people)
    table = np.zeros((p, len(GAZE_STATES)))
    np.add.at(table, (steps.column, steps.groups.gaze_state), steps.groups.counts)
    seen = table[table.sum(axis=1) > 0]
    return Counter(GAZE_STATES[code] for code in seen.argmax(axis=1).tolist()), len(seen)


def _of(count: int, people: int) -> str:
    if count == people:
        return "everybody" if people > 1 else "the one person"
    return f"{_number(count)} of {_number(people)}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def _leads_to(fall: Moment, lowest: list[Moment]) -> bool:
    return any(fall.at_ms == one.at_ms for one in lowest)


def _after_fall(answer: Answer, one: Moment) -> str:
    fall = next((each for each in answer.falls if _leads_to(each, [one])), None)
    return "" if fall is None or one.kind is not Kind.LOWEST else f" after a fall of {fall.points:.0f} points"
