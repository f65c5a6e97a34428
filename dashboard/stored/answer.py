"""What a report answers first: the moments of its line, found once for every place that tells them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from dashboard.stored import moments
from dashboard.stored.bridge import Bridge, Makeup, bridge, makeup_of_group, makeup_of_person
from dashboard.stored.levels import Levels, percent_of, read_levels
from dashboard.stored.moments import KEPT, Kind, Moment
from dashboard.stored.person_steps import PersonSteps
from dashboard.stored.report import SessionReport
from model.behaviour.falls import STEP_MS
from model.engagement.groups import Doubles

Table = TypeVar("Table", moments.Held, moments.Codes)


@dataclass(frozen=True, eq=False)
class Answer:
    """`moments`: at most KEPT of each kind, the largest first; `falls`: every fall of the group."""

    report: SessionReport
    levels: Levels
    falls: tuple[Moment, ...]
    moments: tuple[Moment, ...]

    def of(self, kind: Kind) -> list[Moment]:
        return [one for one in self.moments if one.kind is kind]

    def named(self, name: str | None) -> Moment | None:
        """The moment that an address names: one of those found, or any step, as in at-520."""
        known = {one.name: one for one in [*self.moments, *self.falls]}
        return known.get(name or "") or self._any(name or "")

    def value_of(self, one: Moment) -> float | None:
        """The mean of the line in what of a moment is explained, in the definition's unit."""
        made = self._makeup(one)
        return None if made is None else made.value

    def why(self, one: Moment) -> Bridge | None:
        """From the usual value of the time shown to that of the moment; None where either is unknown."""
        usual, made = self._usual(one.person), self._makeup(one)
        return None if usual is None or made is None else bridge(usual, made)

    def at(self, start_ms: int, person: int | None = None) -> Moment:
        """One step as a moment."""
        return Moment(Kind.ANY, start_ms, start_ms + STEP_MS, start_ms, person)

    def _any(self, name: str) -> Moment | None:
        if not name.startswith(f"{Kind.ANY}-"):
            return None
        steps = [
            self.at(at_ms, who)
            for who in (None, *self.report.names)
            for at_ms in self.levels.steps.times_ms.tolist()
        ]
        return next((one for one in steps if one.name == name), None)

    def _usual(self, person: int | None) -> Makeup | None:
        report = self.report
        return _makeup(report, report.steps, person)

    def _makeup(self, one: Moment) -> Makeup | None:
        return _makeup(self.report, self.levels.between(*one.stretch), one.person)


def read_answer(report: SessionReport, person: int | None, min_group_size: int) -> Answer:
    """The moments of what `report` shows; those of `person` alone if one is chosen, beside the group's.

    Raises db.errors.DatabaseError.
    """
    levels = read_levels(report, min_group_size)
    falls = [one for one in _changes(report, levels, None) if one.kind is Kind.FALL]
    times, step_ms = report.timeline["time_ms"].to_numpy(dtype=np.int64), report.bucket_ms
    found = moments.extremes(levels.steps.times_ms, _shown(report, levels))
    found += _kept(_changes(report, levels, person))
    found += moments.stretches(Kind.AWAY, _away(report, person), times, step_ms)
    found += moments.led(_leads(report, person), times, step_ms)
    found += moments.stretches(Kind.BELOW, _below(report, person), times, step_ms)
    return Answer(report, levels, tuple(falls), tuple(found))


def _makeup(report: SessionReport, steps: PersonSteps, person: int | None) -> Makeup | None:
    reading = report.reading
    if person is None:
        return makeup_of_group(steps, reading.definition, reading.weights, report.least_people)
    return makeup_of_person(steps, reading.definition, reading.weights, person)


def _changes(report: SessionReport, levels: Levels, person: int | None) -> list[Moment]:
    line = percent_of(report, levels.of(person))
    found = moments.changes(levels.steps.times_ms, line, levels.limits, person)
    last_ms = report.span.end_ms
    return [one for one in found if one.start_ms >= report.view.start_ms and one.end_ms <= last_ms + STEP_MS]


def _kept(found: list[Moment]) -> list[Moment]:
    kinds = (Kind.FALL, Kind.RISE)
    return [one for kind in kinds for one in [each for each in found if each.kind is kind][:KEPT]]


def _shown(report: SessionReport, levels: Levels) -> Doubles:
    """The group's line, NaN outside of the time shown."""
    times = levels.steps.times_ms
    inside = (times >= report.view.start_ms) & (times < report.span.end_ms)
    return np.where(inside, levels.line, np.nan)


def _away(report: SessionReport, person: int | None) -> dict[int | None, moments.Held]:
    if report.view.group_only:
        return {None: (report.timeline["looking"] < moments.LOOKING_FROM).to_numpy()}
    return _only(moments.looking_away(report.looking_of), person)


def _below(report: SessionReport, person: int | None) -> dict[int | None, moments.Held]:
    if report.view.group_only:
        line = report.timeline["engagement"]
        return {None: (line < line.mean()).to_numpy()}
    return _only(moments.below_mean(report.engagement_of), person)


def _leads(report: SessionReport, person: int | None) -> dict[int | None, moments.Codes]:
    if report.view.group_only:
        enough = (report.timeline["people"] >= report.least_people).to_numpy()
        return {None: moments.group_codes(report.steps, enough)}
    codes = moments.leading_codes(report.steps)
    return _only({int(one): codes[:, place] for place, one in enumerate(report.steps.people)}, person)


def _only(table: Mapping[int | None, Table], person: int | None) -> dict[int | None, Table]:
    return {one: held for one, held in table.items() if person in (None, one)}
