"""Whether a session's scores were read against each person's own resting face; NULL where nobody knows.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("own_neutral", sa.Boolean, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("session", "own_neutral")
