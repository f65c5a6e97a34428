"""Writing what was said: a transcript goes in whole, in place of the one before, or not at all."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, update

from db.errors import DatabaseError, PersonNotFoundError
from db.inserting import insert_rows
from db.persons import read_roster
from db.schema import NOTE_LENGTH, WORD_LENGTH, utterance
from db.store.writer import Writer
from db.summaries import Utterance
from db.text import note, one_line

MOST_UTTERANCES = 20_000


class SaidWrites(Writer):
    """Every method raises SessionNotFoundError for a session that is not there."""

    def write_transcript(self, session_id: int, said: Sequence[Utterance]) -> None:
        """Store a transcript in place of the one before; none: there is none any more.

        What forgotten people said is left out. Raises PersonNotFoundError for a person who was never there,
        DatabaseError for more than MOST_UTTERANCES, for one that ends before it begins, or for no words.
        """
        if len(said) > MOST_UTTERANCES:
            raise DatabaseError(f"A transcript may have {MOST_UTTERANCES:,} utterances, got {len(said):,}.")
        rows = [_row(one) for one in said]
        with self._writing_to(session_id) as connection:
            gone = _forgotten(connection, session_id, {one.person for one in said} - {None})
            connection.execute(delete(utterance).where(utterance.c.session_id == session_id))
            kept = [row for row in rows if row[3] not in gone]
            insert_rows(connection, utterance, [(session_id, n, *row) for n, row in enumerate(kept)])

    def match_speakers(self, session_id: int, people: Mapping[str, int | None]) -> None:
        """Say which participant each speaker of the transcript is; None: nobody known."""
        with self._writing_to(session_id) as connection:
            gone = _forgotten(connection, session_id, set(people.values()) - {None})
            for speaker, person in people.items():
                theirs = (utterance.c.session_id == session_id, utterance.c.speaker == speaker)
                if person in gone:
                    raise PersonNotFoundError(session_id, int(person or 0))
                connection.execute(update(utterance).where(*theirs).values(person=person))

    def shift_transcript(self, session_id: int, by_ms: int) -> None:
        """Move everything that was said by `by_ms`, also past the session's beginning and end, and back."""
        moved = {name: utterance.c[name] + by_ms for name in ("start_ms", "end_ms")}
        with self._writing_to(session_id) as connection:
            connection.execute(update(utterance).where(utterance.c.session_id == session_id).values(moved))


def _row(one: Utterance) -> tuple[int, int, str | None, int | None, str]:
    text = note(one.text, NOTE_LENGTH)
    if not text or one.end_ms < one.start_ms:
        raise DatabaseError(
            f"An utterance needs words, and an end after its beginning; got {one.start_ms} to {one.end_ms} "
            f"ms and {one.text[:40]!r}."
        )
    return one.start_ms, one.end_ms, one_line(one.speaker or "", WORD_LENGTH) or None, one.person, text


def _forgotten(connection: Connection, session_id: int, people: set[int | None]) -> set[int | None]:
    """Those of `people` who were forgotten. Raises PersonNotFoundError for one who was never there."""
    if not people:
        return set()
    who = read_roster(connection, session_id)
    known = {number for one in who.tracklets for number in (one.person, one.own)}
    for person in people - known:
        raise PersonNotFoundError(session_id, int(person or 0))
    left = {number for one in who.tracklets if not one.forgotten for number in (one.person, one.own)}
    return people - left
