"""Sessions, frames, observations, participants, markers.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
REAL = sa.Float(53)
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SIGNALS = ("yaw_deg", "pitch_deg", "roll_deg", "eye_open", "gaze", "mouth_open")


def upgrade() -> None:
    _session()
    _frame()
    _observation()
    _participant()
    _marker()


def _required(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=False)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _key(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"], ["session.id"], ondelete="CASCADE", name=op.f(f"fk_{table}_session")
    )


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Integer),
        _required("title", sa.String(200)),
        _required("kind", sa.String(100)),
        _required("purpose", sa.String(100)),
        _required("region", sa.String(100)),
        sa.Column("ground", sa.String(100)),
        sa.Column("consent_at", INSTANT),
        sa.Column("consent_text", sa.String(4000)),
        _required("source", sa.String(100)),
        _required("detector", sa.String(100)),
        _required("model_name", sa.String(100)),
        _required("model_sha256", sa.String(64)),
        _required("analysis_hz", REAL),
        sa.Column("is_demo", sa.Boolean, nullable=False, server_default=sa.false()),
        _required("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("end_reason", sa.String(100)),
        _count("last_ms"),
        _count("frames"),
        _count("faces"),
        _count("usable"),
        _count("dropped"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_started_at"), "session", ["started_at"])


def _frame() -> None:
    op.create_table(
        "frame",
        _key("session_id"),
        _key("frame"),
        _required("offset_ms", sa.Integer),
        _required("faces", sa.SmallInteger),
        _required("usable", sa.SmallInteger),
        _of_session("frame"),
        sa.PrimaryKeyConstraint("session_id", "frame", name=op.f("pk_frame")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_frame_session_id_offset_ms"), "frame", ["session_id", "offset_ms"])


def _observation() -> None:
    op.create_table(
        "observation",
        _key("session_id"),
        _key("frame"),
        _key("track_id"),
        _required("offset_ms", sa.Integer),
        *(_required(f"box_{edge}", REAL) for edge in ("x0", "y0", "x1", "y1")),
        _required("confidence", REAL),
        _required("flags", sa.Integer),
        *(sa.Column(name, REAL) for name in EMOTIONS),
        sa.Column("leading", sa.SmallInteger),
        *(sa.Column(name, REAL) for name in SIGNALS),
        _of_session("observation"),
        sa.PrimaryKeyConstraint("session_id", "frame", "track_id", name=op.f("pk_observation")),
        sqlite_with_rowid=False,
    )


def _participant() -> None:
    op.create_table(
        "participant",
        _key("session_id"),
        _key("track_id"),
        sa.Column("name", sa.String(100)),
        sa.Column("excluded", sa.Boolean, nullable=False, server_default=sa.false()),
        _of_session("participant"),
        sa.PrimaryKeyConstraint("session_id", "track_id", name=op.f("pk_participant")),
        sqlite_with_rowid=False,
    )


def _marker() -> None:
    op.create_table(
        "marker",
        sa.Column("id", sa.Integer),
        _required("session_id", sa.Integer),
        _required("offset_ms", sa.Integer),
        sa.Column("end_ms", sa.Integer),
        _required("label", sa.String(100)),
        sa.Column("note", sa.String(4000)),
        _of_session("marker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
    )
    op.create_index(op.f("ix_marker_session_id_offset_ms"), "marker", ["session_id", "offset_ms"])


def downgrade() -> None:
    for table in ("marker", "participant", "observation", "frame", "session"):
        op.drop_table(table)
