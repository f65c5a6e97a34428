"""Which recording is being analysed by which worker of a cluster, so that none is made into two sessions.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("mark", sa.String(32)),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("worker", sa.String(32)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("session_id", sa.Integer),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_claim")),
    )


def downgrade() -> None:
    op.drop_table("claim")
