"""Saying who is who: names, merging, splitting, leaving out and forgetting, while live and afterwards."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, select, update

from db.errors import PersonNotFoundError, SeenTogetherError, SplitError
from db.inserting import insert_rows
from db.measures import USABLE, rows_of
from db.persons import FIRST_SPLIT, Roster, Tracklet, add_tracks, belongs_to, read_roster
from db.rights.audit import FORGOT
from db.schema import (
    WORD_LENGTH,
    event,
    frame,
    observation,
    participant,
    session,
    tracklet,
    utterance,
)
from db.store.writer import Writer
from db.sums import outdate
from db.text import one_line

TOGETHER_AT_MOST_S = 1.0
"""Two tracks may be seen at once for so long and still be one person: a detector's double, no second face."""


class PeopleWrites(Writer):
    """A `person` is a number that db.reports gives: a track's, or that of a part split off.

    A number the session has not stored yet may be named, excluded or forgotten already: its rows may be on
    their way. Every method raises SessionNotFoundError, and PersonNotFoundError for a number that was
    forgotten, or is a part of somebody else now.
    """

    def name_participant(self, session_id: int, person: int, name: str | None) -> None:
        """Give a person the name the host typed; None or an empty name takes it away again, and with it the
        names of those merged into them."""
        typed = one_line(name or "", WORD_LENGTH) or None
        with self._writing_to(session_id) as connection:
            pieces = _pieces(connection, session_id, person)
            if typed is None:
                numbers = {person, *(piece.own for piece in pieces)}
                _say(connection, session_id, numbers, name=None)
            else:
                _say(connection, session_id, {person}, name=typed)

    def exclude_participant(self, session_id: int, person: int, excluded: bool = True) -> None:
        """Leave a person out of every figure and export, or take them in again. Nothing is deleted."""
        with self._writing_to(session_id) as connection:
            _pieces(connection, session_id, person)
            _say(connection, session_id, {person}, excluded=excluded)

    def merge_participants(self, session_id: int, into: int, others: Collection[int]) -> None:
        """Make `others` and `into` one person: `into`, with their name and excluded if they are.

        Raises SeenTogetherError when they were seen in the same frames for longer than TOGETHER_AT_MOST_S
        in all. In frames below that, or to come, both faces count, as two observations of one person.
        """
        merged = {other for other in others if other != into}
        with self._writing_to(session_id, rows=True) as connection:
            who = read_roster(connection, session_id)
            for person in (into, *merged):
                if not who.pieces(person):
                    raise PersonNotFoundError(session_id, person)
            _refuse_two_people(connection, session_id, who, {into, *merged})
            theirs = (tracklet.c.session_id == session_id, tracklet.c.person.in_(merged))
            connection.execute(update(tracklet).where(*theirs, ~tracklet.c.forgotten).values(person=into))

    def separate(self, session_id: int, number: int) -> int:
        """Undo a merge: give what `number` stood for (a track, or a part split off) back to itself.

        Returns the person it is now: `number`, or a new one where that number went to somebody else.
        """
        with self._writing_to(session_id) as connection:
            who = read_roster(connection, session_id)
            pieces = [one for one in who.tracklets if one.own == number and not one.forgotten]
            if not pieces:
                raise PersonNotFoundError(session_id, number)
            occupants = who.pieces(number)
            free = not occupants or any(one.own == number for one in occupants)
            person = number if free else _next_number(who)
            for piece in pieces:
                _change(connection, session_id, piece, person=person, own=person)
        return person

    def split_participant(self, session_id: int, person: int, at_ms: int) -> int:
        """From `at_ms` on, make `person` somebody else; returns the new number.

        The new person has no name, and is excluded if the old one is. Merging the two undoes it. While the
        session runs, the part after `at_ms` may be still to come. Raises SplitError when nothing of the
        person is before `at_ms`, or nothing after it in a session that has ended.
        """
        with self._writing_to(session_id, rows=True) as connection:
            who = read_roster(connection, session_id)
            pieces = who.pieces(person)
            if not pieces:
                raise PersonNotFoundError(session_id, person)
            seen = _seen(connection, session_id, pieces)
            if not _may_be_split(connection, session_id, seen, at_ms):
                raise SplitError(person, at_ms)
            new = _next_number(who)
            for piece in pieces:
                starts_ms = max(piece.from_ms, seen.get(piece.track_id, (at_ms, at_ms))[0])
                if starts_ms >= at_ms:
                    _change(connection, session_id, piece, person=new)
                elif piece.until_ms > at_ms:
                    _cut(connection, session_id, piece, at_ms, new)
            if person in who.excluded:
                _say(connection, session_id, {new}, excluded=True)
        return new

    def forget_participant(self, session_id: int, person: int) -> None:
        """Delete what is stored of a person: observations, events, names, words; and give the space back.

        Frames and session no longer count them. Only their numbers stay, so that a recorder that still
        runs stores nothing more of them. Cannot be undone.
        """
        with self._writing_to(session_id, rows=True) as connection:
            pieces = _pieces(connection, session_id, person)
            _uncount(connection, session_id, pieces)
            for table, time in ((observation, "offset_ms"), (event, "start_ms")):
                theirs = belongs_to(table, pieces, time)
                connection.execute(delete(table).where(table.c.session_id == session_id, theirs))
            for piece in pieces:
                _change(connection, session_id, piece, forgotten=True)
            _forget_words(connection, session_id, {person, *(piece.own for piece in pieces)})
            outdate(connection, session_id)
            self._write_down(connection, FORGOT, session_id)
        self.reclaim_space()


def _pieces(connection: Connection, session_id: int, person: int) -> Sequence[Tracklet]:
    """The person's tracklets; of a number never heard of, the track it will be."""
    who = read_roster(connection, session_id)
    if pieces := who.pieces(person):
        return pieces
    if any(person in (one.track_id, one.own, one.person) for one in who.tracklets):
        raise PersonNotFoundError(session_id, person)
    add_tracks(connection, session_id, [person])
    return read_roster(connection, session_id).pieces(person)


def _say(connection: Connection, session_id: int, people: Iterable[int], **said: str | bool | None) -> None:
    for person in people:
        this = (participant.c.session_id == session_id, participant.c.person == person)
        changed = connection.execute(update(participant).where(*this).values(said)).rowcount
        if not changed and any(said.values()):
            insert_rows(
                connection, participant, [(session_id, person, said.get("name"), bool(said.get("excluded")))]
            )


def _next_number(who: Roster) -> int:
    used = [number for one in who.tracklets for number in (one.track_id, one.person, one.own)]
    return max(FIRST_SPLIT, *(number + 1 for number in used))


def _change(connection: Connection, session_id: int, piece: Tracklet, **values: int | bool) -> None:
    this = (tracklet.c.track_id == piece.track_id, tracklet.c.from_ms == piece.from_ms)
    connection.execute(update(tracklet).where(tracklet.c.session_id == session_id, *this).values(values))


def _cut(connection: Connection, session_id: int, piece: Tracklet, at_ms: int, new: int) -> None:
    _change(connection, session_id, piece, until_ms=at_ms)
    row = (session_id, piece.track_id, at_ms, piece.until_ms, new, new, False)
    insert_rows(connection, tracklet, [row])


def _seen(connection: Connection, session_id: int, pieces: Sequence[Tracklet]) -> dict[int, tuple[int, int]]:
    """When each track of `pieces` was first and last seen in one of them."""
    at = observation.c.offset_ms
    theirs = (observation.c.session_id == session_id, belongs_to(observation, pieces))
    query = select(observation.c.track_id, func.min(at), func.max(at)).where(*theirs)
    rows = connection.execute(query.group_by(observation.c.track_id))
    return {track_id: (first_ms, last_ms) for track_id, first_ms, last_ms in rows}


def _may_be_split(
    connection: Connection, session_id: int, seen: Mapping[int, tuple[int, int]], at_ms: int
) -> bool:
    if all(first_ms >= at_ms for first_ms, _ in seen.values()):
        return False
    if any(last_ms >= at_ms for _, last_ms in seen.values()):
        return True
    ended_at = connection.execute(select(session.c.ended_at).where(session.c.id == session_id)).scalar_one()
    return ended_at is None


def _refuse_two_people(connection: Connection, session_id: int, who: Roster, people: Collection[int]) -> None:
    """Raises SeenTogetherError when frames show two or more of `people` for too long."""
    pieces = [piece for person in people for piece in who.pieces(person)]
    rows = rows_of(who, session_id, 0, None, include_excluded=True)
    frames = (
        rows.select(func.min(observation.c.offset_ms).label("offset_ms"))
        .where(belongs_to(observation, pieces))
        .group_by(observation.c.session_id, observation.c.frame)
        .having(func.count(rows.person.distinct()) > 1)
        .subquery()
    )
    together, first_ms = connection.execute(select(func.count(), func.min(frames.c.offset_ms))).one()
    hz = connection.execute(select(session.c.analysis_hz).where(session.c.id == session_id)).scalar_one()
    if together > max(1.0, hz * TOGETHER_AT_MOST_S):
        raise SeenTogetherError(sorted(people), together, first_ms)


def _uncount(connection: Connection, session_id: int, pieces: Sequence[Tracklet]) -> None:
    """Take the observations in `pieces` out of the totals of their frames and of the session."""
    lost = (
        select(observation.c.frame, func.count().label("faces"), func.count().filter(USABLE).label("usable"))
        .where(observation.c.session_id == session_id, belongs_to(observation, pieces))
        .group_by(observation.c.session_id, observation.c.frame)
        .subquery()
    )
    sums = connection.execute(
        select(func.coalesce(func.sum(lost.c.faces), 0), func.coalesce(func.sum(lost.c.usable), 0))
    ).one()
    connection.execute(
        update(frame)
        .where(frame.c.session_id == session_id, frame.c.frame == lost.c.frame)
        .values(faces=frame.c.faces - lost.c.faces, usable=frame.c.usable - lost.c.usable)
    )
    totals = {"faces": session.c.faces - int(sums[0]), "usable": session.c.usable - int(sums[1])}
    connection.execute(update(session).where(session.c.id == session_id).values(totals))


def _forget_words(connection: Connection, session_id: int, numbers: Collection[int]) -> None:
    """What was said of `numbers`, but of those that still stand for somebody."""
    left = [one for one in read_roster(connection, session_id).tracklets if not one.forgotten]
    gone = set(numbers) - {number for one in left for number in (one.person, one.own)}
    for table in (participant, utterance):
        theirs = (table.c.session_id == session_id, table.c.person.in_(gone))
        connection.execute(delete(table).where(*theirs))
