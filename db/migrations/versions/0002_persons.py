"""Whose a track is apart from the track; events; how a session's engagement is read.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOREVER_MS = 2147483647


def upgrade() -> None:
    _tracklet()
    _participant()
    _event()
    op.add_column("session", sa.Column("engagement", sa.String(100)))
    op.add_column("session", sa.Column("weights", sa.Text))
    op.add_column("session", sa.Column("thresholds", sa.Text))


def _required(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=False)


def _key(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"], ["session.id"], ondelete="CASCADE", name=op.f(f"fk_{table}_session")
    )


def _tracklet() -> None:
    """Until now every track was a person of its own, and every track had a participant."""
    op.create_table(
        "tracklet",
        _key("session_id"),
        _key("track_id"),
        _key("from_ms"),
        _required("until_ms", sa.Integer),
        _required("person", sa.Integer),
        _required("own", sa.Integer),
        sa.Column("forgotten", sa.Boolean, nullable=False, server_default=sa.false()),
        _of_session("tracklet"),
        sa.PrimaryKeyConstraint("session_id", "track_id", "from_ms", name=op.f("pk_tracklet")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO tracklet (session_id, track_id, from_ms, until_ms, person, own) "
        f"SELECT session_id, track_id, 0, {FOREVER_MS}, track_id, track_id FROM participant"
    )


def _participant() -> None:
    op.execute("ALTER TABLE participant RENAME COLUMN track_id TO person")
    op.execute("DELETE FROM participant WHERE name IS NULL AND NOT excluded")


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer),
        _required("session_id", sa.Integer),
        _required("start_ms", sa.Integer),
        sa.Column("end_ms", sa.Integer),
        _required("kind", sa.String(100)),
        sa.Column("track_id", sa.Integer),
        sa.Column("value", sa.Float(53)),
        _of_session("event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_session_id_start_ms"), "event", ["session_id", "start_ms"])


def downgrade() -> None:
    """Who was merged, cut or forgotten is lost: every track is a participant again."""
    for column in ("thresholds", "weights", "engagement"):
        op.drop_column("session", column)
    op.drop_table("event")
    op.execute("ALTER TABLE participant RENAME COLUMN person TO track_id")
    op.execute(
        "INSERT INTO participant (session_id, track_id) SELECT DISTINCT session_id, track_id FROM tracklet t "
        "WHERE NOT EXISTS (SELECT 1 FROM participant p "
        "WHERE p.session_id = t.session_id AND p.track_id = t.track_id)"
    )
    op.drop_table("tracklet")
