"""Who signed in, when, and that they signed out: no earlier sign-in counts then, wherever it was copied."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, bindparam, select, update

from db.engine import write_transaction
from db.errors import database_errors
from db.reports.sessions import read_rows
from db.rights.audit import SIGNED_IN, SIGNED_OUT, forget_old, write_down
from db.rights.schema import account
from db.schema import TITLE_LENGTH, session
from db.text import one_line


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signed in once; instants are aware UTC."""

    subject: str
    mail: str | None
    name: str
    administrator: bool
    first_at: datetime
    signed_in_at: datetime
    signed_out_at: datetime | None


_ACCOUNT = select(account).where(account.c.subject == bindparam("asked"))
"""Built once, because every run and request asks it."""


def account_of(engine: Engine, subject: str) -> Account | None:
    """What is known of a subject; None of one who never signed in."""
    rows = read_rows(engine, _ACCOUNT, {"asked": subject})
    return Account(**rows[0]._mapping) if rows else None


def names_of_accounts(engine: Engine) -> dict[str, str]:
    """What to call everybody who signed in, by subject."""
    return {row[0]: row[1] for row in read_rows(engine, select(account.c.subject, account.c.name))}


def sign_in(
    engine: Engine, subject: str, mail: str | None, name: str, *, administrator: bool, at: datetime
) -> None:
    """Write down that somebody signed in at `at`. The first administrator gets what nobody owns."""
    told = {"mail": mail, "name": one_line(name, TITLE_LENGTH), "administrator": administrator}
    this = account.c.subject == subject
    with database_errors(), write_transaction(engine) as connection:
        known = connection.execute(select(account.c.signed_in_at).where(this).with_for_update()).first()
        if known is None:
            first = {"subject": subject, "first_at": datetime.now(UTC), "signed_in_at": at}
            connection.execute(account.insert().values(**told, **first))
        elif known[0] < at:
            connection.execute(update(account).where(this).values(**told, signed_in_at=at))
        else:
            return
        forget_old(connection, datetime.now(UTC))
        write_down(connection, subject, SIGNED_IN)
        if administrator and _first_administrator(connection) == subject:
            connection.execute(update(session).where(session.c.owner.is_(None)).values(owner=subject))


def sign_out(engine: Engine, subject: str, at: datetime) -> None:
    """End every sign-in of `subject` up to `at`."""
    with database_errors(), write_transaction(engine) as connection:
        connection.execute(update(account).where(account.c.subject == subject).values(signed_out_at=at))
        write_down(connection, subject, SIGNED_OUT)


def _first_administrator(connection: Connection) -> str | None:
    query = select(account.c.subject).where(account.c.administrator)
    found: str | None = connection.execute(query.order_by(account.c.first_at).limit(1)).scalar()
    return found
