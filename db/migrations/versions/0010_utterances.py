"""What was said: transcripts that hosts give.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "utterance",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("start_ms", sa.Integer, nullable=False),
        sa.Column("end_ms", sa.Integer, nullable=False),
        sa.Column("speaker", sa.String(100)),
        sa.Column("person", sa.Integer),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_utterance")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_utterance_session"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("utterance")
