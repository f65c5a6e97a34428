"""Who may see what. One place decides; pages, downloads and streams get sessions through it only.

Unknown and forbidden answer alike: whoever may not see a session is told that there is none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, bindparam, case, false, func, or_, select, true

from db import reports
from db.beats import silence
from db.errors import SessionNotFoundError, database_errors
from db.reports import SessionSummary
from db.reports.narrowed import Labelled, Narrowed, labels
from db.reports.sessions import read_rows
from db.rights.audit import A_LINK, note_visit
from db.rights.schema import share
from db.schema import session


class Access(IntEnum):
    """What somebody may do with a session: nothing; see the group; see everybody; everything."""

    NONE = 0
    GROUP = 1
    READ = 2
    OWN = 3


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks. `subject` None: nobody signed in. `mail` is one that the provider vouches for, in
    small letters; `links`: digests of the links they came by. `is_local`: nobody signs in on this server,
    and everything is everybody's."""

    subject: str | None = None
    mail: str | None = None
    name: str = ""
    is_administrator: bool = False
    links: frozenset[str] = frozenset()
    is_local: bool = False

    @property
    def may_record(self) -> bool:
        """Whether they may make sessions of their own."""
        return self.is_local or self.subject is not None

    def owns(self, owner: str | None) -> bool:
        """Whether what belongs to `owner` is theirs."""
        return self.is_local or (self.subject is not None and owner == self.subject)


ANY = Narrowed()
LOCAL = Who(is_local=True)
STRANGER = Who()


class Sessions:
    """The sessions that `who` may see, read from the database at every question."""

    def __init__(self, engine: Engine, who: Who) -> None:
        self.engine, self.who = engine, who

    def access(self, session_id: int) -> Access:
        """What `who` may do with a session; NONE also where there is none."""
        return self.accesses([session_id]).get(session_id, Access.NONE)

    def accesses(self, numbers: Iterable[int]) -> dict[int, Access]:
        """What `who` may do with those of `numbers` that there are, by one question."""
        who, wanted = self.who, list(numbers)
        if not wanted:
            return {}
        asked = {"numbers": wanted, "subject": who.subject, "names": _names(who), "links": [*who.links]}
        found = read_rows(self.engine, _ACCESS, {**asked, "now": datetime.now(UTC)})
        return {number: Access.OWN if who.is_local else Access(given) for number, given in found}

    def get(self, session_id: int, least: Access = Access.GROUP) -> SessionSummary:
        """One session. Raises SessionNotFoundError, also where `who` may do less than `least` with it."""
        if self.access(session_id) < least:
            raise SessionNotFoundError(session_id)
        return reports.get_session(self.engine, session_id)

    def visit(self, session_id: int, what: str) -> None:
        """Write down that a session was opened or taken out; where nobody signs in nothing is."""
        if not self.who.is_local:
            note_visit(self.engine, self.who.subject or A_LINK, what, session_id)

    def listed(
        self,
        search: str = "",
        limit: int = 200,
        *,
        before: SessionSummary | None = None,
        narrowed: Narrowed = ANY,
    ) -> list[SessionSummary]:
        """As db.reports.list_sessions, of those that `who` may see and that are asked for."""
        only = and_(visible_to(self.who), narrowed.condition())
        return reports.list_sessions(self.engine, search, limit, before=before, only=only)

    def silence(self, session_id: int) -> timedelta | None:
        """For how long the server of an ended session has been lost; None where it is not. Raises
        DatabaseError."""
        with database_errors(), self.engine.connect() as connection:
            return silence(connection, session_id)

    def labels(self, limit: int = 1_000) -> Sequence[Labelled]:
        """What the newest are called that `who` may see."""
        return labels(self.engine, visible_to(self.who), limit)

    def own(self, limit: int = 200) -> list[SessionSummary]:
        """The newest of the sessions that are `who`'s own."""
        only = None if self.who.is_local else _mine(self.who)
        return reports.list_sessions(self.engine, limit=limit, only=only)

    def of_everybody(self, search: str = "") -> list[SessionSummary]:
        """Titles and owners of all, for an administrator; nothing for others."""
        return reports.list_sessions(self.engine, search) if self.who.is_administrator else []

    def count(self, search: str = "", narrowed: Narrowed = ANY) -> int:
        """How many sessions `listed` would list without a limit."""
        return reports.count_sessions(self.engine, search, and_(visible_to(self.who), narrowed.condition()))

    def visible(self, numbers: Iterable[int]) -> frozenset[int]:
        """Those of `numbers` that `who` may see."""
        asked = set(numbers)
        if self.who.is_local or not asked:
            return frozenset(asked)
        query = select(session.c.id).where(session.c.id.in_(asked), visible_to(self.who))
        return frozenset(row[0] for row in read_rows(self.engine, query))


def visible_to(who: Who) -> ColumnElement[bool]:
    """True of the sessions that `who` may see."""
    if who.is_local:
        return true()
    held = _holds(_names(who), who.links, datetime.now(UTC))
    return or_(_mine(who), session.c.id.in_(select(share.c.session_id).where(held)))


def _mine(who: Who) -> ColumnElement[bool]:
    return session.c.owner == who.subject if who.subject is not None else false()


def _names(who: Who) -> list[str]:
    return [name for name in (who.subject, who.mail) if name]


def _holds(names: Any, links: Any, now: Any) -> ColumnElement[bool]:
    """True of the shares that are of one of `names` or `links` and in force `now`: values, or bind parameters
    for them."""
    theirs = or_(share.c.subject.in_(names), share.c.digest.in_(links))
    return and_(share.c.revoked_at.is_(None), share.c.until > now, theirs)


def _access() -> Select[tuple[int, int]]:
    held = _holds(bindparam("names", expanding=True), bindparam("links", expanding=True), bindparam("now"))
    given = case((share.c.group_only, int(Access.GROUP)), else_=int(Access.READ))
    most = select(func.max(given)).where(share.c.session_id == session.c.id, held)
    shared = func.coalesce(most.correlate(session).scalar_subquery(), int(Access.NONE))
    owned = session.c.owner == bindparam("subject")  # never true of NULL
    may = case((owned, int(Access.OWN)), else_=shared)
    return select(session.c.id, may).where(session.c.id.in_(bindparam("numbers", expanding=True)))


_ACCESS = _access()
"""Built once: building it took six times as long as asking it."""
