"""Sessions in the archive, and what there is of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select

from db.schema import frame, observation, session
from db.store import EndReason, Store
from tests.made.faces import frame as analysed
from tests.made.storage import MONDAY, new_session
from tests.made.sums import sum_all


def recorded(engine: Engine) -> int:
    store = Store(engine)
    session_id = store.start_session(new_session())
    store.write_frames(session_id, [analysed(number, faces=number % 5) for number in range(200)])
    store.end_session(session_id, MONDAY + timedelta(seconds=20), EndReason.STOPPED)
    sum_all(engine, session_id)
    return session_id


def rows(engine: Engine, session_id: int) -> tuple[int, int]:
    with engine.connect() as connection:
        return tuple(  # type: ignore[return-value]
            connection.execute(
                select(func.count()).select_from(table).where(table.c.session_id == session_id)
            ).scalar_one()
            for table in (frame, observation)
        )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def name_of(engine: Engine, session_id: int) -> str | None:
    with engine.connect() as connection:
        found: str | None = connection.execute(
            select(session.c.archive).where(session.c.id == session_id)
        ).scalar()
        return found


@contextmanager
def cut_before(engine: Engine, words: str) -> Iterator[None]:
    """Whoever sends such a statement is cut off, as by a crash."""

    def cut(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words in statement:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        yield
    event.remove(engine, "before_cursor_execute", cut)
