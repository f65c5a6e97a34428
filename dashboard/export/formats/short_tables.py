"""The tables by second, by second and person, of participants and of markers."""

from collections.abc import Iterator

import numpy as np

from dashboard.export.formats.row_measures import definition_name
from dashboard.export.formats.seconds import SECOND_MS, PersonSums, no_sums, person_totals, share
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import Cells, Instants, Table, Texts
from dashboard.reading import Reading
from dashboard.wording import person_name
from db import reports
from model.emotions import EMOTIONS, NOT_SURE
from model.engagement.affect import arousal, valence
from model.engagement.groups import Doubles, Ints

BLOCK_S = 5_000
_LEADERS = (*EMOTIONS, NOT_SURE, "")


def second_tables(source: ExportSource) -> Iterator[Table]:
    """SECOND_COLUMNS: every second of the session, also those in which nobody was seen."""
    next_s = 0
    for cells in source.seconds():
        until_s = int(cells.second[-1]) + 1
        for start_s in range(next_s, until_s, BLOCK_S):
            yield _of_group(source, cells, start_s, min(start_s + BLOCK_S, until_s))
        next_s = until_s
    last_s = -(-source.session.duration_ms // SECOND_MS)
    for start_s in range(next_s, last_s, BLOCK_S):
        yield _of_group(source, no_sums(), start_s, min(start_s + BLOCK_S, last_s))


def person_second_tables(source: ExportSource) -> Iterator[Table]:
    """PERSON_SECOND_COLUMNS: a row for everybody seen in a second."""
    for cells in source.seconds():
        yield {
            "second": cells.second,
            **_who(cells),
            "faces": cells.faces,
            "usable_share": cells.usable_share,
            **_scores(cells.scores),
            "dominant": dominant(cells),
            "speaking": cells.speaking,
            **_parts(cells, source.reading),
        }


def summary_tables(source: ExportSource) -> Iterator[Table]:
    """SUMMARY_COLUMNS: one row a participant, in one table; none if nobody was seen."""
    cells, present_s = person_totals(source.seconds())
    if not len(present_s):
        return
    shares = share(cells.leads, cells.sums[:, [1]])
    yield {
        **_who(cells),
        "first_seen_s": cells.first_ms / SECOND_MS,
        "last_seen_s": cells.last_ms / SECOND_MS,
        "present_s": present_s,
        "faces": cells.faces,
        "usable_share": cells.usable_share,
        **_scores(cells.scores),
        **{f"led_{name}": shares[:, place] for place, name in enumerate((*EMOTIONS, NOT_SURE))},
        "valence": valence(cells.scores, source.reading.circumplex),
        "arousal": arousal(cells.scores, source.reading.circumplex),
        "speaking": cells.speaking,
        **_parts(cells, source.reading),
    }


def marker_tables(source: ExportSource) -> Iterator[Table]:
    """MARKER_COLUMNS, in one table; none without markers."""
    found = source.read_markers()
    if not found:
        return
    ends = [np.nan if one.end_ms is None else one.end_ms / SECOND_MS for one in found]
    starts = np.array([one.offset_ms for one in found], np.int64)
    yield {
        "time_s": starts / SECOND_MS,
        "end_s": np.array(ends),
        "time_utc": Instants(source.session.started_at, starts),
        "label": Texts.of([one.label for one in found]),
        "note": Texts.of([one.note or "" for one in found]),
    }


def vote_tables(source: ExportSource) -> Iterator[Table]:
    """VOTE_COLUMNS, in one table; none without votes, or of too few devices for the group alone."""
    found = source.read_votes()
    if not found:
        return
    times = np.array([one.offset_ms for one in found], np.int64)
    yield {
        "time_s": times / SECOND_MS,
        "time_utc": Instants(source.session.started_at, times),
        "voice": np.array([one.voice for one in found], np.int64),
        "choice": Texts.of([str(one.choice) for one in found]),
    }


def talk_tables(source: ExportSource) -> Iterator[Table]:
    """TALK_COLUMNS, in one table; none without sound."""
    found = source.heard.stretches()
    if not found:
        return
    starts = np.array([one.start_ms for one in found], np.int64)
    yield {
        "time_s": starts / SECOND_MS,
        "end_s": np.array([one.end_ms for one in found], np.int64) / SECOND_MS,
        "time_utc": Instants(source.session.started_at, starts),
        "voice": np.array([one.voice for one in found], np.int64),
    }


def said_tables(source: ExportSource) -> Iterator[Table]:
    """SAID_COLUMNS, in one table; none without a transcript."""
    found = source.read_said()
    if not found:
        return
    names = reports.people(source.engine, source.session.id)
    called = {one.person: person_name(one.name, one.person) for one in names}
    starts = np.array([one.start_ms for one in found], np.int64)
    yield {
        "time_s": starts / SECOND_MS,
        "end_s": np.array([one.end_ms for one in found], np.int64) / SECOND_MS,
        "time_utc": Instants(source.session.started_at, starts),
        "speaker": Texts.of([one.speaker or "" for one in found]),
        "participant": Texts.of(["" if one.person is None else called.get(one.person, "") for one in found]),
        "text": Texts.of([one.text for one in found]),
    }


def dominant(cells: PersonSums) -> Texts:
    """The expression that led most usable instants of each cell, not sure on a tie; empty without any."""
    tied = (cells.leads == cells.leads.max(axis=1, keepdims=True)).sum(axis=1) > 1
    most = np.where(tied, len(EMOTIONS), cells.leads.argmax(axis=1))
    return Texts(_LEADERS, np.where(cells.usable > 0, most, len(_LEADERS) - 1))


def _of_group(source: ExportSource, cells: PersonSums, start_s: int, end_s: int) -> Table:
    """Seconds start_s up to, but without, end_s, on a regular grid."""
    count = end_s - start_s
    here = (cells.second >= start_s) & (cells.second < end_s)
    row, sums = cells.second[here] - start_s, cells.sums[here]
    total = np.zeros((count, cells.sums.shape[1]))
    np.add.at(total, row, sums)
    usable_people = np.bincount(row, cells.usable[here] > 0, count).astype(np.int64)
    shown = usable_people >= source.least_people
    scores = np.where(shown[:, None], share(total[:, 2:9], total[:, [1]]), np.nan)
    people = np.bincount(row, minlength=count).astype(np.int64)
    means = {
        name: _mean_of_people(row, values[here], count, source.least_people)
        for name, values in (
            ("attention", cells.attention),
            ("looking", cells.looking),
            ("engagement", cells.engagement),
        )
    }
    return {
        "second": np.arange(start_s, end_s),
        "time_utc": Instants(source.session.started_at, np.arange(start_s, end_s) * SECOND_MS),
        "people": people,
        "usable_people": usable_people,
        "faces": total[:, 0].astype(np.int64),
        "usable_share": np.where(people >= source.least_people, share(total[:, 1], total[:, 0]), np.nan),
        **_scores(scores),
        "valence": valence(scores, source.reading.circumplex),
        "arousal": arousal(scores, source.reading.circumplex),
        **means,
        "engagement_definition": _definition(means["engagement"], source.reading),
    }


def _mean_of_people(row: Ints, values: Doubles, count: int, least_people: int) -> Doubles:
    """Over those whose value is known, and where they are `least_people` at least."""
    known = ~np.isnan(values)
    sums = np.bincount(row[known], values[known], count).astype(np.float64)
    people = np.bincount(row[known], minlength=count).astype(np.float64)
    return np.where(people >= least_people, share(sums, people), np.nan)


def _who(cells: PersonSums) -> dict[str, Cells]:
    names = Texts.named(cells.person, lambda one: person_name(cells.names.get(one), one))
    return {"participant": names, "person": cells.person}


def _scores(scores: Doubles) -> dict[str, Cells]:
    return {str(emotion): scores[:, place] for place, emotion in enumerate(EMOTIONS)}


def _parts(cells: PersonSums, reading: Reading) -> dict[str, Cells]:
    return {
        "attention": cells.attention,
        "looking": cells.looking,
        "engagement": cells.engagement,
        "engagement_definition": _definition(cells.engagement, reading),
    }


def _definition(engagement: Doubles, reading: Reading) -> Texts:
    return Texts(["", definition_name(reading)], (~np.isnan(engagement)).astype(np.int64))
