"""Which sessions of a list are asked for, and what there is to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, select, true

from db.reports.sessions import read_rows
from db.schema import session


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Those of one `kind`, begun in since <= t < until (aware); None asks for nothing."""

    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> ColumnElement[bool]:
        """True of the sessions that are asked for."""
        asked: list[ColumnElement[bool]] = [true()]
        if self.kind is not None:
            asked.append(session.c.kind == self.kind)
        if self.since is not None:
            asked.append(session.c.started_at >= self.since)
        if self.until is not None:
            asked.append(session.c.started_at < self.until)
        return and_(*asked)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a session is called, without what was measured in it."""

    title: str
    series: str | None
    kind: str


def labels(engine: Engine, only: ColumnElement[bool], limit: int) -> Sequence[Labelled]:
    """Of the newest sessions of which `only` is true."""
    asked = select(session.c.title, session.c.series, session.c.kind).where(only)
    return [Labelled(*row) for row in read_rows(engine, asked.order_by(session.c.id.desc()).limit(limit))]
