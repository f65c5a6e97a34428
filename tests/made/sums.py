"""Sums of a stored session, made at once instead of in the background."""

from sqlalchemy import Engine

from db.sum_building import sum_next
from db.sums import EVERYTHING


def sum_all(engine: Engine, session_id: int, kind: int = EVERYTHING) -> None:
    """Sum everything that can be summed now. Raises DatabaseError."""
    while sum_next(engine, session_id, kind):
        pass
