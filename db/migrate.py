"""Bringing a database to this program's revision. Alembic is imported only when there is work."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.errors import DatabaseError, DatabaseNewerError
from db.schema import REVISION

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def is_current(connection: Connection) -> bool:
    """Whether the database is at REVISION. One table lookup; no Alembic."""
    return _stored_revision(connection) == REVISION


def _stored_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction.

    Raises DatabaseNewerError for a revision this program does not know, DatabaseError for a database
    that holds another program's tables.
    """
    stored = _stored_revision(connection)
    if stored == REVISION:  # another process was quicker
        return
    _refuse_foreign_tables(connection, stored)

    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stored is not None and stored not in known:
        raise DatabaseNewerError(
            f"This database was made by a newer Attune (its version is {stored}, this one knows {REVISION}). "
            "Update Attune, or choose another file (ATTUNE_DATABASE_URL)."
        )
    command.upgrade(config, "head")


def _refuse_foreign_tables(connection: Connection, stored: str | None) -> None:
    found = set(inspect(connection).get_table_names())
    if stored is None and found:
        names = ", ".join(sorted(found)[:3])
        raise DatabaseError(
            f"This database belongs to another program (it holds the tables {names}). "
            "Choose another file (ATTUNE_DATABASE_URL)."
        )
