"""What was stored of somebody who turned out to be a picture is taken out again."""

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from db.measures import USABLE
from db.schema import FOREVER_MS, event, frame, observation, participant, session, tracklet


def take_back(connection: Connection, session_id: int, track_id: int, since_ms: int, until_ms: int) -> None:
    """Delete the track's observations and events of [since_ms, until_ms], and the person if none is left.

    Frames and session no longer count them. Somebody of whom the host has said anything, or who was merged or
    cut, stays a person. To be called in the transaction that stores frames.
    """
    theirs = _theirs(session_id, track_id, since_ms, until_ms)
    _uncount(connection, session_id, theirs)
    connection.execute(delete(observation).where(*theirs))
    begun = (event.c.track_id == track_id, event.c.start_ms.between(since_ms, until_ms))
    connection.execute(delete(event).where(event.c.session_id == session_id, *begun))
    left = (observation.c.session_id == session_id, observation.c.track_id == track_id)
    if connection.execute(select(observation.c.frame).where(*left).limit(1)).first() is None:
        _delete_person(connection, session_id, track_id)


def _theirs(session_id: int, track_id: int, since_ms: int, until_ms: int) -> tuple[ColumnElement[bool], ...]:
    # Observations are stored by frame: without its first one all of a session's would be looked through.
    inside = (frame.c.session_id == session_id, frame.c.offset_ms >= since_ms)
    first = select(func.min(frame.c.frame)).where(*inside).scalar_subquery()
    return (
        observation.c.session_id == session_id,
        observation.c.frame >= first,
        observation.c.track_id == track_id,
        observation.c.offset_ms.between(since_ms, until_ms),
    )


def _uncount(connection: Connection, session_id: int, theirs: tuple[ColumnElement[bool], ...]) -> None:
    """Take observations out of the totals of their frames and of the session; of each frame at most one."""
    frames = frame.c.session_id == session_id
    for column, counted in (("faces", theirs), ("usable", (*theirs, USABLE))):
        seen = select(observation.c.frame).where(*counted)
        fewer = {column: frame.c[column] - 1}
        lost = connection.execute(update(frame).where(frames, frame.c.frame.in_(seen)).values(fewer)).rowcount
        total = {column: session.c[column] - lost}
        connection.execute(update(session).where(session.c.id == session_id).values(total))


def _delete_person(connection: Connection, session_id: int, track_id: int) -> None:
    said = select(participant.c.person).where(
        participant.c.session_id == session_id, participant.c.person == track_id
    )
    merged = select(tracklet.c.track_id).where(
        tracklet.c.session_id == session_id, tracklet.c.person == track_id, tracklet.c.track_id != track_id
    )
    if connection.execute(said.union(merged).limit(1)).first() is not None:
        return
    own = (tracklet.c.track_id == track_id, tracklet.c.person == track_id, tracklet.c.own == track_id)
    whole = (tracklet.c.from_ms == 0, tracklet.c.until_ms == FOREVER_MS, ~tracklet.c.forgotten)
    connection.execute(delete(tracklet).where(tracklet.c.session_id == session_id, *own, *whole))
