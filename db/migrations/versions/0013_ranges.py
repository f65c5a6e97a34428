"""On PostgreSQL, large tables in ranges of sessions; what is there is the first range. See db.ranges.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WIDTH = 1_000
TABLES = {
    "frame": "session_id, frame",
    "observation": "session_id, frame, track_id",
    "gaze_sum": "session_id, kind, step_ms, step, track_id, state",
}
OFFSETS = "ix_frame_session_id_offset_ms"
LAST = """
SELECT greatest((SELECT max(id) FROM session),
                pg_sequence_last_value(pg_get_serial_sequence('session', 'id')::regclass), 0)
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    end = (connection.exec_driver_sql(LAST).scalar_one() // WIDTH + 1) * WIDTH
    for table, key in TABLES.items():
        first = f"{table}_0"
        op.execute(f"ALTER TABLE {table} RENAME TO {first}")
        # Every writer holds the session's row, so the key is kept without a check of each row; and to drop a
        # part of a table with such a check would lock all sessions.
        op.execute(f"ALTER TABLE {first} DROP CONSTRAINT fk_{table}_session")
        op.execute(f"ALTER INDEX pk_{table} RENAME TO pk_{first}")
        op.execute(f"CREATE TABLE {table} (LIKE {first} INCLUDING DEFAULTS) PARTITION BY RANGE (session_id)")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
        if table == "frame":
            op.execute(f"ALTER INDEX {OFFSETS} RENAME TO {OFFSETS}_0")
            op.execute(f"CREATE INDEX {OFFSETS} ON frame (session_id, offset_ms)")
        op.execute(f"ALTER TABLE {table} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({end})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, key in TABLES.items():
        op.execute(f"CREATE TABLE {table}_whole (LIKE {table} INCLUDING DEFAULTS)")
        op.execute(f"INSERT INTO {table}_whole SELECT * FROM {table}")
        op.execute(f"DROP TABLE {table}")
        op.execute(f"ALTER TABLE {table}_whole RENAME TO {table}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_session"
            " FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE"
        )
    op.execute(f"CREATE INDEX {OFFSETS} ON frame (session_id, offset_ms)")
