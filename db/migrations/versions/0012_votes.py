"""What people press themselves, where the host lets them: clear, lost, or a question.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballot",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("titled", sa.Boolean, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_ballot")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_ballot_session"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_ballot_code"), "ballot", ["code"], unique=True)
    op.create_table(
        "vote",
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("voice", sa.String(64), nullable=False),
        sa.Column("offset_ms", sa.Integer, nullable=False),
        sa.Column("choice", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "voice", "offset_ms", name=op.f("pk_vote")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_vote_session"), ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_vote_session_id_offset_ms"), "vote", ["session_id", "offset_ms"])


def downgrade() -> None:
    op.drop_table("vote")
    op.drop_table("ballot")
