"""A session's own table of valence and arousal.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("circumplex", sa.Text))


def downgrade() -> None:
    op.drop_column("session", "circumplex")
