"""Which servers are alive, which of them a session runs on, and how strictly its host shows it meanwhile.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "server",
        sa.Column("id", sa.String(32)),
        sa.Column("address", sa.String(200)),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("room", sa.Integer),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server")),
    )
    op.add_column("session", sa.Column("server_id", sa.String(32)))
    op.add_column("session", sa.Column("group_only_from", sa.Integer))


def downgrade() -> None:
    op.drop_column("session", "group_only_from")
    op.drop_column("session", "server_id")
    op.drop_table("server")
