"""Reading what was said: the transcript that the host gave, by the people whom it was matched to."""

from sqlalchemy import Engine, select

from db.engine import read_transaction
from db.errors import database_errors
from db.persons import Roster, read_roster
from db.schema import utterance
from db.summaries import Utterance


def utterances(
    engine: Engine,
    session_id: int,
    *,
    start_ms: int = 0,
    end_ms: int | None = None,
    include_excluded: bool = False,
) -> list[Utterance]:
    """What was being said in [start_ms, end_ms), in time order, without those whom the host left out. Of a
    merged person it tells whom they are a part of."""
    names = ("start_ms", "end_ms", "speaker", "text", "person")
    query = select(*(utterance.c[name] for name in names)).where(utterance.c.session_id == session_id)
    query = query.where(utterance.c.end_ms >= start_ms)
    if end_ms is not None:
        query = query.where(utterance.c.start_ms < end_ms)
    with database_errors(), read_transaction(engine) as connection:
        rows = connection.execute(query.order_by(utterance.c.start_ms, utterance.c.number)).all()
        who = read_roster(connection, session_id) if rows else Roster((), {}, frozenset())
    now = {number: _now(who, number) for number in {row.person for row in rows} - {None}}
    left_out = frozenset[int]() if include_excluded else who.excluded
    told = [
        Utterance(row.start_ms, row.end_ms, row.speaker, row.text, row.person and now[row.person])
        for row in rows
    ]
    return [one for one in told if one.person not in left_out]


def _now(who: Roster, number: int) -> int:
    """Whom `number` belongs to since people were merged."""
    if who.pieces(number):
        return number
    return next((one.person for one in who.tracklets if one.own == number and not one.forgotten), number)
