"""Deleting the archive's files that nobody needs any more."""

import logging

from sqlalchemy import Engine, delete, select

from db.archive.rows import TABLES, folder_of, part_of, path_of
from db.engine import write_transaction
from db.errors import database_errors
from db.schema import archived_file, session

LOGGER = logging.getLogger(__name__)


def remove_left(engine: Engine) -> None:
    """Delete the files that are no session's: it was deleted, or brought back. What cannot be deleted now is
    tried again. Raises DatabaseError."""
    taken = select(session.c.archive).where(session.c.archive.is_not(None))
    query = select(archived_file.c.name).where(~archived_file.c.writing, archived_file.c.name.not_in(taken))
    with database_errors():
        with engine.connect() as connection:
            names = connection.execute(query).scalars().all()
            folder = folder_of(connection) if names else None
        for name in names:
            assert folder is not None
            if not folder.is_dir():
                LOGGER.warning("archive: %s is not there, so files in it are deleted later", folder)
                return
            try:
                for path in (path_of(folder, name, table) for table in TABLES):
                    path.unlink(missing_ok=True)
                    part_of(path).unlink(missing_ok=True)
            except OSError as error:
                LOGGER.warning("archive: %s cannot be deleted now (%s)", name, error.strerror)
                continue
            with write_transaction(engine) as connection:
                connection.execute(delete(archived_file).where(archived_file.c.name == name))
