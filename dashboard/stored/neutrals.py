"""What everybody's face shows at rest, read from the beginning of each one's presence in a session."""

from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy import Engine

from dashboard.reading import Neutral, Reading
from dashboard.stored.gazes import Gazes
from dashboard.stored.group_lines import NEUTRAL_SPAN_MS, NEUTRAL_STEP_MS, fixed_neutral
from dashboard.stored.instants import read_moving_shares
from dashboard.stored.person_steps import PersonSteps
from db import reports
from model.engagement.groups import Doubles


def own_neutrals(engine: Engine, session_id: int, reading: Reading, steps: PersonSteps) -> dict[int, Doubles]:
    """(8,) fixed neutral of engagement and the seven scores, by column of `steps`; none when not asked for.

    Whoever was hardly usable in their first minute has none.
    """
    if reading.neutral is not Neutral.FIXED:
        return {}
    seen = reports.participants(engine, session_id)
    first_ms = {person.person: person.first_ms for person in seen if person.person in steps.people}
    columns = {person: column for column, person in enumerate(steps.people.tolist())}
    neutrals = {}
    for start_ms, end_ms in _windows(sorted(first_ms.values())):
        early, table = _first_minute(engine, session_id, reading, start_ms, end_ms)
        for column, person in enumerate(early.people.tolist()):
            if start_ms <= first_ms.get(person, -1) < end_ms:
                neutral = fixed_neutral(early, table, column)
                if neutral is not None:
                    neutrals[columns[person]] = neutral
    return neutrals


def _first_minute(
    engine: Engine, session_id: int, reading: Reading, start_ms: int, end_ms: int
) -> tuple[PersonSteps, Doubles]:
    rows = reports.gaze_rows(engine, session_id, NEUTRAL_STEP_MS, start_ms, end_ms, by_person=True)
    steps = PersonSteps.of(Gazes.from_rows(rows), NEUTRAL_STEP_MS, start_ms, end_ms)
    if "away_moving" in reading.definition.needs:
        stretch = session_id, start_ms, end_ms
        steps = steps.with_moving(read_moving_shares(engine, stretch, steps, NEUTRAL_STEP_MS))
    values = steps.values(reading.definition, reading.weights)
    return steps, np.concatenate([values[..., None], steps.scores()], axis=-1)


def _windows(first_ms: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches that hold everybody's first minute, one for those who came at about the same time."""
    begun: list[int] = []
    for at_ms in first_ms:
        if begun and at_ms >= begun[0] + NEUTRAL_SPAN_MS:
            yield begun[0], begun[-1] + NEUTRAL_SPAN_MS
            begun = []
        begun.append(at_ms)
    if begun:
        yield begun[0], begun[-1] + NEUTRAL_SPAN_MS
