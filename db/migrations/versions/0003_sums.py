"""Sums over the observations; empty at first, they are made while the program runs.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REAL = sa.Float(53)
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
KEY = ("session_id", "kind", "step_ms", "step")


def upgrade() -> None:
    _table("summed", ("session_id", "kind"), [_required("who", sa.String(64)), _count("until_ms")])
    _table(
        "gaze_sum",
        (*KEY, "track_id", "state"),
        [
            *map(_count, ("first_ms", "last_ms", "faces")),
            *(sa.Column(name, REAL) for name in EMOTIONS),
            *(_count(f"lead_{index}") for index in range(7)),
            sa.Column("strongest_negative", REAL),
            *map(_count, ("posed", "frontal", "moving")),
            *(sa.Column(name, REAL) for name in ("facing", "yaw_deg", "pitch_deg")),
            *map(_count, ("unflagged", "eye_known", "gaze_known")),
            *(sa.Column(name, REAL) for name in ("eye_open", "gaze")),
        ],
    )
    frames = ("frames", "with_face", "with_usable", "faces", "usable")
    _table("frame_sum", KEY, [_count(name) for name in frames])


def _required(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=False)


def _count(name: str) -> sa.Column:
    return _required(name, sa.Integer)


def _table(name: str, key: tuple[str, ...], columns: list[sa.Column]) -> None:
    small = {"state": sa.SmallInteger}
    op.create_table(
        name,
        *(sa.Column(part, small.get(part, sa.Integer), autoincrement=False) for part in key),
        *columns,
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], ondelete="CASCADE", name=op.f(f"fk_{name}_session")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("frame_sum", "gaze_sum", "summed"):
        op.drop_table(table)
