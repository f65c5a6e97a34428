"""Letting people vote in a running session, by its owner."""

import secrets

from sqlalchemy import insert, select, update

from db.rights.schema import ballot
from db.store.writer import Writer

CODE_BYTES = 16


class VotingWrites(Writer):
    """Every method raises SessionNotFoundError for a session that is not there."""

    def open_voting(self, session_id: int, *, titled: bool = False) -> str:
        """Count votes from now on; the code, of 128 random bits, by which people find where. It stays the
        session's own when voting is closed and opened again. `titled`: they may see its title."""
        with self._writing_to(session_id) as connection:
            this = ballot.c.session_id == session_id
            known = connection.execute(select(ballot.c.code).where(this)).scalar()
            if known is not None:
                connection.execute(update(ballot).where(this).values(titled=titled, closed=False))
                return str(known)
            code = secrets.token_urlsafe(CODE_BYTES)
            values = {"session_id": session_id, "code": code, "titled": titled, "closed": False}
            connection.execute(insert(ballot).values(values))
            return code

    def close_voting(self, session_id: int) -> None:
        """Count no more; what was counted stays."""
        with self._writing_to(session_id) as connection:
            connection.execute(update(ballot).where(ballot.c.session_id == session_id).values(closed=True))
